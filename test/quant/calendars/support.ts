/** Calendars in the words of their tests. */
import { CALENDARS, Calendars } from "../../../src/quant/calendars/calendars.ts";
import { dateText, dayOfText } from "../../../src/quant/calendars/dates.ts";
import type { SessionCalendar } from "../../../src/quant/calendars/session-calendar.ts";
import type { Session } from "../../../src/quant/calendars/year-table.ts";

const opened = new Calendars();

export const IDS = CALENDARS.map(({ id }) => id);
export const calendar = (id: string): SessionCalendar => opened.get(id)!;
export const day = (text: string): number => dayOfText(text)!;
export const at = (text: string): number => Date.parse(text);

/** `09:30-16:00` on the exchange's wall, with `-1` where it opens on the evening before; `closed` with the reason. */
export function hoursOf(id: string, date: string): string {
  const session = calendar(id).sessionOn(day(date));
  if (session === undefined) return `closed: ${calendar(id).closureOn(day(date)) ?? "no weekday of trading"}`;
  return session.stretches
    .map(({ start, end }) => `${wall(id, session, start)}-${wall(id, session, end)}`)
    .join(",");
}

function wall(id: string, session: Session, moment: number): string {
  const formatted = new Intl.DateTimeFormat("en-CA", {
    timeZone: calendar(id).data.timeZone,
    ...{ year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" },
    hourCycle: "h23",
  }).formatToParts(moment);
  const part = (type: string): string => formatted.find((one) => one.type === type)?.value ?? "";
  const date = `${part("year")}-${part("month")}-${part("day")}`;
  const days = day(date) - session.day;
  return `${days === 0 ? "" : `${days > 0 ? "+" : ""}${days}d `}${part("hour")}:${part("minute")}`;
}

/** Trading dates with their kinds, from the one date up to, not including, the other. */
export const daysOf = (id: string, from: string, to: string): string[] =>
  calendar(id)
    .sessionsBetween(day(from), day(to))
    .map((session) => dateText(session.day));

/** All that a calendar has, however far it reaches; the one without end only for some years. */
export function everySession(id: string): Session[] {
  const { from, to, unknown } = calendar(id).data;
  const end = Math.min(day(to), day("2030-01-01"));
  const cuts = [day(from) - 1, ...unknown.map(day), end];
  return cuts.slice(1).flatMap((cut, index) => calendar(id).sessionsBetween((cuts[index] ?? cut) + 1, cut));
}
