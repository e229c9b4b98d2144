/** One fill: the position at average cost, the order, what its strategy hears, and what it violates. */
import { assert } from "../../src/domain/assert.ts";
import type { Symbol } from "../../src/domain/ids.ts";
import type { Instrument } from "../../src/domain/instrument.ts";
import { type Money, moneyText } from "../../src/domain/money.ts";
import { type Side, signOf } from "../../src/domain/order.ts";
import { afterFill, FLAT } from "../../src/domain/position.ts";
import type { ExecutionBooked, FillNews, RiskEvent, ViolationRaised } from "./events.ts";
import type { LegInstrument } from "./messages.ts";
import { ordersAfterFill } from "./pairs.ts";
import type { Tell } from "./sequence.ts";
import { isOver, type LimitUse, usesFor, violationOf } from "./standing-limits.ts";
import { lineKey, NO_STRATEGY, type Order, type RiskState, remainingOf } from "./state.ts";

export type Fill = {
  readonly execId: string;
  /** Undefined for the opening leg of a strategy. */
  readonly clientOrderId: string | undefined;
  readonly symbol: Symbol;
  readonly strategy: string;
  readonly side: Side;
  readonly qty: number;
  readonly price: number;
  readonly fee: Money;
  readonly ts: number;
  /** Undefined where this shard does not know it. */
  readonly order: Order | undefined;
  readonly opening: boolean;
  readonly body: string;
};

export function bookFill(state: RiskState, fill: Fill, at: number, tell: Tell): RiskEvent[] {
  const instrument = state.instruments.get(fill.symbol);
  assert(instrument !== undefined, "a fill is booked in a known instrument");
  const events: RiskEvent[] = [];
  const book = (event: RiskEvent): void => {
    events.push(event);
    tell(event);
  };
  const usedBefore = usesFor(state, fill, state.limits.limits, at);
  book(bookedEvent(state, fill, instrument, at));
  const code = violationCode(fill);
  if (code !== undefined) book(violation(fill, code, at));
  if (fill.strategy !== NO_STRATEGY) book(fillNews(fill, instrument, at));
  for (const use of raised(usedBefore, usesFor(state, fill, state.limits.limits, at))) {
    book({ ...violationOf(use, at), execId: fill.execId });
  }
  return events;
}

export const legOf = (instrument: Instrument): LegInstrument => ({
  symbol: instrument.symbol,
  priceScale: instrument.priceScale,
  sizeScale: instrument.sizeScale,
  notionalUnit: String(instrument.notionalUnit),
});

function bookedEvent(state: RiskState, fill: Fill, instrument: Instrument, at: number): ExecutionBooked {
  const { execId, clientOrderId, symbol, strategy, side, qty, price, fee, ts, opening, body } = fill;
  const held = state.positions.get(lineKey(symbol, strategy))?.position ?? FLAT;
  const position = afterFill(held, { qty: BigInt(qty * signOf(side)), price, fee }, instrument);
  return {
    kind: "execution-booked",
    at,
    type: "fill",
    execId,
    clientOrderId,
    symbol,
    strategy,
    side,
    qty,
    price,
    fee,
    ts,
    opening,
    orders: fill.order === undefined ? [] : ordersAfterFill(state, fill.order, BigInt(qty)),
    position: { symbol, strategy, position },
    body,
  };
}

/** Above what remains, or after the end of the order: booked, and not as it should be. */
function violationCode({ order, qty, opening }: Fill): "overfill" | "unsolicited-fill" | undefined {
  if (order === undefined) return opening ? undefined : "unsolicited-fill";
  return BigInt(qty) > remainingOf(order) ? "overfill" : undefined;
}

const violation = (fill: Fill, code: string, at: number): ViolationRaised => ({
  kind: "violation-raised",
  at,
  code,
  symbol: fill.symbol,
  strategy: fill.strategy,
  ...(fill.clientOrderId === undefined ? {} : { clientOrderId: fill.clientOrderId }),
  execId: fill.execId,
});

/** Limits that this fill left the book above, or further above. */
function raised(before: readonly LimitUse[], after: readonly LimitUse[]): LimitUse[] {
  const observedBefore = new Map(before.map((use) => [use.limit.id, use.observed]));
  return after.filter((use) => isOver(use) && use.observed > (observedBefore.get(use.limit.id) ?? 0n));
}

const fillNews = (fill: Fill, instrument: Instrument, at: number): FillNews => ({
  kind: "fill-news",
  at,
  news: {
    type: "fill-booked",
    strategy: fill.strategy,
    execId: fill.execId,
    leg: legOf(instrument),
    side: fill.side,
    qty: fill.qty,
    price: fill.price,
    fee: moneyText(fill.fee),
    ts: fill.ts,
    opening: fill.opening,
  },
});
