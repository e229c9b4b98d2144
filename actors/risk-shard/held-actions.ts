/** A symbol's corporate action as an account takes it: what so many become, what is paid for one, what a new share is worth. */
import { decimalsOf, divideHalfEven, scaledBigint } from "../../src/domain/decimal.ts";
import type { Symbol } from "../../src/domain/ids.ts";
import type { Instrument } from "../../src/domain/instrument.ts";
import { parseMoney, ZERO } from "../../src/domain/money.ts";
import type { ActionEntry } from "../symbol/messages.ts";
import type { ActionCommand } from "./decide-actions.ts";
import { inNewShares } from "./new-shares.ts";
import type { HeldAction, RiskState } from "./state.ts";
import { usableMark } from "./valuation.ts";

export function actionCommand(
  state: RiskState,
  symbol: Symbol,
  entry: ActionEntry,
  by: string,
): ActionCommand {
  const action = heldAction(entry);
  const revoked = entry.revokedAt !== undefined;
  const instrument = state.instruments.get(symbol);
  const price = instrument === undefined ? undefined : priceAfter(state, action, entry, instrument);
  return { symbol, action, revoked, price, by };
}

function heldAction(entry: ActionEntry): HeldAction {
  const { id, startsAt } = entry;
  const same = { id, startsAt, from: 1n, to: 1n, amount: ZERO };
  switch (entry.type) {
    case "split":
      return { ...same, type: entry.type, ...wholes(entry.from, entry.to) };
    case "bonus": {
      const { from, to } = wholes(entry.heldShares, entry.bonusShares);
      return { ...same, type: entry.type, from, to: from + to };
    }
    case "dividend": {
      const amount = parseMoney(entry.amount);
      return amount.ok ? { ...same, type: entry.type, amount: amount.value } : { ...same, type: "manual" };
    }
    default:
      return { ...same, type: "manual" };
  }
}

/** Two decimals as whole numbers of the same ratio. */
function wholes(one: string, other: string): { readonly from: bigint; readonly to: bigint } {
  const scale = Math.max(decimalsOf(one), decimalsOf(other));
  const [from, to] = [scaledBigint(one, scale), scaledBigint(other, scale)];
  return { from: from.ok ? from.value : 1n, to: to.ok ? to.value : 1n };
}

/** By the last price before the ex-date, where the action has it; else by the mark of now, of new shares or of old ones. */
function priceAfter(
  state: RiskState,
  { from, to, startsAt }: HeldAction,
  { referencePrice }: ActionEntry,
  instrument: Instrument,
): number | undefined {
  const { priceScale } = instrument;
  if (referencePrice === undefined) {
    const mark = state.marks.get(instrument.symbol);
    const { doubled } = usableMark(mark && inNewShares(mark, [{ ts: startsAt, from, to }]));
    return doubled === undefined ? undefined : Math.round(doubled / 2);
  }
  const digits = decimalsOf(referencePrice);
  const before = scaledBigint(referencePrice, digits);
  if (!before.ok) return undefined;
  const price = Number(divideHalfEven(before.value * from, to * 10n ** BigInt(digits), priceScale));
  return Number.isSafeInteger(price) && price > 0 ? price : undefined;
}
