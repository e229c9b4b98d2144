/** What a batch of prices means: which changes are new, which are missing, and when each of them counts. */
import type { PriceMark } from "../../src/domain/price.ts";
import type { PriceBatch, PriceChange, PriceUpdate } from "../price-hub/messages.ts";
import type { StrategyEvent } from "./events.ts";
import type { Mark, Moment } from "./moment.ts";
import { minutesFrom, placed } from "./placing.ts";
import { eventTimeOf, isFollowed, type Span, type StrategyState } from "./state.ts";

/** How far a symbol's prices have been heard. Its changes count in the order of their numbers, so none counts before the one ahead of it. */
type Cursor = { n: number | undefined; ts: number; mark: Mark | undefined };

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

function hearUpdate(hearing: Hearing, { symbol, changes, mark, sampled }: PriceUpdate): void {
  const cursor = cursorOf(hearing, symbol);
  const before = cursor.ts;
  const spans = hearing.spans.length;
  if (cursor.n === undefined && changes.length === 0) {
    hearBaseline(hearing, symbol, mark);
    return;
  }
  for (const change of changes) hearChange(hearing, symbol, change);
  if (mark.last === undefined) hearQuote(hearing, symbol, mark);
  else hearLast(hearing, symbol, mark, mark.last);
  // The hub says that it left some out, and their numbers did not show it.
  const unseen = sampled && hearing.spans.length === spans;
  if (unseen && cursor.ts > 0) hearing.spans.push(minutesFrom(before === 0 ? cursor.ts : before, cursor.ts));
}

/** One change of the last price. Its number tells whether it is new, and whether some before it are missing. */
function hearChange(hearing: Hearing, symbol: string, [n, at, last]: PriceChange): void {
  const cursor = cursorOf(hearing, symbol);
  if (cursor.n !== undefined && n <= cursor.n) return;
  const ts = Math.max(at, cursor.ts);
  if (n > (cursor.n ?? 0) + 1) {
    // Without a price before it, everything that has been folded so far lacked one.
    const since = cursor.n === undefined ? (hearing.state.timeline.minuteAt(0) ?? ts) : cursor.ts;
    hearing.spans.push(minutesFrom(since, ts));
  }
  const moment = push(hearing, { kind: "price", ts, symbol, order: hearing.order, n, last });
  Object.assign(cursor, {
    n,
    ts: moment.ts,
    mark: { halves: 2n * BigInt(last), source: "last", ts: moment.ts },
  });
}

/** The newest state after all changes: it may hold one that no list brought, or say that the last price was seen again. */
function hearLast(hearing: Hearing, symbol: string, mark: PriceMark, last: number): void {
  const cursor = cursorOf(hearing, symbol);
  const at = mark.lastTs ?? cursor.ts;
  if (mark.lastChanges > (cursor.n ?? 0)) hearChange(hearing, symbol, [mark.lastChanges, at, last]);
  else if (at > cursor.ts && mark.lastChanges === cursor.n) seeAgain(hearing, symbol, at);
}

/** A leg that has never traded is marked between bid and ask. */
function hearQuote(hearing: Hearing, symbol: string, { bid, ask, quoteTs }: PriceMark): void {
  const cursor = cursorOf(hearing, symbol);
  if (bid === undefined || ask === undefined || quoteTs === undefined || cursor.mark?.source === "last")
    return;
  const halves = BigInt(bid) + BigInt(ask);
  if (cursor.mark?.halves === halves) {
    if (quoteTs > cursor.ts) seeAgain(hearing, symbol, quoteTs);
    return;
  }
  const ts = Math.max(quoteTs, cursor.ts);
  const moment = push(hearing, { kind: "quote", ts, symbol, order: hearing.order, bid, ask });
  Object.assign(cursor, { ts: moment.ts, mark: { halves, source: "mid", ts: moment.ts } });
}

function seeAgain(hearing: Hearing, symbol: string, ts: number): void {
  const moment: Moment = { kind: "seen", ts, symbol, order: hearing.order };
  // It changes no amount: where it comes too late to say that a price was fresh, it says nothing.
  if (hearing.state.timeline.admits(moment)) cursorOf(hearing, symbol).ts = push(hearing, moment).ts;
}

/** Counts from the start where this leg has not been priced before, and otherwise from where the event time is. */
function hearBaseline(hearing: Hearing, symbol: string, price: PriceMark): void {
  const { state } = hearing;
  const cursor = cursorOf(hearing, symbol);
  const n = price.lastChanges;
  const mark = markOf(price);
  const eventTime = eventTimeOf(state);
  if (cursor.mark === undefined || eventTime === undefined) {
    hearing.baselines.push({ type: "start-priced", symbol, n, mark });
  } else {
    const ts = Math.max(eventTime, cursor.ts);
    push(hearing, { kind: "baseline", ts, symbol, order: hearing.order, n, mark: mark ?? cursor.mark });
  }
  Object.assign(cursor, { n, ts: Math.max(cursor.ts, mark?.ts ?? 0), mark: mark ?? cursor.mark });
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
  const mark = state.timeline.tip.legs.get(symbol)?.mark;
  const cursor = { n: state.legs.get(symbol)?.n, ts: mark?.ts ?? 0, mark };
  cursors.set(symbol, cursor);
  return cursor;
}

function markOf({ last, lastTs, bid, ask, quoteTs }: PriceMark): Mark | undefined {
  if (last !== undefined) return { halves: 2n * BigInt(last), source: "last", ts: lastTs ?? 0 };
  if (bid === undefined || ask === undefined) return undefined;
  return { halves: BigInt(bid) + BigInt(ask), source: "mid", ts: quoteTs ?? 0 };
}
