/** Calendars in their public shapes. */
import type { CalendarObject, CalendarStateReply, SessionObject } from "../contracts/calendars.ts";
import type { CalendarData, RegularHours } from "../quant/calendars/calendar-data.ts";
import type { CalendarState } from "../quant/calendars/calendar-state.ts";
import { dateText } from "../quant/calendars/dates.ts";
import type { Session } from "../quant/calendars/year-table.ts";

const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

export const calendarOf = (data: CalendarData): CalendarObject => ({
  id: data.id,
  name: data.name,
  timezone: data.timeZone,
  covered: { from: data.from, to: data.to, except: [...data.unknown] },
  regular: data.regular.map(regularOf),
  sources: [...data.sources],
  notes: [...data.notes],
  version: data.version,
});

const regularOf = ({ since, days, hours }: RegularHours): CalendarObject["regular"][number] => ({
  since,
  days: WEEKDAYS.filter((_name, index) => days[index] === "1"),
  hours: hours.split(",").map((stretch) => {
    const [open = "", close = ""] = stretch.split("-");
    return { open, close };
  }),
});

export function sessionOf({ day, open, close, stretches, kind, reason }: Session): SessionObject {
  const breaks = stretches.slice(1).map(({ start: end }, index) => ({
    start: stretches[index]?.end ?? end,
    end,
  }));
  const said = reason === undefined ? {} : { reason };
  return { day: dateText(day), open, close, breaks, kind, ...said };
}

export const stateOf = (calendar: string, ts: number, state: CalendarState): CalendarStateReply => ({
  calendar,
  ts,
  state: state.open ? "open" : "closed",
  cause: state.cause,
  ...(state.reason === undefined ? {} : { reason: state.reason }),
  session: state.session === undefined ? null : sessionOf(state.session),
  previousClose: state.previousClose ?? null,
  nextOpen: state.nextOpen ?? null,
  nextClose: state.nextClose ?? null,
});
