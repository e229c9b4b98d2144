/** Every consequence of a symbol's events, folded in place. What follows from an event (bars that close, prices that change) is noted in `changes`. */

import { unreachable } from "../../src/domain/assert.ts";
import { GRACE_MS } from "../../src/domain/lateness.ts";
import { bucketStart, MINUTE_MS } from "../../src/domain/time.ts";
import { addTrade, isBefore, type MinuteBar, openMinute, type Print, placeOf } from "./bars.ts";
import type { Changes } from "./changes.ts";
import { closeBegun, closeUntil, revise } from "./closing.ts";
import type { InstrumentTaken, QuoteTaken, SymbolEvent, TickLate, TradeTaken } from "./events.ts";
import { calendarOf, type SymbolState } from "./state.ts";

export function apply(state: SymbolState, event: SymbolEvent, changes: Changes): void {
  switch (event.kind) {
    case "trade-taken":
      takeTrade(state, event, changes);
      break;
    case "quote-taken":
      takeQuote(state, event, changes);
      break;
    case "tick-late":
      keepLate(state, event, changes);
      break;
    case "gap-noted":
      changes.gaps.push(...state.gaps.tell(event.told, event.at));
      break;
    case "ticks-taken":
      state.takenAt = event.at;
      break;
    case "clock-advanced":
      closeUntil(state, event.until, changes);
      break;
    case "feed-ended":
      closeBegun(state, event.at, changes);
      break;
    case "instrument-taken":
      takeInstrument(state, event, changes);
      break;
    default:
      unreachable(event);
  }
}

function takeTrade(state: SymbolState, trade: TradeTaken, changes: Changes): void {
  const { ts, price, size, ordinal, key } = trade;
  if (key !== undefined) state.tradeKeys.add(key, ts);
  hear(state, ts, changes);
  const print: Print = { price, size, key: [ts, ordinal, state.arrivals] };
  const minute = intoMinute(state.minutes, print);
  changes.minutes.add(minute);
  revise(state, minute, changes);
  becomeLast(state, print, changes);
}

function takeQuote(state: SymbolState, quote: QuoteTaken, changes: Changes): void {
  const { ts, bid, bidSize, ask, askSize, ordinal, key } = quote;
  if (key !== undefined) state.quoteKeys.add(key, ts);
  hear(state, ts, changes);
  const order = [ts, ordinal, state.arrivals] as const;
  if (state.quote !== undefined && !isBefore(state.quote.key, order)) return;
  state.quote = { bid, bidSize, ask, askSize, key: order };
  changes.priced = true;
}

/** It counts as taken, so that a feed that sends it again does not fill the ledger with it. */
function keepLate(state: SymbolState, late: TickLate, changes: Changes): void {
  const { tick } = late;
  const keys = tick.kind === "trade-taken" ? state.tradeKeys : state.quoteKeys;
  if (tick.key !== undefined) keys.add(tick.key, tick.ts);
  state.lateTicks += 1;
  changes.late.push(late);
}

function takeInstrument(state: SymbolState, { instrument }: InstrumentTaken, changes: Changes): void {
  state.instrument = instrument;
  state.calendar = calendarOf(instrument);
  changes.reference = true;
}

/** One tick more; the watermark may rise with it, and bars close behind it. */
function hear(state: SymbolState, ts: number, changes: Changes): void {
  state.arrivals += 1;
  state.listeningSince ??= ts;
  if (ts <= state.watermark) return;
  state.watermark = ts;
  closeUntil(state, ts - GRACE_MS, changes);
}

function intoMinute(minutes: MinuteBar[], print: Print): MinuteBar {
  const start = bucketStart(print.key[0], MINUTE_MS);
  const newest = minutes.at(-1);
  if (newest?.start === start) {
    addTrade(newest, print);
    return newest;
  }
  const place = newest !== undefined && newest.start < start ? minutes.length : placeOf(minutes, start);
  const present = minutes[place];
  if (present?.start === start) {
    addTrade(present, print);
    return present;
  }
  const opened = openMinute(start, print);
  minutes.splice(place, 0, opened);
  return opened;
}

/** The newest trade in the order of trades: a late one changes no last price. */
function becomeLast(state: SymbolState, print: Print, changes: Changes): void {
  const { last } = state;
  if (last !== undefined && !isBefore(last.key, print.key)) return;
  state.last = print;
  changes.priced = true;
  if (last?.price === print.price) return;
  state.lastChanges += 1;
  changes.lastPrices.push([state.lastChanges, print.key[0], print.price]);
}
