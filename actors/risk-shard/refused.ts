/** Why a whole command is refused: a code of the public contract, and which fields it is about. */
import type { RefusalCode } from "../../src/domain/refusals.ts";

export type Refused = {
  readonly refuse: RefusalCode;
  readonly detail: string;
  readonly errors?: readonly { readonly path: string; readonly code: string; readonly detail: string }[];
};

export const refuse = (code: RefusalCode, detail: string): Refused => ({ refuse: code, detail });
