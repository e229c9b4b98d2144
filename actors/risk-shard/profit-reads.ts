/** What the account has made, as it is shown. */
import { type ActorReply, answer, refusal } from "../runtime/reply.ts";
import type { Ledger } from "./ledger.ts";
import type { ProfitQuery } from "./messages.ts";
import {
  dayText,
  grouped,
  type LineProfit,
  linesAtOpen,
  linesNow,
  profitText,
  rateAtOpen,
  rateNow,
  summed,
} from "./profit.ts";
import { NO_PURSE, NO_STRATEGY, type Purse, type RiskState } from "./state.ts";
import { figuresAtOpen, tradingDayAt } from "./trading-day.ts";
import { usableMark } from "./valuation.ts";

/** A line by another method than average cost, or why it is not known by it. */
export type LineByMethod = Pick<LineProfit, "symbol" | "strategy"> &
  ({ readonly realised: bigint; readonly unrealised: bigint } | { readonly unavailable: string });

/** `others`: every line, where the method is not average cost. */
export function profitOf(
  ledger: Ledger,
  { method, by }: ProfitQuery,
  now: number,
  others: readonly LineByMethod[] = [],
): ActorReply<string> {
  const { state, store } = ledger;
  const { account } = state;
  if (account === undefined) return refusal("account-unknown");
  const isKnown = figuresAtOpen(state) !== undefined;
  const parts = state.closing === undefined ? [] : store.closing.parts();
  const [average, opening] = [linesNow(state), linesAtOpen(parts)];
  const lines = byMethod(average, others);
  const sides = [
    [lines, rateNow(state)],
    [average, rateNow(state)],
    [opening, rateAtOpen(state, parts)],
  ] as const;
  const isAverage = method === "average";
  const shown = (made: Purse, averageMade: Purse, atOpen: Purse) => ({
    day: isKnown ? dayText(averageMade, atOpen, isAverage) : null,
    inception: profitText(made),
  });
  const [made, madeAverage, madeAtOpen] = sides.map(([each, rate]) => summed(each, rate));
  const groups = sides.map(([each, rate]) =>
    by === "account" ? new Map<string, Purse>() : grouped(each, (line) => line[by], rate),
  );
  const names = [...new Set(groups.flatMap((group) => [...group.keys()]))].sort();
  const of = (side: number, name: string): Purse => groups[side]?.get(name) ?? NO_PURSE;
  return answer(
    JSON.stringify({
      ...{ account: account.account, currency: account.currency, method, by },
      tradingDay: tradingDayAt(state, now),
      ...shown(made ?? NO_PURSE, madeAverage ?? NO_PURSE, madeAtOpen ?? NO_PURSE),
      items: names.map((name) => ({
        ...(by === "symbol" ? { symbol: name } : { strategy: name === NO_STRATEGY ? null : name }),
        ...shown(of(0, name), of(1, name), of(2, name)),
      })),
      unpriced: unpricedIn(state),
      unconverted: [...state.purses.keys()].filter((currency) => rateNow(state)(currency) === undefined),
      unavailable: others.flatMap((other) =>
        "unavailable" in other
          ? [{ symbol: other.symbol, strategy: other.strategy || null, reason: other.unavailable }]
          : [],
      ),
      seq: state.seq,
    }),
  );
}

/** Fees and funding are the same by all of them. */
function byMethod(lines: readonly LineProfit[], others: readonly LineByMethod[]): readonly LineProfit[] {
  if (others.length === 0) return lines;
  const keyOf = ({ symbol, strategy }: Pick<LineProfit, "symbol" | "strategy">): string =>
    `${symbol}/${strategy}`;
  const found = new Map(others.map((other) => [keyOf(other), other]));
  return lines.map((line) => {
    const other = found.get(keyOf(line));
    if (other === undefined || "unavailable" in other) return line;
    const { realised, unrealised } = other;
    return { ...line, made: { ...line.made, realised, unrealised } };
  });
}

const unpricedIn = (state: RiskState): string[] => [
  ...new Set(
    [...state.positions.values()]
      .filter(
        ({ symbol, position }) =>
          position.qty !== 0n && usableMark(state.marks.get(symbol)).doubled === undefined,
      )
      .map(({ symbol }) => symbol),
  ),
];
