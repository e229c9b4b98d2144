/**
 * Bars of quotes: minutes of bid, ask and what lies between, built in the order of quotes, closed, revised and folded by the very rules of
 * bars of trades. They are a track of their own: no trade is in them, and no quote in those of trades. Both share one watermark.
 */
import type { Instrument } from "../../../src/domain/instrument.ts";
import { bucketStart, MINUTE_MS } from "../../../src/domain/time.ts";
import { isBefore, type MinuteBar, minuteAt, type OrderKey } from "../bars/bars.ts";
import { closeBegun, closeUntil, revise } from "../bars/closing.ts";
import type { Changes } from "../changes.ts";
import type { QuoteTaken } from "../events.ts";
import type { QuoteTrack, SymbolState } from "../state.ts";
import { openSide } from "./sides.ts";

/** A currency is quoted more than it is traded; of others an instrument says it. */
export const buildsQuoteBars = ({ type, quoteBars }: Pick<Instrument, "type" | "quoteBars">): boolean =>
  quoteBars ?? type === "fx";

export const openTrack = (state: SymbolState, listeningSince?: number): QuoteTrack => ({
  calendar: state.calendar,
  watermark: state.watermark,
  closedUntil: state.closedUntil,
  endedAt: state.endedAt,
  listeningSince,
  minutes: [],
  days: [],
  closeBefore: undefined,
  revisions: new Map(),
});

/** Where the instrument no longer asks for bars of quotes what forms is closed, and the track ends; asked for again, it goes on with what the disk has. */
export function followInstrument(state: SymbolState, changes: Changes): void {
  const { instrument, quotes, calendar } = state;
  if (instrument === undefined || !buildsQuoteBars(instrument)) {
    if (quotes !== undefined) closeBegun(quotes, quotes.watermark, changes.quotes);
    state.quotes = undefined;
  } else if (quotes === undefined) state.quotes = openTrack(state);
  else quotes.calendar = calendar;
}

/** Closes what the symbol's own clock has closed by now. */
export function followClock(
  { quotes, watermark, closedUntil, endedAt }: SymbolState,
  changes: Changes,
): void {
  if (quotes === undefined) return;
  quotes.watermark = watermark;
  closeUntil(quotes, closedUntil, changes.quotes);
  if (endedAt > quotes.endedAt) closeBegun(quotes, endedAt, changes.quotes);
}

/** A crossed quote has no side, so it is in no bar; nor is one whose sides together pass 2^53, between which nothing is exact. */
export function takeIntoTrack(
  { quotes }: SymbolState,
  { bid, ask, ts }: QuoteTaken,
  key: OrderKey,
  changes: Changes,
): void {
  if (quotes === undefined || bid > ask || !Number.isSafeInteger(bid + ask)) return;
  quotes.listeningSince ??= ts;
  const minute = minuteAt(quotes.minutes, bucketStart(ts, MINUTE_MS));
  addQuote(minute, bid, ask, key);
  changes.quotes.minutes.add(minute);
  revise(quotes, minute, changes.quotes);
}

/** Quotes may come in any order: the bar is the same. */
export function addQuote(bar: MinuteBar, bid: number, ask: number, key: OrderKey): void {
  bar.sides ??= { bid: openSide(bid), ask: openSide(ask) };
  const { bid: bids, ask: asks } = bar.sides;
  bar.n += 1;
  if (isBefore(key, bar.first)) {
    [bar.o, bids.o, asks.o] = [bid + ask, bid, ask];
    bar.first = key;
  }
  if (isBefore(bar.last, key)) {
    [bar.c, bids.c, asks.c] = [bid + ask, bid, ask];
    bar.last = key;
  }
  for (const [side, price] of [[bar, bid + ask] as const, [bids, bid] as const, [asks, ask] as const]) {
    if (price > side.h) side.h = price;
    if (price < side.l) side.l = price;
  }
}
