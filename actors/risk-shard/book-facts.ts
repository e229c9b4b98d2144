/** What facts of the book of record say, as JSON: what was revised, cash, corporate actions, drift. As in `facts.ts`, a field is added and never changed. */
import { decimalText } from "../../src/domain/decimal.ts";
import { moneyText } from "../../src/domain/money.ts";
import type { HoldingChange } from "../../src/quant/money/entry.ts";
import type { ActionApplied, CashMoved, ExecutionBooked, ExecutionRevised, PositionDrift } from "./events.ts";
import { type Order, type PositionRecord, remainingOf } from "./state.ts";

/** What numbers of a symbol mean. */
export type Scales = { readonly priceScale: number; readonly sizeScale: number; readonly currency: string };

export type PositionFact = {
  readonly symbol: string;
  /** Empty where the fills carry no strategy. */
  readonly strategy: string;
  readonly qty: string;
  readonly cost: string;
  readonly realised: string;
  readonly fees: string;
  /** Absent in facts of a version that knew none. */
  readonly funding?: string;
};
export type OrderFact = {
  readonly clientOrderId: string;
  readonly orderId: string;
  readonly status: string;
  readonly filledQty: string;
  readonly remainingQty: string;
};
/** By how much an entry of a line is another, at its own time. `cost` is signed. */
export type RevisedFact = {
  readonly execId: string;
  readonly ts: number;
  readonly qty: string;
  readonly cost: string;
  readonly realised: string;
  readonly fees: string;
  readonly funding: string;
};

/** More of what a bust or a correction revised. */
export type ExecutionRevisedFact = {
  readonly execId: string;
  readonly refExecId: string;
  readonly symbol: string;
  readonly strategy: string | null;
  readonly currency: string;
  readonly revised: readonly RevisedFact[];
  readonly at: number;
};

/** Cash that no fill brought. With a symbol it is in that line's `fees` or `funding`, else in the account's cash. */
export type CashMovedFact = {
  readonly id: string;
  readonly type: string;
  readonly currency: string;
  readonly amount: string;
  readonly symbol: string | null;
  readonly strategy: string | null;
  readonly note: string | null;
  readonly ts: number;
  readonly position: PositionFact | null;
  readonly by: string;
  readonly at: number;
};

/** One line, and some of the orders, of an action of a symbol; of more orders there are more of these facts. */
export type ActionAppliedFact = {
  readonly symbol: string;
  readonly strategy: string | null;
  readonly id: string;
  readonly type: string;
  /** Of a split or bonus: so many became so many. */
  readonly from: string;
  readonly to: string;
  /** Of a dividend, for one. */
  readonly amount: string;
  readonly startsAt: number;
  readonly takenBack: boolean;
  readonly currency: string;
  readonly revised: readonly RevisedFact[];
  readonly position: PositionFact | null;
  readonly orders: readonly (OrderFact & {
    readonly qty: string;
    readonly price: string | null;
    readonly stopPrice: string | null;
    readonly adjusted: readonly string[];
  })[];
  readonly by: string;
  readonly at: number;
};

export type PositionDriftFact = {
  readonly symbol: string;
  readonly ofStrategies: string;
  readonly ofAccount: string;
  readonly at: number;
};

export const positionFact = (
  { symbol, strategy, position }: PositionRecord,
  scale: number,
): PositionFact => ({
  symbol,
  strategy,
  qty: decimalText(position.qty, scale),
  cost: moneyText(position.cost),
  realised: moneyText(position.realised),
  fees: moneyText(position.fees),
  funding: moneyText(position.funding),
});

export const orderFact = (order: Order, scale: number): OrderFact => ({
  clientOrderId: order.clientOrderId,
  orderId: order.orderId,
  status: order.status,
  filledQty: decimalText(order.filled, scale),
  remainingQty: decimalText(remainingOf(order), scale),
});

export const revisedFact = (revised: HoldingChange, scale: number): RevisedFact => ({
  execId: revised.id,
  ts: revised.ts,
  qty: decimalText(revised.qty, scale),
  cost: moneyText(revised.cost),
  realised: moneyText(revised.realised),
  fees: moneyText(revised.fees),
  funding: moneyText(revised.funding),
});

/** What an execution says beside itself: what it realised, and what it revised. */
export const revisionFact = (
  {
    realised,
    funding,
    refExecId,
    revised,
  }: Pick<ExecutionBooked, "realised" | "funding" | "refExecId" | "revised">,
  { currency, sizeScale }: Scales,
) => ({
  currency,
  realised: realised === undefined ? null : moneyText(realised),
  ...(funding === undefined ? {} : { funding: moneyText(funding) }),
  ...(refExecId === undefined ? {} : { refExecId }),
  ...(revised === undefined ? {} : { revised: revised.map((one) => revisedFact(one, sizeScale)) }),
});

export const executionRevised = (
  { execId, refExecId, symbol, strategy, revised, at }: ExecutionRevised,
  { currency, sizeScale }: Scales,
): ExecutionRevisedFact => ({
  ...{ execId, refExecId, symbol, strategy: orNull(strategy), currency },
  ...{ revised: revised.map((one) => revisedFact(one, sizeScale)), at },
});

export const cashMoved = (event: CashMoved, scale: number): CashMovedFact => ({
  id: event.id,
  type: event.type,
  currency: event.currency,
  amount: moneyText(event.amount),
  symbol: event.symbol ?? null,
  strategy: orNull(event.strategy),
  note: event.note ?? null,
  ts: event.ts,
  position: event.position === undefined ? null : positionFact(event.position, scale),
  by: event.by,
  at: event.at,
});

export function actionApplied(event: ActionApplied, scales: Scales): ActionAppliedFact {
  const { action, position, orders, revised } = event;
  const { sizeScale, priceScale, currency } = scales;
  const price = (value: number | undefined) => (value === undefined ? null : decimalText(value, priceScale));
  return {
    symbol: event.symbol,
    strategy: orNull(event.strategy),
    id: action.id,
    type: action.type,
    from: String(action.from),
    to: String(action.to),
    amount: moneyText(action.amount),
    startsAt: action.startsAt,
    takenBack: event.takenBack,
    currency,
    revised: revised.map((one) => revisedFact(one, sizeScale)),
    position: position === undefined ? null : positionFact(position, sizeScale),
    orders: orders.map((order) => ({
      ...orderFact(order, sizeScale),
      qty: decimalText(order.qty, sizeScale),
      price: price(order.price),
      stopPrice: price(order.stopPrice),
      adjusted: order.adjusted ?? [],
    })),
    by: event.by,
    at: event.at,
  };
}

export const positionDrift = (event: PositionDrift, scale: number): PositionDriftFact => ({
  symbol: event.symbol,
  ofStrategies: decimalText(event.ofStrategies, scale),
  ofAccount: decimalText(event.ofAccount, scale),
  at: event.at,
});

const orNull = (text: string): string | null => (text === "" ? null : text);
