/** What the account has made, since its trading day began and since inception: in all, by strategy or by symbol. */
import { assert } from "../../src/domain/assert.ts";
import { moneyText } from "../../src/domain/money.ts";
import { unrealisedAt } from "../../src/domain/position.ts";
import { type FxRate, worthAt } from "../../src/domain/worth.ts";
import { NO_PURSE } from "./book-records.ts";
import { purseFrom } from "./closing-rows.ts";
import { convertedPurse } from "./funds.ts";
import { fxOf } from "./fx.ts";
import { addedTo, less, totalIn } from "./purses.ts";
import type { AccountSnapshotFact } from "./snapshot-facts.ts";
import { NO_STRATEGY, type Purse, type RiskState } from "./state.ts";
import { usableMark } from "./valuation.ts";

/** What one line has made, in its instrument's currency. */
export type LineProfit = {
  readonly symbol: string;
  readonly strategy: string;
  readonly currency: string;
  readonly made: Purse;
};

/** At average cost, at the marks of now. */
export function linesNow(state: RiskState): LineProfit[] {
  return [...state.positions.values()].map(({ symbol, strategy, position }) => {
    const instrument = state.instruments.get(symbol);
    assert(instrument !== undefined, "a position is of a known instrument");
    const { realised, fees, funding } = position;
    const { doubled } = usableMark(state.marks.get(symbol));
    const worth = doubled === undefined || position.qty === 0n ? undefined : worthAt(instrument, doubled);
    const unrealised = worth === undefined ? 0n : unrealisedAt(position, worth, instrument);
    const made = { cash: 0n, realised, unrealised, fees, funding };
    return { symbol, strategy, currency: instrument.currency, made };
  });
}

/** Of the snapshot that closed the day before; none where that day was the account's first. */
export const linesAtOpen = (parts: readonly AccountSnapshotFact[]): LineProfit[] =>
  parts.flatMap(({ positions }) =>
    positions.map((position) => ({
      symbol: position.symbol,
      strategy: position.strategy ?? NO_STRATEGY,
      currency: position.currency,
      made: purseFrom({ cash: "0", ...position }),
    })),
  );

type Rate = (currency: string) => FxRate | "own" | undefined;
export const rateNow =
  (state: RiskState): Rate =>
  (currency) =>
    fxOf(state, currency);

/** As the close had them, whatever they are now. */
export const rateAtOpen =
  (state: RiskState, [first]: readonly AccountSnapshotFact[]): Rate =>
  (currency) => {
    if (currency === state.account?.currency) return "own";
    const rate = first?.rates?.[currency];
    return rate === undefined ? undefined : { times: BigInt(rate[0]), over: BigInt(rate[1]) };
  };

/** All lines in the account's currency. What no rate leads from counts 0. */
export const summed = (lines: readonly LineProfit[], rate: Rate): Purse =>
  grouped(lines, () => "", rate).get("") ?? NO_PURSE;

/** What each strategy has made, in the account's currency. */
export const madeByStrategy = (lines: readonly LineProfit[], rate: Rate): Map<string, bigint> =>
  new Map(
    [...grouped(lines, ({ strategy }) => strategy, rate)].map(([strategy, made]) => [
      strategy,
      totalIn(made),
    ]),
  );

/** The same by group. */
export function grouped(
  lines: readonly LineProfit[],
  keyOf: (line: LineProfit) => string,
  rate: Rate,
): Map<string, Purse> {
  const own = new Map<string, Map<string, Purse>>();
  for (const line of lines) {
    const key = keyOf(line);
    const purses = own.get(key) ?? new Map<string, Purse>();
    purses.set(line.currency, addedTo(purses.get(line.currency) ?? NO_PURSE, line.made));
    own.set(key, purses);
  }
  return new Map([...own].map(([key, purses]) => [key, inOneCurrency(purses, rate)]));
}

function inOneCurrency(purses: ReadonlyMap<string, Purse>, rate: Rate): Purse {
  let sum = NO_PURSE;
  for (const [currency, purse] of purses) {
    const fx = rate(currency);
    if (fx !== undefined) sum = addedTo(sum, fx === "own" ? purse : convertedPurse(purse, fx));
  }
  return sum;
}

export const profitText = (made: Purse) => ({
  realised: moneyText(made.realised),
  unrealised: moneyText(made.unrealised),
  fees: moneyText(made.fees),
  funding: moneyText(made.funding),
  total: moneyText(totalIn(made)),
});

/** Since the day began. A close keeps average cost alone: what is realised of its gains by another method is not known. */
export function dayText(made: Purse, atOpen: Purse, isAverage: boolean) {
  const text = profitText(less(made, atOpen));
  return isAverage ? text : { ...text, realised: null, unrealised: null };
}
