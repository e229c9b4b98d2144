/** What of an account's state adds up over its parts, or is in one of them. */
import type { RiskState } from "../../../actors/risk-shard/state.ts";

/** Without what prices make of them. */
export const linesOf = ({ symbolLines }: RiskState) =>
  [...symbolLines].map(
    ([symbol, { pos, buys, sells, working }]) => [symbol, { pos, buys, sells, working }] as const,
  );
export const positionsOf = ({ positions }: RiskState) => positions;
/** Where it was accepted, and as which fact, is each object's own. */
export const ordersOf = ({ orders }: RiskState) =>
  [...orders].map(([id, { seq: _, orderId: __, ...order }]) => [id, order] as const);
export const daysOf = ({ dayCounts }: RiskState) => dayCounts;
export const ratesOf = ({ rates }: RiskState) => rates;
export const contentsOf = ({ contents }: RiskState) => contents;
export const equityOf = ({ funds }: RiskState): bigint => funds.equity;
export const grossOf = ({ totals }: RiskState): bigint => totals.gross;
export const longOf = ({ totals }: RiskState): bigint => totals.long;
export const shortOf = ({ totals }: RiskState): bigint => totals.short;

/** A decision without what each object numbers for itself. */
export function bare(decision: object | undefined): object {
  const { seq: _, orderId: __, limitsVersion: ___, ...rest } = decision as Readonly<Record<string, unknown>>;
  return rest;
}
