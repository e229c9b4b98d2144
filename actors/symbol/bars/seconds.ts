/** Bars of one and five seconds, built of the trade log when they are asked for: a row for each would be most of what a symbol writes. */
import type { SecondResolution } from "../../../src/domain/bar.ts";
import type { Instrument } from "../../../src/domain/instrument.ts";
import { bucketStart, type EpochMs, MINUTE_MS, SECOND_MS } from "../../../src/domain/time.ts";
import { type LogEntry, standingTrades } from "../log/log-entries.ts";
import type { TradeLog } from "../log/trade-log.ts";
import type { BarPage } from "../messages.ts";
import type { SymbolState } from "../state.ts";
import { barText, closedStateOf } from "./bar-text.ts";
import { addTrade, type Bar, emptyMinute, isPriced } from "./bars.ts";
import { isClosed } from "./closing.ts";

export const SECOND_WIDTHS: Readonly<Record<SecondResolution, number>> = {
  "1S": SECOND_MS,
  "5S": 5 * SECOND_MS,
};

type Log = Pick<TradeLog, "entries" | "reach" | "newestTs">;
type Range = { readonly from: number; readonly to: number; readonly limit: number };

/** The newest so many of the range, ascending, as far back as the log has all trades. They stand nowhere else. */
export function secondsPage(
  state: SymbolState,
  log: Log,
  instrument: Instrument,
  resolution: SecondResolution,
  range: Range,
): BarPage {
  const widthMs = SECOND_WIDTHS[resolution];
  const bars = newestSeconds(log, widthMs, range).slice(-range.limit);
  return { bars: bars.map((bar) => secondText(state, bar, widthMs, instrument)) };
}

export function secondText(state: SymbolState, bar: Bar, widthMs: number, instrument: Instrument): string {
  const closed = isClosed(state, { start: bar.start, closesAt: bar.start + widthMs });
  const { listeningSince, gaps } = state;
  const partial =
    listeningSince === undefined ||
    bar.start <= listeningSince ||
    gaps.marks(bar.start, () => bar.start + widthMs);
  return barText(bar, closed ? closedStateOf(bar) : "forming", partial, instrument);
}

/** All that begin in [from, to) and were ever traded in, ascending; one whose trades are all cancelled has no price. */
export function secondsIn(log: Log, widthMs: number, from: number, to: number): Bar[] {
  const entries = log.entries(bucketStart(from, widthMs), bucketStart(to + widthMs - 1, widthMs));
  const bars = new Map<EpochMs, ReturnType<typeof emptyMinute>>();
  for (const entry of entries) if (entry.kind !== "closing") revise(bars, entry, widthMs);
  for (const { ts, price, size, ordinal, arrival, counts } of standingTrades(entries)) {
    const bar = bars.get(bucketStart(ts, widthMs));
    if (bar !== undefined) addTrade(bar, { price, size, key: [ts, ordinal, arrival], counts });
  }
  return [...bars.values()].sort((one, other) => one.start - other.start);
}

function revise(
  bars: Map<EpochMs, ReturnType<typeof emptyMinute>>,
  entry: Exclude<LogEntry, { kind: "closing" }>,
  widthMs: number,
): void {
  const start = bucketStart(entry.ts, widthMs);
  const bar = bars.get(start) ?? emptyMinute(start);
  bars.set(start, bar);
  if (entry.counts !== 0 && isClosed(entry, { start, closesAt: start + widthMs })) bar.rev += 1;
}

/** Of the range the newest, at least as many where there are, ascending: backwards, in stretches that grow. */
export function newestSeconds(log: Log, widthMs: number, { from, to, limit }: Range): Bar[] {
  const until = Math.min(to, log.newestTs + 1);
  const oldest = Math.max(
    bucketStart(from + widthMs - 1, widthMs),
    bucketStart(log.reach.ts + widthMs - 1, widthMs),
  );
  let found: Bar[] = [];
  for (
    let end = until, stretch = limit * widthMs + MINUTE_MS;
    end > oldest && found.length < limit;
    stretch *= 4
  ) {
    const start = bucketStart(Math.max(oldest, end - stretch), widthMs);
    const bars = secondsIn(log, widthMs, start, end).filter((bar) => bar.start >= oldest && isPriced(bar));
    found = [...bars.filter((bar) => bar.start < end), ...found];
    end = start;
  }
  return found;
}
