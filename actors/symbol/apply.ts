/** Every consequence of a symbol's events, folded in place. What follows from an event (bars that close, prices that change) is noted in `changes`. */

import { unreachable } from "../../src/domain/assert.ts";
import { GRACE_MS } from "../../src/domain/lateness.ts";
import { isBefore } from "./bars/bars.ts";
import { closeBegun, closeUntil, passesMinute } from "./bars/closing.ts";
import { takeDepth } from "./book/take-depth.ts";
import type { Changes, LogBook } from "./changes.ts";
import type {
  InstrumentTaken,
  QuoteTaken,
  SymbolEvent,
  TickLate,
  TradeTaken,
  VolumeHeard,
} from "./events.ts";
import { noteSilence } from "./gaps/silence.ts";
import { DAY_VOLUME_SOURCES_MAX } from "./limits.ts";
import { closeSpreads, countSpread, tellSpreads } from "./liquidity/spread-track.ts";
import { amendTrade, buildReshaped } from "./log/amend.ts";
import { keepForFold } from "./log/late-folding.ts";
import { placeTrade } from "./log/take-trade.ts";
import { followClock, followInstrument, takeIntoTrack } from "./quotes/quote-track.ts";
import { calendarOf, type SymbolState } from "./state.ts";

export function apply(state: SymbolState, event: SymbolEvent, changes: Changes, log: LogBook): void {
  switch (event.kind) {
    case "trade-taken":
      takeTrade(state, event, changes, log);
      break;
    case "trade-amended":
      amendTrade(state, event, changes, log);
      break;
    case "quote-taken":
      takeQuote(state, event, changes, log);
      break;
    case "volume-heard":
      hearVolume(state, event, changes);
      break;
    case "depth-told":
      hear(state, event.ts, changes, log);
      takeDepth(state, event.change, changes);
      break;
    case "tick-late":
      keepLate(state, event, changes);
      break;
    case "gap-noted":
      changes.gaps.push(...state.gaps.tell(event.told, event.at));
      break;
    case "ticks-taken":
      state.takenAt = event.at;
      for (const { from, to } of changes.silences.splice(0))
        changes.gaps.push(state.gaps.hush(from, to, event.at));
      break;
    case "clock-advanced":
      closeUntil(state, event.until, changes);
      followClock(state, changes);
      closeSpreads(state, state.closedUntil, changes.spreads);
      break;
    case "feed-ended":
      closeBegun(state, event.at, changes);
      followClock(state, changes);
      tellSpreads(state, event.at, changes.spreads);
      break;
    case "instrument-taken":
      takeInstrument(state, event, changes);
      break;
    default:
      unreachable(event);
  }
}

function takeTrade(state: SymbolState, trade: TradeTaken, changes: Changes, log: LogBook): void {
  if (trade.key !== undefined) state.tradeKeys.add(trade.key, trade.ts);
  hear(state, trade.ts, changes, log);
  placeTrade(state, trade, changes, log);
  state.depthWindow.traded(trade.ts, trade.size);
}

function takeQuote(state: SymbolState, quote: QuoteTaken, changes: Changes, log: LogBook): void {
  const { ts, bid, bidSize, ask, askSize, ordinal, key } = quote;
  if (key !== undefined) state.quoteKeys.add(key, ts);
  hear(state, ts, changes, log);
  const order = [ts, ordinal, state.arrivals] as const;
  takeIntoTrack(state, quote, order, changes);
  if (state.quote !== undefined && !isBefore(state.quote.key, order)) return;
  countSpread(state, ts, changes.spreads);
  state.quote = { bid, bidSize, ask, askSize, key: order };
  changes.priced = true;
}

/** The source that was heard longest ago makes room: its next volume is a first one again. */
function hearVolume(
  { dayVolumes, arrivals }: SymbolState,
  { source, known }: VolumeHeard,
  changes: Changes,
): void {
  changes.volumes.add(source);
  dayVolumes.delete(source);
  dayVolumes.set(source, { ...known, heard: arrivals });
  const [oldest] = dayVolumes.keys();
  if (dayVolumes.size > DAY_VOLUME_SOURCES_MAX && oldest !== undefined) dayVolumes.delete(oldest);
}

/** It counts as taken, so that a feed that sends it again does not fill the ledger with it. */
function keepLate(state: SymbolState, late: TickLate, changes: Changes): void {
  const { tick } = late;
  if (tick.kind !== "amendment-told" && tick.key !== undefined) {
    const keys = tick.kind === "trade-taken" ? state.tradeKeys : state.quoteKeys;
    keys.add(tick.key, tick.ts);
  }
  state.lateTicks += 1;
  changes.late.push(late);
  keepForFold(state, late, changes);
}

function takeInstrument(state: SymbolState, { instrument }: InstrumentTaken, changes: Changes): void {
  state.instrument = instrument;
  state.calendar = calendarOf(instrument);
  followInstrument(state, changes);
  changes.reference = true;
}

/** One tick more; the watermark may rise with it, and bars close behind it. */
function hear(state: SymbolState, ts: number, changes: Changes, log: LogBook): void {
  state.arrivals += 1;
  state.listeningSince ??= ts;
  if (ts <= state.watermark) return;
  noteSilence(state, ts, changes);
  if (passesMinute(state, ts - GRACE_MS)) buildReshaped(changes, log);
  state.watermark = ts;
  closeUntil(state, ts - GRACE_MS, changes);
  followClock(state, changes);
  closeSpreads(state, state.closedUntil, changes.spreads);
}
