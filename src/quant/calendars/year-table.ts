/** The sessions of one year of a calendar, laid out for searching. */
import { assert } from "../../domain/assert.ts";
import type { EpochMs } from "../../domain/time.ts";
import type { Span } from "../span.ts";
import type { Change, ChangeKind } from "./calendar-data.ts";
import { dayNumber, weekdayOf } from "./dates.ts";
import type { Stretch } from "./hours.ts";
import { ZoneEras } from "./zone-eras.ts";

export type SessionKind = "regular" | ChangeKind;

/** One trading day. It is open from `open` up to, not including, `close`, but for its breaks. */
export type Session = {
  /** Days since 1 January 1970: the date by which the day is called, which is the one on which it ends. */
  readonly day: number;
  readonly open: EpochMs;
  readonly close: EpochMs;
  /** Open stretches, ascending; one more than there are breaks. */
  readonly stretches: readonly Span[];
  readonly kind: SessionKind;
  /** Why it is not regular. */
  readonly reason: string | undefined;
};

export type YearTable = {
  readonly year: number;
  /** Every session of the year lies in it, and no session of another year does. */
  readonly span: Span;
  readonly sessions: readonly Session[];
  /** Of the open stretches of all sessions, ascending; `holders` says which session each is of. */
  readonly starts: Float64Array;
  readonly ends: Float64Array;
  readonly holders: Uint16Array;
  readonly zone: ZoneEras;
};

export type RegularRow = {
  readonly since: number;
  readonly days: string;
  readonly stretches: readonly Stretch[];
};

/** A calendar as it is expanded from. */
export type Plan = {
  readonly timeZone: string;
  readonly from: number;
  readonly to: number;
  readonly unknown: ReadonlySet<number>;
  readonly regular: readonly RegularRow[];
  readonly closures: ReadonlyMap<number, string>;
  readonly changes: ReadonlyMap<number, Change>;
  /** When a trading day can begin at the earliest: in minutes from its midnight, never above zero. */
  readonly rollMinute: number;
};

export function yearTable(plan: Plan, year: number): YearTable {
  const [first, end] = [dayNumber(year, 1, 1), dayNumber(year + 1, 1, 1)];
  const zone = new ZoneEras(plan.timeZone, first, end);
  const sessions: Session[] = [];
  for (let day = Math.max(first, plan.from); day < Math.min(end, plan.to); day++) {
    const session = sessionOn(plan, zone, day);
    if (session !== undefined) sessions.push(session);
  }
  const stretches = sessions.flatMap((session) => session.stretches);
  const table = {
    year,
    span: { start: zone.momentOf(first, plan.rollMinute), end: zone.momentOf(end, plan.rollMinute) },
    sessions,
    starts: Float64Array.from(stretches, ({ start }) => start),
    ends: Float64Array.from(stretches, ({ end: until }) => until),
    holders: Uint16Array.from(sessions.flatMap((session, index) => session.stretches.map(() => index))),
    zone,
  };
  assertOrdered(table);
  return table;
}

/** Undefined where that date is no trading day. */
function sessionOn(plan: Plan, zone: ZoneEras, day: number): Session | undefined {
  if (plan.unknown.has(day)) return undefined;
  const change = plan.changes.get(day);
  if (change === undefined && plan.closures.has(day)) return undefined;
  const hours = change?.stretches ?? regularOn(plan.regular, day);
  if (hours === undefined) return undefined;
  const stretches = hours.map(({ start, end }) => ({
    start: zone.momentOf(day, start),
    end: zone.momentOf(day, end),
  }));
  const [first, last] = [stretches[0], stretches.at(-1)];
  assert(first !== undefined && last !== undefined, "a trading day has hours");
  const { kind = "regular", reason } = change ?? {};
  return { day, open: first.start, close: last.end, stretches, kind, reason };
}

function regularOn(rows: readonly RegularRow[], day: number): readonly Stretch[] | undefined {
  const row = rows.findLast(({ since }) => since <= day);
  return row?.days[weekdayOf(day) - 1] === "1" ? row.stretches : undefined;
}

/** What every look-up stands on. */
function assertOrdered({ span, starts, ends }: YearTable): void {
  let before: number = span.start;
  for (let index = 0; index < starts.length; index++) {
    const [start = 0, end = 0] = [starts[index], ends[index]];
    assert(before <= start && start < end, "sessions ascend and do not overlap");
    before = end;
  }
  assert(before <= span.end, "a year's sessions end within it");
}
