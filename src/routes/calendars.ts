/** When markets trade. No actor is asked: a calendar is part of the program. */
import { type ActorReply, answer, refusal } from "../../actors/runtime/reply.ts";
import {
  getCalendar,
  getCalendarState,
  listCalendars,
  listSessions,
  RANGE_DAYS_MAX,
} from "../contracts/calendars.ts";
import { listPage, type Page, type PageRange, pageOf } from "../http/list.ts";
import type { Mount } from "../http/mount.ts";
import { stateAt } from "../quant/calendars/calendar-state.ts";
import { CALENDARS, Calendars } from "../quant/calendars/calendars.ts";
import { dayOfText } from "../quant/calendars/dates.ts";
import type { SessionCalendar } from "../quant/calendars/session-calendar.ts";
import { calendarOf, sessionOf, stateOf } from "./calendar-objects.ts";

export function calendarRoutes(mount: Mount): void {
  const calendars = new Calendars();
  mount.on(listCalendars, (c, { query }) =>
    listPage(c, query, async (range) => answer(pageOf(CALENDARS, range, ({ id }) => id, calendarOf))),
  );
  mount.on(getCalendar, (_c, { params: { id } }) => {
    const data = calendars.get(id)?.data;
    return data === undefined ? refusal("calendar-unknown") : answer(JSON.stringify(calendarOf(data)));
  });
  mount.on(listSessions, (c, { params: { id }, query: { from, to, ...page } }) => {
    const calendar = calendars.get(id);
    return calendar === undefined
      ? refusal("calendar-unknown")
      : listPage(c, page, async (range) => sessionsPage(calendar, from, to, range));
  });
  mount.on(getCalendarState, (c, { params: { id }, query: { ts = c.env.edge.clock.now() } }) => {
    const calendar = calendars.get(id);
    if (calendar === undefined) return refusal("calendar-unknown");
    if (!calendar.covers(ts)) return uncovered(calendar);
    return answer(JSON.stringify(stateOf(id, ts, stateAt(calendar, ts))));
  });
}

function sessionsPage(
  calendar: SessionCalendar,
  from: string,
  to: string,
  range: PageRange,
): ActorReply<Page> {
  const [first, end] = [dayOfText(from), dayOfText(to)];
  if (first === undefined || end === undefined) return refusal("range", "a date does not exist");
  if (first >= end) return refusal("range", "from lies before to");
  if (end - first > RANGE_DAYS_MAX) return refusal("range", `at most ${RANGE_DAYS_MAX} days at once`);
  if (!calendar.coversDays(first, end)) return uncovered(calendar);
  return answer(pageOf(calendar.sessionsBetween(first, end), range, ({ day }) => String(day), sessionOf));
}

function uncovered({ data: { id, from, to, unknown } }: SessionCalendar) {
  const except = unknown.length === 0 ? "" : `, except ${unknown.join(", ")}`;
  return refusal(
    "calendar-range",
    `${id} covers trading dates from ${from} up to, not including, ${to}${except}`,
  );
}
