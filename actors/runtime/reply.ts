/** What every actor method answers: a value, or a refusal with a stable code. A throw means "outcome unknown". */
import type { PartsMap } from "../../src/domain/parts-map.ts";
import type { RefusalCode } from "../../src/domain/refusals.ts";

export type Refusal = {
  readonly ok: false;
  readonly code: RefusalCode;
  readonly detail?: string;
  readonly retryAfterMs?: number;
  readonly errors?: readonly { readonly path: string; readonly code: string; readonly detail: string }[];
  /** Of `account-split`: which part each symbol is in by now. */
  readonly parts?: PartsMap;
};

export type ActorReply<Value> = { readonly ok: true; readonly value: Value } | Refusal;

export const answer = <Value>(value: Value): ActorReply<Value> => ({ ok: true, value });

export const refusal = (code: RefusalCode, detail?: string): Refusal =>
  detail === undefined ? { ok: false, code } : { ok: false, code, detail };

export const overloaded = (retryAfterMs: number, detail: string): Refusal => ({
  ok: false,
  code: "overloaded",
  detail,
  retryAfterMs,
});
