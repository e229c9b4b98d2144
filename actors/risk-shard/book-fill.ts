/** One fill: the position at average cost, the order, what its strategy hears, and what it violates. */
import { assert } from "../../src/domain/assert.ts";
import type { Symbol } from "../../src/domain/ids.ts";
import type { Instrument } from "../../src/domain/instrument.ts";
import { type Money, money, moneyText } from "../../src/domain/money.ts";
import { type Side, signOf } from "../../src/domain/order.ts";
import { FLAT } from "../../src/domain/position.ts";
import type { Contract } from "../../src/domain/worth.ts";
import { afterEntry, type Booked } from "../../src/quant/money/average.ts";
import type { Split, Trade } from "../../src/quant/money/entry.ts";
import { sumOf } from "../../src/quant/money/holding.ts";
import { restated } from "../../src/quant/money/splits.ts";
import { actionOf } from "./action-ids.ts";
import type { ExecutionBooked, FillNews, RiskEvent, ViolationRaised } from "./events.ts";
import { repeatedExecutions } from "./executions-repeated.ts";
import { amountsOf, holdingNews, holdingText, legOf } from "./news.ts";
import { ordersAfterFill } from "./pairs.ts";
import type { Tell } from "./sequence.ts";
import { isOver, type LimitUse, usesFor, violationOf } from "./standing-limits.ts";
import {
  lineKey,
  NO_STRATEGY,
  type Order,
  type PositionRecord,
  type RiskState,
  remainingOf,
} from "./state.ts";

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
  const { symbol, strategy, execId } = fill;
  const instrument = state.instruments.get(symbol);
  assert(instrument !== undefined, "a fill is booked in a known instrument");
  const held = state.positions.get(lineKey(symbol, strategy)) ?? { symbol, strategy, position: FLAT };
  const entry = tradeOf(fill);
  const booked = afterEntry(held.position, entry, instrument, held.splits);
  const after = { ...held, position: booked.position };
  const isBeyondClose = fill.order?.reduceOnly === true && opensBy(state, fill);
  const code = violationCode(fill, filledBy(fill.order, entry, held.splits, instrument));
  const news = strategy === NO_STRATEGY ? [] : fillNews(state, fill, instrument, held, booked);
  return withLimits(state, fill, execId, at, tell, (book) => {
    book(bookedEvent(state, fill, entry, held, after, at));
    if (code !== undefined) book(violation(fill, code, at));
    if (isBeyondClose) book(violation(fill, "reduce-only-exceeded", at));
    for (const one of news) book({ kind: "fill-news", at, news: one });
    if (!fill.opening) for (const one of repeatedExecutions(state, fill, at)) book(one);
  });
}

/** Judged when it was sent, and again now: what it was to close may have been closed by others meanwhile. */
function opensBy(state: RiskState, { symbol, strategy, side, qty }: Fill): boolean {
  const held =
    strategy === NO_STRATEGY
      ? (state.symbolLines.get(symbol)?.pos ?? 0n)
      : (state.strategyLines.get(lineKey(symbol, strategy))?.pos ?? 0n);
  const closable = side === "buy" ? -held : held;
  return BigInt(qty) > (closable > 0n ? closable : 0n);
}

/** What is booked, and then each limit of the book that it leaves further above than it was. */
export function withLimits(
  state: RiskState,
  line: { readonly symbol: Symbol; readonly strategy: string },
  execId: string,
  at: number,
  tell: Tell,
  run: (book: (event: RiskEvent) => void) => void,
): RiskEvent[] {
  const events: RiskEvent[] = [];
  const book = (event: RiskEvent): void => {
    events.push(event);
    tell(event);
  };
  const before = usesFor(state, line, state.limits.limits, at);
  run(book);
  for (const use of raised(before, usesFor(state, line, state.limits.limits, at)))
    book({ ...violationOf(use, at), execId });
  return events;
}

const tradeOf = ({ execId, ts, qty, side, price, fee, opening }: Fill): Trade => ({
  ...{ kind: opening ? "opening" : "fill", id: execId, ts },
  ...{ qty: BigInt(qty * signOf(side)), price, fee },
});

/** How much of its order a trade fills, in the shares that the order is in by now. */
export function filledBy(
  order: Order | undefined,
  trade: Trade,
  splits: readonly Split[] | undefined,
  contract: Contract,
): bigint {
  const { adjusted } = order ?? {};
  const own =
    adjusted === undefined ? [] : (splits ?? []).filter(({ id }) => adjusted.includes(actionOf(id)));
  const { qty } = own.length === 0 ? trade : restated(trade, own, contract);
  return qty < 0n ? -qty : qty;
}

function bookedEvent(
  state: RiskState,
  fill: Fill,
  entry: Trade,
  held: PositionRecord,
  after: PositionRecord,
  at: number,
): ExecutionBooked {
  const { execId, clientOrderId, symbol, strategy, side, qty, price, fee, ts, opening, body, order } = fill;
  const instrument = state.instruments.get(symbol);
  assert(instrument !== undefined, "a fill is booked in a known instrument");
  const filled = filledBy(order, entry, held.splits, instrument);
  const funding = money(after.position.funding - held.position.funding);
  return {
    ...{ kind: "execution-booked", at, type: "fill", execId, clientOrderId, symbol, strategy, side },
    ...{ qty, price, fee, ts, opening, body },
    orders: order === undefined ? [] : ordersAfterFill(state, order, filled),
    position: after,
    realised: money(after.position.realised - held.position.realised),
    ...(funding === 0n ? {} : { funding }),
    journal: { add: entry },
  };
}

/** Above what remains, or after the end of the order: booked, and not as it should be. */
function violationCode(
  { order, opening }: Fill,
  filled: bigint,
): "overfill" | "unsolicited-fill" | undefined {
  if (order === undefined) return opening ? undefined : "unsolicited-fill";
  return filled > remainingOf(order) ? "overfill" : undefined;
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
export function raised(before: readonly LimitUse[], after: readonly LimitUse[]): LimitUse[] {
  const observedBefore = new Map(before.map((use) => [use.limit.id, use.observed]));
  return after.filter((use) => isOver(use) && use.observed > (observedBefore.get(use.limit.id) ?? 0n));
}

/** A late fill of before a split is another since then: that is told as what it is, at the split's own moment. */
function fillNews(
  state: RiskState,
  fill: Fill,
  instrument: Instrument,
  held: PositionRecord,
  { position, changes }: Booked,
): FillNews["news"][] {
  const [own, ...since] = changes;
  const change = own ?? NOTHING;
  const after = sumOf(amountsOf(held.position), change);
  const booked: FillNews["news"] = {
    ...{ type: "fill-booked", strategy: fill.strategy, execId: fill.execId },
    leg: legOf(instrument, state.account),
    ...{ side: fill.side, qty: fill.qty, price: fill.price, fee: moneyText(fill.fee), ts: fill.ts },
    opening: fill.opening,
    change: holdingText(change),
    after: holdingText(after),
  };
  if (since.length === 0) return [booked];
  const revision = { reason: "split", execId: fill.execId, revised: since, at: fill.ts } as const;
  return [booked, ...holdingNews(state, { ...held, position }, revision).map(({ news }) => news)];
}

const NOTHING = { qty: 0n, cost: 0n, realised: 0n, fees: 0n, funding: 0n };
