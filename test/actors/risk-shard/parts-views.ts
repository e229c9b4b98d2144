/** What of an account's state adds up over its parts, or is in one of them. */
import { dayCountAt } from "../../../actors/risk-shard/day-counts.ts";
import { totalIn } from "../../../actors/risk-shard/purses.ts";
import { countAt } from "../../../actors/risk-shard/rates.ts";
import type { RiskState } from "../../../actors/risk-shard/state.ts";
import { figuresAtOpen, figuresNow } from "../../../actors/risk-shard/trading-day.ts";

/** Without what prices make of them. */
export const linesOf = ({ symbolLines }: RiskState) =>
  [...symbolLines].map(
    ([symbol, { pos, buys, sells, working }]) => [symbol, { pos, buys, sells, working }] as const,
  );
export const positionsOf = ({ positions }: RiskState) => positions;
/** Where it was accepted, and as which fact, is each object's own. */
export const ordersOf = ({ orders }: RiskState) =>
  [...orders].map(([id, { seq: _, orderId: __, ...order }]) => [id, order] as const);
export const daysOf = ({ dayCounts }: RiskState) => [...dayCounts].filter(([key]) => key !== "account:");
export const ratesOf = ({ rates }: RiskState) => [...rates].filter(([key]) => !key.startsWith("account:"));

/** Over all of the account, counted by each for itself. */
export const turnoverIn = (states: readonly RiskState[], at: number): bigint =>
  states.reduce((sum, state) => sum + (dayCountAt(state, "account:", at).turnover["USD"] ?? 0n), 0n);
export const ordersIn = (states: readonly RiskState[], at: number): number =>
  states.reduce((sum, { rates }) => sum + countAt(rates.get("account:|60000"), 60_000, at), 0);

export const contentsOf = ({ contents }: RiskState) => contents;
export const equityOf = ({ funds }: RiskState): bigint => funds.equity;
export const grossOf = ({ totals }: RiskState): bigint => totals.gross;
export const longOf = ({ totals }: RiskState): bigint => totals.long;
export const shortOf = ({ totals }: RiskState): bigint => totals.short;

/** A decision without what each object numbers for itself, and counts for itself over all of the account. */
export function bare(decision: object | undefined): object {
  const { seq: _, orderId: __, limitsVersion: ___, ...rest } = decision as Decided;
  return { ...rest, checks: rest.checks?.filter(({ scope }) => scope.kind !== "account") };
}
type Decided = Readonly<Record<string, unknown>> & {
  readonly checks?: readonly { readonly scope: { readonly kind: string } }[];
};

export const byKey = ([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number =>
  one < other ? -1 : 1;
/** What the trading day has made. */
export const dayOf = (state: RiskState): bigint => {
  const atOpen = figuresAtOpen(state);
  if (atOpen === undefined) throw new Error("the day is known");
  return totalIn(figuresNow(state)) - totalIn(atOpen);
};
