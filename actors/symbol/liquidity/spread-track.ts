/**
 * For how long which spread of quotes stood in the running session, by event time. A quote stands until the next one, as long as it is fresh,
 * while the market is open; a crossed one is no spread. Counted tick by tick, so nothing depends on how ticks were batched.
 */
import { PRICE_AGE_MS_MAX } from "../../../src/domain/price.ts";
import { spreadBps } from "../../../src/quant/depth/touch.ts";
import { binOf } from "../../../src/quant/liquidity/spread-times.ts";
import type { TradingDay } from "../../../src/quant/trading-days.ts";
import type { Quote, SymbolState } from "../state.ts";
import type { SessionSpreads, SpreadTrack } from "./spread-state.ts";

type Counting = Pick<SymbolState, "quote" | "calendar" | "spreads">;

/** The standing quote, if there is one, has stood until then; what comes is of the session of that moment. */
export function countSpread(state: Counting, to: number, told: SessionSpreads[]): void {
  if (to <= state.spreads.until) return;
  if (state.quote !== undefined) countQuote(state, state.quote, to, told);
  state.spreads.until = to;
  const day = state.calendar.dayAt(to);
  if (day.day !== state.spreads.day) turnTo(state.spreads, day, told);
}

function countQuote({ spreads, calendar }: Counting, quote: Quote, to: number, told: SessionSpreads[]): void {
  const [ts] = quote.key;
  const bps = bpsOf(quote);
  const end = Math.min(to, ts + PRICE_AGE_MS_MAX);
  for (let at = Math.max(ts, spreads.until); at < end; ) {
    const day = calendar.dayAt(at);
    if (day.day !== spreads.day) turnTo(spreads, day, told);
    const until = Math.min(end, day.end);
    if (bps !== undefined) add(spreads, bps, openMs(day, at, until));
    at = until;
  }
}

/** Once, when the session of the spreads has closed: what stood by then is told. Asked at each tick. */
export function closeSpreads(state: Counting, closedUntil: number, told: SessionSpreads[]): void {
  const { spreads } = state;
  if (closedUntil < spreads.closesAt) return;
  countSpread(state, spreads.closesAt, told);
  // A quote that stood over the end of its day has turned to the next one, and told this.
  if (closedUntil < spreads.closesAt) return;
  spreads.closesAt = Number.POSITIVE_INFINITY;
  tell(spreads, told);
}

/** The feed has ended: the session is told as far as it went, and may go on. */
export function tellSpreads(state: Counting, at: number, told: SessionSpreads[]): void {
  countSpread(state, at, told);
  tell(state.spreads, told);
}

function turnTo(spreads: SpreadTrack, { day, closesAt }: TradingDay, told: SessionSpreads[]): void {
  if (Number.isFinite(spreads.closesAt)) tell(spreads, told);
  spreads.day = day;
  spreads.closesAt = closesAt;
  spreads.times = new Map();
}

function tell({ day, times }: SpreadTrack, told: SessionSpreads[]): void {
  if (times.size > 0) told.push({ day, times: new Map(times) });
}

/** Undefined of one that is crossed, or has a side that is no price. */
function bpsOf({ bid, bidSize, ask, askSize }: Quote): number | undefined {
  return bid <= 0 || ask < bid ? undefined : spreadBps({ bid: [bid, bidSize], ask: [ask, askSize] });
}

function add({ times }: SpreadTrack, bps: number, ms: number): void {
  const bin = binOf(bps);
  if (ms > 0) times.set(bin, (times.get(bin) ?? 0) + ms);
}

function openMs({ stretches }: TradingDay, from: number, to: number): number {
  let ms = 0;
  for (const { start, end } of stretches) ms += Math.max(0, Math.min(to, end) - Math.max(from, start));
  return ms;
}
