/**
 * When a market is open, day by day. Years are expanded when they are first asked for and kept; a look-up is then a binary search
 * in one year and allocates nothing. It answers for the times that it covers and for no others: ask `covers` first.
 */
import { assert } from "../../domain/assert.ts";
import type { EpochMs } from "../../domain/time.ts";
import type { Span } from "../span.ts";
import { type CalendarData, changesOf, closuresOf, knownDay } from "./calendar-data.ts";
import { utcDayOf, yearOf } from "./dates.ts";
import { stretchesOf } from "./hours.ts";
import { type Plan, type Session, type YearTable, yearTable } from "./year-table.ts";
import { ZoneEras } from "./zone-eras.ts";

/** An actor works in this year and the last one; a reader pages through some more. */
export const YEARS_REMEMBERED_MAX = 8;

export class SessionCalendar {
  readonly data: CalendarData;
  /** The times that can be answered. */
  readonly covered: Span;
  /** Of the dates within that are not known, from midnight to midnight. */
  readonly #gaps: readonly Span[];
  readonly #plan: Plan;
  /** Years asked for last, newest question last. */
  readonly #tables = new Map<number, YearTable>();
  /** The one that was looked into last: a look-up mostly comes again in the same year. */
  #table: YearTable = NO_YEAR;

  constructor(data: CalendarData) {
    this.data = data;
    this.#plan = planOf(data);
    const { timeZone, from, to, rollMinute } = this.#plan;
    const momentOf = (day: number, minute: number): EpochMs =>
      new ZoneEras(timeZone, day, day + 1).momentOf(day, minute);
    this.covered = { start: momentOf(from, rollMinute), end: momentOf(to, rollMinute) };
    this.#gaps = [...this.#plan.unknown].map((day) => ({
      start: momentOf(day, rollMinute),
      end: momentOf(day + 1, 0),
    }));
  }

  get yearsRemembered(): number {
    return this.#tables.size;
  }

  covers(at: number): boolean {
    if (at < this.covered.start || at >= this.covered.end) return false;
    for (const { start, end } of this.#gaps) if (start <= at && at < end) return false;
    return true;
  }

  /** Every date from the one up to, not including, the other. */
  coversDays(from: number, to: number): boolean {
    const { from: first, to: end, unknown } = this.#plan;
    if (from < first || to > end) return false;
    for (const day of unknown) if (from <= day && day < to) return false;
    return true;
  }

  /** Between the breaks of a session, too, it is its session. */
  sessionOf(at: number): Session | undefined {
    const index = this.#seek(at);
    const session = this.#table.sessions[this.#table.holders[index] ?? -1];
    return session !== undefined && at < session.close ? session : undefined;
  }

  isOpen(at: number): boolean {
    const index = this.#seek(at);
    return index >= 0 && at < valueAt(this.#table.ends, index);
  }

  /** The trading day whose session that is, else the trading day that the wall's date is: what is printed before the open or after the close is of that day. */
  tradingDayOf(at: number): number | undefined {
    const session = this.sessionOf(at);
    if (session !== undefined) return session.day;
    const day = this.dateOf(at);
    return this.sessionOn(day) === undefined ? undefined : day;
  }

  /** The date on the exchange's wall. */
  dateOf(at: number): number {
    this.#seek(at);
    return this.#table.zone.dayOf(at);
  }

  /** Undefined where that date is no trading day. */
  sessionOn(day: number): Session | undefined {
    if (!this.coversDays(day, day + 1)) return undefined;
    const { sessions } = this.#year(yearOf(day));
    let low = 0;
    let high = sessions.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((sessions[middle]?.day ?? day) < day) low = middle + 1;
      else high = middle;
    }
    return sessions[low]?.day === day ? sessions[low] : undefined;
  }

  /** Why there is no trading on that date; undefined where there is, or where it is only no weekday of trading. */
  closureOn(day: number): string | undefined {
    return this.#plan.changes.has(day) ? undefined : this.#plan.closures.get(day);
  }

  /** Trading days from the one date up to, not including, the other; all between are covered. */
  sessionsBetween(from: number, to: number): Session[] {
    assert(this.coversDays(from, to), "dates are asked for where they are covered");
    const found: Session[] = [];
    for (let year = yearOf(from); from < to && year <= yearOf(to - 1); year++) {
      for (const session of this.#year(year).sessions) {
        if (from <= session.day && session.day < to) found.push(session);
      }
    }
    return found;
  }

  /** When trading begins next, after a break or at a session's open. Undefined where that is not covered. */
  nextOpen(at: number): EpochMs | undefined {
    return this.#known(at, this.#after("starts", this.#seek(at) + 1));
  }

  /** When trading ends next, for a break or for the day. Undefined where that is not covered. */
  nextClose(at: number): EpochMs | undefined {
    const index = this.#seek(at);
    const open = index >= 0 && at < valueAt(this.#table.ends, index);
    return this.#known(at, this.#after("ends", open ? index : index + 1));
  }

  /** When trading ended last. Undefined where that is not covered. */
  previousClose(at: number): EpochMs | undefined {
    const index = this.#seek(at);
    const { ends, year } = this.#table;
    const last = index >= 0 && ends.length > 0 && valueAt(ends, index) <= at ? index : index - 1;
    if (last >= 0) return this.#known(at, valueAt(ends, last) as EpochMs);
    for (let before = year - 1; before >= yearOf(this.#plan.from); before--) {
      const end = this.#year(before).ends.at(-1);
      if (end !== undefined) return this.#known(at, end as EpochMs);
    }
    return undefined;
  }

  /** The bar of that width: bars are counted from where trading begins, so the last one before a break or the close may be short. Undefined while it is closed. */
  barOf(at: number, widthMs: number): Span | undefined {
    const index = this.#seek(at);
    if (index < 0 || at >= valueAt(this.#table.ends, index)) return undefined;
    const [open, close] = [valueAt(this.#table.starts, index), valueAt(this.#table.ends, index)];
    const start = at - ((at - open) % widthMs);
    return { start: start as EpochMs, end: Math.min(start + widthMs, close) as EpochMs };
  }

  /** The stretch that began last, in the year's table that is current from then on; -1 where none of that year has begun. */
  #seek(at: number): number {
    assert(this.covers(at), "a calendar is asked for what it covers");
    const { start, end } = this.#table.span;
    if (at < start || at >= end) this.#table = this.#tableAt(at);
    return lastAtOrBefore(this.#table.starts, at);
  }

  #tableAt(at: number): YearTable {
    const year = yearOf(utcDayOf(at));
    const guess = this.#year(year);
    if (at < guess.span.start) return this.#year(year - 1);
    return at < guess.span.end ? guess : this.#year(year + 1);
  }

  #after(edge: "starts" | "ends", index: number): EpochMs | undefined {
    const { [edge]: edges, year } = this.#table;
    if (index < edges.length) return valueAt(edges, index) as EpochMs;
    for (let next = year + 1; next <= yearOf(this.#plan.to - 1); next++) {
      const first = this.#year(next)[edge][0];
      if (first !== undefined) return first as EpochMs;
    }
    return undefined;
  }

  /** The edge that was found, unless a date between that is not known may have one that is nearer. */
  #known(at: number, edge: EpochMs | undefined): EpochMs | undefined {
    if (edge === undefined) return undefined;
    for (const { start, end } of this.#gaps) {
      if ((at < start && start < edge) || (edge < end && end <= at)) return undefined;
    }
    return edge;
  }

  #year(year: number): YearTable {
    if (this.#table.year === year) return this.#table;
    const known = this.#tables.get(year) ?? yearTable(this.#plan, year);
    this.#tables.delete(year);
    this.#tables.set(year, known);
    const [oldest] = this.#tables.keys();
    if (this.#tables.size > YEARS_REMEMBERED_MAX && oldest !== undefined) this.#tables.delete(oldest);
    return known;
  }
}

const NO_YEAR: YearTable = {
  year: Number.NaN,
  span: { start: 0 as EpochMs, end: 0 as EpochMs },
  sessions: [],
  starts: new Float64Array(),
  ends: new Float64Array(),
  holders: new Uint16Array(),
  zone: new ZoneEras("UTC", 0, 1),
};

function planOf(data: CalendarData): Plan {
  const regular = data.regular.map(({ since, days, hours }) => ({
    since: knownDay(since),
    days,
    stretches: stretchesOf(hours),
  }));
  const rollMinute = Math.min(0, ...regular.map(({ stretches }) => stretches[0]?.start ?? 0));
  return {
    timeZone: data.timeZone,
    from: knownDay(data.from),
    to: knownDay(data.to),
    unknown: new Set(data.unknown.map(knownDay)),
    regular,
    closures: closuresOf(data),
    changes: changesOf(data),
    rollMinute,
  };
}

/** -1 where all lie behind the moment. */
function lastAtOrBefore(edges: Float64Array, at: number): number {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (valueAt(edges, middle) <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

const valueAt = (edges: Float64Array, index: number): number => edges[index] ?? Number.NaN;
