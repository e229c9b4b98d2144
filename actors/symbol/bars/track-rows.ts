/** A series of bars with its rows: what of them is in memory, and what a turn of it leaves to write. */
import { ROLL_UPS } from "../../../src/domain/bar.ts";
import type { EpochMs } from "../../../src/domain/time.ts";
import type { Sql } from "../../runtime/sql.ts";
import { type BarChanges, barKey } from "../changes.ts";
import { buildsQuoteBars, openTrack } from "../quotes/quote-track.ts";
import type { BarTrack, SymbolState } from "../state.ts";
import { BarRows, QUOTE_BARS } from "./bar-rows.ts";
import { type Bar, barsIn } from "./bars.ts";
import { formingSpans } from "./closing.ts";
import { canStillBeRevised, daysStart, windowStart } from "./window.ts";

/** Minutes and days of the window; other trading hours may want older ones than memory holds, and `since` even older ones. */
export function refillTrack(track: BarTrack, rows: BarRows, since = Number.POSITIVE_INFINITY): void {
  const start = Math.min(windowStart(track), since);
  track.minutes = rows.minutesSince(start);
  track.closeBefore = rows.closeBefore(start);
  track.days = rows.days(daysStart(track), start);
}

export function loadRevisions(track: BarTrack, rows: BarRows): void {
  for (const resolution of ROLL_UPS) {
    const { start: oldest } = track.calendar.spanOf(resolution, windowStart(track));
    for (const { start, rev } of rows.revisedSince(resolution, oldest)) {
      const { end } = track.calendar.spanOf(resolution, start);
      const key = barKey(resolution, start);
      const known = track.revisions.get(key)?.rev ?? 0;
      if (canStillBeRevised(track, end)) track.revisions.set(key, { rev: Math.max(rev, known), end });
    }
  }
  keepReopened(track, rows);
}

/** Other trading hours may form a bar that starts where one was told: it goes on from its revision. */
function keepReopened(track: BarTrack, rows: BarRows): void {
  for (const resolution of ROLL_UPS) {
    for (const { start, end } of formingSpans(track, resolution)) {
      const [told] = rows.page(resolution, { from: start, to: start + 1, limit: 1 });
      const key = barKey(resolution, start);
      const known = track.revisions.get(key)?.rev ?? 0;
      if (told !== undefined) track.revisions.set(key, { rev: Math.max(told.rev, known), end });
    }
  }
}

/**
 * Older minutes too, from that moment's day on or from the first day that is whole on disk, with the days and revisions of the bars above
 * them. What this turn has changed stands. Answers where they begin.
 */
export function widenTrack(track: BarTrack, rows: BarRows, from: number, turn: BarChanges): EpochMs {
  const { calendar } = track;
  const present = windowStart(track);
  const oldest = rows.oldest("1") ?? 0;
  const day = calendar.dayAt(Math.max(from, oldest));
  const start = day.start >= oldest ? day.start : day.end;
  widenRevisions(track, rows, start, turn);
  if (start >= present) return start;
  const minutes = withChanged(rows.minutesSince(start), turn.minutes);
  track.minutes = [...barsIn(minutes, { start, end: present }), ...track.minutes];
  const above = Math.min(calendar.spanOf("1W", start).start, calendar.spanOf("1M", start).start) as EpochMs;
  const closed = [...turn.told.values()].filter(({ resolution }) => resolution === "1D");
  const days = withChanged(
    rows.days(above, start),
    closed.map(({ bar }) => bar),
  );
  track.days = [...barsIn(days, { start: above, end: start })];
  return start;
}

/** Also of bars that no tick could reach any more, though their minutes may be in memory. */
function widenRevisions(track: BarTrack, rows: BarRows, since: number, { told }: BarChanges): void {
  const { calendar, revisions } = track;
  for (const resolution of ROLL_UPS) {
    const { start: first } = calendar.spanOf(resolution, since);
    for (const { start, rev } of rows.revisedSince(resolution, first)) {
      const key = barKey(resolution, start);
      const { end } = calendar.spanOf(resolution, start);
      if (!revisions.has(key)) revisions.set(key, { rev: told.get(key)?.bar.rev ?? rev, end });
    }
  }
  for (const [key, { resolution, bar }] of told) {
    const { end } = calendar.spanOf(resolution, bar.start);
    if (resolution !== "1" && bar.rev > 0 && !revisions.has(key)) revisions.set(key, { rev: bar.rev, end });
  }
}

/** What a turn has changed may have left memory again, and is not on disk yet. */
function withChanged<Kind extends Bar>(stored: readonly Kind[], changed: Iterable<Kind>): readonly Kind[] {
  const byStart = new Map(stored.map((bar) => [bar.start, bar]));
  for (const bar of changed) byStart.set(bar.start, bar);
  return [...byStart.values()].sort((one, other) => one.start - other.start);
}

/** `seqOf` is the fact that told a bar. */
export function keepBars(
  rows: BarRows,
  { minutes, told }: BarChanges,
  seqOf: ReadonlyMap<string, number>,
): void {
  for (const minute of minutes) {
    if (!seqOf.has(barKey("1", minute.start))) rows.put("1", minute, 0);
  }
  for (const [key, { resolution, bar }] of told) rows.put(resolution, bar, seqOf.get(key) ?? 0);
}

/** Of quotes. */
export class QuoteTrackRows {
  readonly bars: BarRows;
  readonly #sql: Sql;
  #written: number | undefined;

  constructor(sql: Sql, archivedSeq: () => number) {
    this.#sql = sql;
    this.bars = new BarRows(sql, archivedSeq, QUOTE_BARS);
    const row = sql.exec<{ listening_since: number | null }>("SELECT listening_since FROM quote_track")[0];
    this.#written = row?.listening_since ?? undefined;
  }

  load(state: SymbolState): void {
    if (state.instrument === undefined || !buildsQuoteBars(state.instrument)) return;
    state.quotes = openTrack(state, this.#written);
    refillTrack(state.quotes, this.bars);
    loadRevisions(state.quotes, this.bars);
  }

  /** Called inside the group's transaction. */
  write({ quotes }: SymbolState): void {
    this.bars.write();
    const listeningSince = quotes?.listeningSince;
    if (listeningSince === this.#written) return;
    this.#written = listeningSince;
    this.#sql.exec(
      "INSERT OR REPLACE INTO quote_track (id, listening_since) VALUES (1, ?1)",
      listeningSince ?? null,
    );
  }
}
