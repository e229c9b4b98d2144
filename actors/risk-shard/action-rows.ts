/** A corporate action as its row has it. */
import { money } from "../../src/domain/money.ts";
import type { HeldAction } from "./state.ts";

/** An action as it was applied here last. */
export type AppliedAction = { readonly action: HeldAction; readonly takenBack: boolean };

type StoredAction = Pick<HeldAction, "id" | "type" | "startsAt"> & {
  readonly from: string;
  readonly to: string;
  readonly amount: string;
  readonly takenBack: boolean;
};

export function encodeAction({ action, takenBack }: AppliedAction): string {
  const { id, type, startsAt, from, to, amount } = action;
  const texts = { from: String(from), to: String(to), amount: String(amount) };
  return JSON.stringify({ id, type, startsAt, ...texts, takenBack } satisfies StoredAction);
}

export function decodeAction(text: string): AppliedAction {
  // SAFETY: only `encodeAction` makes this text.
  const { takenBack, from, to, amount, ...rest } = JSON.parse(text) as StoredAction;
  const numbers = { from: BigInt(from), to: BigInt(to), amount: money(BigInt(amount)) };
  return { action: { ...rest, ...numbers }, takenBack };
}
