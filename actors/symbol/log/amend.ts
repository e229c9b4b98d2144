/**
 * What a cancel or a correction does to the bars and to the last price. The log has the trades; a bar that one of them may have shaped is built
 * again, once for all notices of a turn: a venue takes back a stretch of trades at once.
 */
import { bucketStart, MINUTE_MS } from "../../../src/domain/time.ts";
import {
  countsForHighLow,
  countsForOpenClose,
  countsForVolume,
} from "../../../src/quant/trade-conditions.ts";
import { addTrade, emptyMinute, isPriced, type MinuteBar, placeOf, worth } from "../bars/bars.ts";
import { revise } from "../bars/closing.ts";
import type { Changes, LogBook } from "../changes.ts";
import type { StandingTrade, TradeAmended } from "../events.ts";
import type { SymbolState } from "../state.ts";

/** It counts as a tick that was taken, and its trade's bars have one revision more where they are closed. */
export function amendTrade(state: SymbolState, amended: TradeAmended, changes: Changes, log: LogBook): void {
  const { how: kind, trade, price, size, at } = amended;
  const { ts, arrival: of, counts } = trade;
  const { closedUntil } = state;
  state.arrivals += 1;
  log.amend({ kind, ts, of, price, size, arrival: state.arrivals, at, closedUntil, counts });
  changes.amended.push(amended);
  const minute = minuteOf(state.minutes, ts);
  if (minute !== undefined && counts !== 0) {
    if (!changes.reshaped.has(minute)) {
      if (isInside(minute, amended)) adjust(minute, amended);
      else changes.reshaped.add(minute);
    }
    changes.minutes.add(minute);
    revise(state, minute, changes);
  }
  if (state.last?.key[2] === of) changes.lastAmended = true;
}

/** Before anybody reads those minutes: before bars close, and when the turn is over. */
export function buildReshaped({ reshaped }: Pick<Changes, "reshaped">, log: LogBook): void {
  for (const minute of reshaped) rebuild(minute, log);
  reshaped.clear();
}

/** The turn is over: what its notices have left. */
export function settleAmended(state: SymbolState, changes: Changes, log: LogBook): void {
  buildReshaped(changes, log);
  if (changes.lastAmended) standLast(state, changes, log);
}

function minuteOf(minutes: readonly MinuteBar[], ts: number): MinuteBar | undefined {
  const start = bucketStart(ts, MINUTE_MS);
  const minute = minutes[placeOf(minutes, start)];
  return minute?.start === start ? minute : undefined;
}

/** Neither the trade as it was nor as it is now can have been or become one of the bar's four prices. */
function isInside(minute: MinuteBar, { how, trade, price }: TradeAmended): boolean {
  if (price === trade.price) return true;
  if (minute.first[2] === trade.arrival || minute.last[2] === trade.arrival) return false;
  if (!countsForHighLow(trade.counts)) return true;
  const isBetween = (one: number): boolean => minute.l < one && one < minute.h;
  return isBetween(trade.price) && (how === "cancel" || isBetween(price));
}

function adjust(minute: MinuteBar, { how, trade, price, size }: TradeAmended): void {
  if (how === "cancel") minute.n -= 1;
  if (!countsForVolume(trade.counts)) return;
  minute.v += BigInt(size) - BigInt(trade.size);
  minute.pv += worth(price, size) - worth(trade.price, trade.size);
}

function rebuild(minute: MinuteBar, log: LogBook): void {
  const { start, rev } = minute;
  const built = emptyMinute(start);
  for (const { price, size, ts, ordinal, arrival, counts } of log.trades(start, start + MINUTE_MS))
    addTrade(built, { price, size, key: [ts, ordinal, arrival], counts });
  Object.assign(minute, built, { rev });
}

/** The newest trade has gone or has another price: the newest that stands is the last one. */
function standLast(state: SymbolState, changes: Changes, log: LogBook): void {
  const before = state.last?.price;
  state.last = lastOf(log.newest(({ counts }) => countsForOpenClose(counts))) ?? lastOfBars(state);
  changes.priced = true;
  if (state.last === undefined || state.last.price === before) return;
  state.lastChanges += 1;
  changes.lastPrices.push([state.lastChanges, state.last.key[0], state.last.price]);
}

function lastOf(trade: StandingTrade | undefined): SymbolState["last"] {
  if (trade === undefined) return undefined;
  const { price, size, ts, ordinal, arrival } = trade;
  return { price, size, key: [ts, ordinal, arrival] };
}

/** Older than the log: the close of the newest minute. How much was traded at it is not known any more. */
function lastOfBars({ minutes }: SymbolState): SymbolState["last"] {
  const minute = minutes.findLast(isPriced);
  return minute === undefined ? undefined : { price: minute.c, size: 0, key: minute.last };
}
