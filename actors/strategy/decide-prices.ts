/** What a batch of prices means: which changes are new, which are missing, and when each of them counts. */
import type { PriceMark } from "../../src/domain/price.ts";
import type { PriceBatch, PriceChange, PriceUpdate } from "../price-hub/messages.ts";
import type { StrategyEvent } from "./events.ts";
import { lastMark, type Mark, type Moment, quoteMark } from "./moment.ts";
import { minutesFrom, placed } from "./placing.ts";
import { isFollowed, type Span, type StrategyState } from "./state.ts";

/** How far a symbol's prices have been heard. */
type Cursor = { n: number | undefined; mark: Mark | undefined };

type Hearing = {
  readonly state: StrategyState;
  readonly cursors: Map<string, Cursor>;
  readonly moments: Moment[];
  readonly spans: Span[];
  readonly baselines: StrategyEvent[];
  order: number;
  late: number;
};

/** A symbol that is not followed says nothing here. */
export function decidePrices(state: StrategyState, batch: PriceBatch): StrategyEvent[] {
  const hearing = hearingOf(state);
  for (const update of batch.updates) {
    const leg = state.legs.get(update.symbol);
    if (leg !== undefined && isFollowed(state, leg)) hearUpdate(hearing, update);
  }
  return eventsOf(hearing);
}

/** The price at which a leg begins to be followed. One that has been heard of already knows better. */
export function decideBaseline(state: StrategyState, symbol: string, mark: PriceMark): StrategyEvent[] {
  const leg = state.legs.get(symbol);
  if (leg === undefined || leg.n !== undefined || !isFollowed(state, leg)) return [];
  const hearing = hearingOf(state);
  hearBaseline(hearing, symbol, mark);
  return eventsOf(hearing);
}

const hearingOf = (state: StrategyState): Hearing => ({
  state,
  cursors: new Map(),
  moments: [],
  spans: [],
  baselines: [],
  order: state.nextOrder,
  late: 0,
});

function eventsOf({ moments, spans, late, baselines }: Hearing): StrategyEvent[] {
  if (moments.length === 0 && spans.length === 0) return baselines;
  return [...baselines, { type: "moments-heard", moments, spans, late }];
}

/** Its numbers say what is missing: a hub may call sampled what it had told before. */
function hearUpdate(hearing: Hearing, { symbol, changes, mark }: PriceUpdate): void {
  if (cursorOf(hearing, symbol).n === undefined && changes.length === 0) {
    hearBaseline(hearing, symbol, mark);
    return;
  }
  for (const change of changes) hearChange(hearing, symbol, change);
  if (mark.last === undefined) hearQuote(hearing, symbol, mark);
  else hearLast(hearing, symbol, mark, mark.last);
}

/** One change of the last price. Its number tells whether it is new, and whether some before it are missing. */
function hearChange(hearing: Hearing, symbol: string, [n, at, last]: PriceChange): void {
  const cursor = cursorOf(hearing, symbol);
  if (cursor.n !== undefined && n <= cursor.n) return;
  const times = timesAfter(cursor, at);
  if (n > (cursor.n ?? 0) + 1) {
    const unheardSince = hearing.state.legs.get(symbol)?.unheardSince ?? 0;
    const since = cursor.n === undefined ? unheardSince : (cursor.mark?.pricedAt ?? unheardSince);
    hearing.spans.push(minutesFrom(since, times.ts));
  }
  const kind = hearing.state.legs.get(symbol)?.rateOnly === true ? "rate" : "price";
  const { ts } = push(hearing, { kind, ...times, symbol, order: hearing.order, n, last });
  Object.assign(cursor, { n, mark: lastMark({ ...times, ts, last }) });
}

/** The newest state after all changes: it may hold one that no list brought, or say that the last price was seen again. */
function hearLast(hearing: Hearing, symbol: string, mark: PriceMark, last: number): void {
  const { n = 0, mark: known } = cursorOf(hearing, symbol);
  const at = mark.lastTs ?? known?.pricedAt ?? 0;
  if (mark.lastChanges > n) hearChange(hearing, symbol, [mark.lastChanges, at, last]);
  else if (mark.lastChanges === n) seeAgain(hearing, symbol, at);
}

/** A leg that has never traded is marked between bid and ask. */
function hearQuote(hearing: Hearing, symbol: string, { bid, ask, quoteTs }: PriceMark): void {
  const cursor = cursorOf(hearing, symbol);
  if (bid === undefined || ask === undefined || quoteTs === undefined || cursor.mark?.source === "last")
    return;
  if (cursor.mark?.halves === BigInt(bid) + BigInt(ask)) {
    seeAgain(hearing, symbol, quoteTs);
    return;
  }
  const times = timesAfter(cursor, quoteTs);
  const { ts } = push(hearing, { kind: "quote", ...times, symbol, order: hearing.order, bid, ask });
  cursor.mark = quoteMark({ ...times, ts, bid, ask });
}

function seeAgain(hearing: Hearing, symbol: string, at: number): void {
  const cursor = cursorOf(hearing, symbol);
  if (cursor.mark === undefined || at <= cursor.mark.countsFrom) return;
  const moment: Moment = { kind: "seen", ts: at, symbol, order: hearing.order };
  // It changes no amount: where it comes too late to say that a price was fresh, it says nothing.
  if (!hearing.state.timeline.admits(moment)) return;
  push(hearing, moment);
  cursor.mark = { ...cursor.mark, pricedAt: at, countsFrom: at };
}

/** Counts from the start where this leg has not been priced before, and otherwise from where the event time is. */
function hearBaseline(hearing: Hearing, symbol: string, price: PriceMark): void {
  const cursor = cursorOf(hearing, symbol);
  const { priceTime } = hearing.state;
  const n = price.lastChanges;
  const mark = markOf(price) ?? cursor.mark;
  if (cursor.mark === undefined || priceTime === undefined) {
    hearing.baselines.push({ type: "start-priced", symbol, n, mark });
    cursor.mark = mark;
  } else {
    const from = Math.max(priceTime, cursor.mark.countsFrom);
    const { ts } = push(hearing, { kind: "baseline", ts: from, symbol, order: hearing.order, n, mark });
    cursor.mark = mark && { ...mark, countsFrom: ts };
  }
  cursor.n = n;
}

/** In the order of their numbers: none counts before the one ahead of it. */
function timesAfter({ mark }: Cursor, at: number): { pricedAt: number; ts: number } {
  const pricedAt = Math.max(at, mark?.pricedAt ?? 0);
  return { pricedAt, ts: Math.max(pricedAt, mark?.countsFrom ?? 0) };
}

function push(hearing: Hearing, arrived: Moment): Moment {
  const { moment, span } = placed(hearing.state, arrived);
  hearing.moments.push(moment);
  hearing.order += 1;
  if (span !== undefined) {
    hearing.spans.push(span);
    hearing.late += 1;
  }
  return moment;
}

function cursorOf({ state, cursors }: Hearing, symbol: string): Cursor {
  const present = cursors.get(symbol);
  if (present !== undefined) return present;
  const cursor = { n: state.legs.get(symbol)?.n, mark: state.timeline.tip.legs.get(symbol)?.mark };
  cursors.set(symbol, cursor);
  return cursor;
}

function markOf({ last, lastTs, bid, ask, quoteTs }: PriceMark): Mark | undefined {
  if (last !== undefined) return lastMark({ last, pricedAt: lastTs ?? 0, ts: lastTs ?? 0 });
  if (bid === undefined || ask === undefined) return undefined;
  return quoteMark({ bid, ask, pricedAt: quoteTs ?? 0, ts: quoteTs ?? 0 });
}
