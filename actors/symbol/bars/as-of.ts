/**
 * Bars as they were known at a moment of the wall clock, from the trade log: a bar that nothing has changed since is what it was; of one that
 * something has changed, the minutes are built again from the lines that were known, and each later line that found it closed is a revision less.
 */
import { isResolution, type Resolution } from "../../../src/domain/bar.ts";
import type { Instrument } from "../../../src/domain/instrument.ts";
import { bucketStart, type EpochMs, MINUTE_MS } from "../../../src/domain/time.ts";
import type { BarSpan, Span } from "../../../src/quant/span.ts";
import { type ActorReply, answer, refusal } from "../../runtime/reply.ts";
import { type Standing, standingTrades } from "../log/log-entries.ts";
import type { TradeLog } from "../log/trade-log.ts";
import type { BarPage, BarQuery } from "../messages.ts";
import type { SymbolState } from "../state.ts";
import { barsBeyond, barsShown } from "./bar-page.ts";
import type { BarRows } from "./bar-rows.ts";
import { barText, closedStateOf, isPartial } from "./bar-text.ts";
import { addTrade, type Bar, emptyMinute, isPriced, rollUp } from "./bars.ts";
import { isClosed } from "./closing.ts";
import type { ImportedBars } from "./imported-bars.ts";

type Rows = Pick<BarRows, "page" | "oldest" | "minutes" | "days" | "revOf">;
type Known = {
  readonly state: SymbolState;
  readonly rows: Rows;
  readonly log: Pick<TradeLog, "since" | "entries" | "standingAt" | "isWhole" | "reach">;
  readonly imported: Pick<ImportedBars, "until" | "oldestRow">;
};
type Shown = { readonly bar: Bar; readonly closed: boolean };

export function asOfPage(
  known: Known,
  instrument: Instrument,
  query: BarQuery & { readonly asOf: number },
): ActorReply<BarPage> {
  const { state, rows, log, imported } = known;
  const { resolution, asOf, from = 0, to = Number.MAX_SAFE_INTEGER, limit } = query;
  if (!isResolution(resolution))
    return refusal("as-of-unsupported", "bars of this width are known as they are now");
  const standing = log.standingAt(asOf);
  if (standing === undefined)
    return answer({ bars: [], asOf, ...beforeLog(known, resolution, { from, to, asOf }) });
  const then = new Then(known, resolution, asOf, standing);
  const found = then.newest({ from, to, limit });
  const bars = found.shown.map(({ bar, closed }) => {
    const partial = isPartial(state, resolution, bar.start);
    return barText(bar, closed ? closedStateOf(bar) : "forming", partial, instrument);
  });
  const full = bars.length >= limit;
  const beyond = barsBeyond(state, rows, resolution, imported, { from, to, full });
  if (full || found.until === undefined) return answer({ bars, asOf, ...beyond });
  return answer({ bars, asOf, ...beyond, olderThan: Math.max(found.until, beyond.olderThan ?? 0) });
}

/** A log that has been kept from the first tick on says that nothing was known; imported bars may have been. Otherwise others must say. */
function beforeLog(
  { state, rows, log, imported }: Known,
  resolution: Resolution,
  { from, to, asOf }: { from: number; to: number; asOf: number },
): Omit<BarPage, "bars"> {
  if (log.isWhole) return barsBeyond(state, rows, resolution, imported, { from, to, full: false });
  // Nothing that starts later was known then.
  return { olderThan: Math.min(to, asOf + 1) };
}

/** The symbol as it stood. */
class Then {
  readonly #known: Known;
  readonly #resolution: Resolution;
  readonly #asOf: number;
  readonly #standing: Standing;
  /** Minutes that something has changed since, and how often it found the bar around them closed: a revision. What counts for nothing is none. */
  readonly #since = new Map<EpochMs, number>();

  constructor(known: Known, resolution: Resolution, asOf: number, standing: Standing) {
    this.#known = known;
    this.#resolution = resolution;
    this.#asOf = asOf;
    this.#standing = standing;
    for (const line of known.log.since(asOf)) {
      if (line.kind === "closing") continue;
      const minute = bucketStart(line.ts, MINUTE_MS);
      const isRevision = line.counts !== 0 && isClosed(line, known.state.calendar.spanOf(resolution, minute));
      this.#since.set(minute, (this.#since.get(minute) ?? 0) + (isRevision ? 1 : 0));
    }
  }

  /** The newest of a range, ascending; `until` where bars that end by then can only be told by who has kept versions. */
  newest({ from, to, limit }: { from: number; to: number; limit: number }): {
    shown: Shown[];
    until?: number;
  } {
    const shown: Shown[] = [];
    const spans = this.#spans(from, to, limit);
    for (let at = spans.length - 1; at >= 0 && shown.length < limit; at--) {
      const span = spans[at];
      if (span === undefined) continue;
      if (!this.#canTell(span)) return { shown: shown.reverse(), until: Math.min(span.end, to) };
      const bar = this.#barOf(span);
      if (bar !== undefined) shown.push({ bar, closed: isClosed(this.#standing, span) });
    }
    return { shown: shown.reverse() };
  }

  /** Of the bars that there are now and of those that were changed, which may be none any more: ascending. */
  #spans(from: number, to: number, limit: number): BarSpan[] {
    const { state, rows } = this.#known;
    const starts = new Map<number, BarSpan>();
    const put = (at: number): void => {
      const span = state.calendar.spanOf(this.#resolution, at);
      if (span.start >= from && span.start < to) starts.set(span.start, span);
    };
    for (const minute of this.#since.keys()) put(minute);
    const range = { from, to, limit: limit + starts.size };
    for (const { bar } of barsShown(state, rows, this.#resolution, range)) put(bar.start);
    return [...starts.values()].sort((one, other) => one.start - other.start);
  }

  #changedIn({ start, end }: Span): EpochMs[] {
    return [...this.#since.keys()].filter((minute) => start <= minute && minute < end);
  }

  /** Its changed minutes are wholly in the log, and the days that hold them on disk. */
  #canTell(span: BarSpan): boolean {
    const { state, rows, log } = this.#known;
    const oldest = rows.oldest("1") ?? 0;
    return this.#changedIn(span).every(
      (minute) => minute >= log.reach.ts && state.calendar.dayAt(minute).start >= oldest,
    );
  }

  #barOf(span: BarSpan): Bar | undefined {
    const { state, rows } = this.#known;
    if (this.#changedIn(span).length === 0) {
      const { start: from, end: to } = span;
      return barsShown(state, rows, this.#resolution, { from, to: Math.min(to, from + 1), limit: 1 })[0]?.bar;
    }
    const bar = rollUp(this.#childrenOf(span), span.start, this.#revOf(span));
    return bar !== undefined && isPriced(bar) ? bar : undefined;
  }

  /** Minutes, and of a week or a month the days that nothing has changed in. */
  #childrenOf(span: BarSpan): Bar[] {
    if (this.#resolution !== "1W" && this.#resolution !== "1M") return this.#minutesOf(span);
    const { calendar } = this.#known.state;
    const children: Bar[] = [];
    for (let day = calendar.dayAt(span.start); day.start < span.end; day = calendar.dayAt(day.end)) {
      const isAsItWas = this.#changedIn(day).length === 0;
      const [row] = isAsItWas ? this.#known.rows.days(day.start, day.start + 1) : [];
      children.push(...(row === undefined ? this.#minutesOf(day) : [row]));
    }
    return children;
  }

  #minutesOf({ start, end }: Span): Bar[] {
    return this.#known.rows
      .minutes(start, end)
      .map((minute) => (this.#since.has(minute.start) ? this.#minuteThen(minute.start) : minute))
      .filter(({ n }) => n > 0);
  }

  #minuteThen(start: EpochMs): Bar {
    const minute = emptyMinute(start);
    const lines = this.#known.log.entries(start, start + MINUTE_MS);
    for (const trade of standingTrades(lines.filter(({ takenAt }) => takenAt <= this.#asOf))) {
      const { price, size, ts, ordinal, arrival, counts } = trade;
      addTrade(minute, { price, size, key: [ts, ordinal, arrival], counts });
    }
    return minute;
  }

  /** As many as it has now, less those that came since and found it closed. */
  #revOf(span: BarSpan): number {
    const { rows } = this.#known;
    const later = this.#changedIn(span).reduce((sum, minute) => sum + (this.#since.get(minute) ?? 0), 0);
    return rows.revOf(this.#resolution, span.start) - later;
  }
}
