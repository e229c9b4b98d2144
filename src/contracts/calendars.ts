/** When markets trade: the calendars there are, their trading days, and whether one is open at a moment. */
import { z } from "zod";
import { listOf, listQuery, plainId, queryEpochMs } from "./common.ts";
import { endpoint } from "./endpoint.ts";

/** Ten years: the days of a range are counted for each page. */
export const RANGE_DAYS_MAX = 3_660;

const SESSION_KINDS = ["regular", "early-close", "late-open", "special"] as const;
const CAUSES = ["session", "break", "outside-hours", "holiday", "weekend"] as const;
const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

const dateText = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/)
  .meta({ format: "date" });
const moment = z.int().nullable();

export const calendarObject = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    timezone: z.string(),
    covered: z
      .strictObject({ from: dateText, to: dateText, except: z.array(dateText) })
      .describe(
        "Trading dates that are known: the first, the first that is not, and those between that are not either.",
      ),
    regular: z
      .array(
        z.strictObject({
          since: dateText,
          days: z.array(z.enum(WEEKDAYS)),
          hours: z
            .array(z.strictObject({ open: z.string(), close: z.string() }))
            .describe(
              "Between two of them there is a break. A time that lies behind the one after it is of the day before.",
            ),
        }),
      )
      .describe("Ascending; each holds until the next one."),
    sources: z.array(z.string()),
    notes: z.array(z.string()).describe("What the calendar does not tell."),
    version: z.string().describe("Another one where any fact is another one."),
  })
  .meta({ id: "Calendar" });
export type CalendarObject = z.output<typeof calendarObject>;

export const sessionObject = z
  .strictObject({
    day: dateText.describe("The date by which the trading day is called: that on which it ends."),
    open: z.int(),
    close: z.int(),
    breaks: z.array(z.strictObject({ start: z.int(), end: z.int() })),
    kind: z.enum(SESSION_KINDS),
    reason: z.string().optional().describe("Why it is not regular."),
  })
  .meta({ id: "Session" });
export type SessionObject = z.output<typeof sessionObject>;

export const calendarStateReply = z.strictObject({
  calendar: z.string(),
  ts: z.int(),
  state: z.enum(["open", "closed"]),
  cause: z.enum(CAUSES).describe("`session` is open; all others are why it is not."),
  reason: z.string().optional().describe("Of a holiday, or of a session that is not regular."),
  session: sessionObject.nullable().describe("Also between its breaks; null outside of sessions."),
  previousClose: moment.describe(
    "When trading began or ended or will, at a session's edges or a break's; null where that is not covered.",
  ),
  nextOpen: moment,
  nextClose: moment,
});
export type CalendarStateReply = z.output<typeof calendarStateReply>;

const byId = z.strictObject({ id: plainId });
const shared = { method: "GET", scope: "market:read", tag: "Calendars" } as const;

export const listCalendars = endpoint({
  ...shared,
  path: "/v1/calendars",
  summary: "The calendars there are, in order of id: what each covers, its regular hours and its sources.",
  query: listQuery,
  replies: { 200: listOf(calendarObject) },
});

export const getCalendar = endpoint({
  ...shared,
  path: "/v1/calendars/{id}",
  summary: "One calendar.",
  params: byId,
  replies: { 200: calendarObject },
});

export const listSessions = endpoint({
  ...shared,
  path: "/v1/calendars/{id}/sessions",
  summary:
    "Trading days in ascending order, `from` inclusive, `to` exclusive, at most ten years. Dates that are not covered are refused `calendar-range`.",
  params: byId,
  query: listQuery.extend({
    from: dateText.describe("The first trading date, as 2026-11-27."),
    to: dateText.describe("The first trading date that is not wanted any more."),
  }),
  replies: { 200: listOf(sessionObject) },
});

export const getCalendarState = endpoint({
  ...shared,
  path: "/v1/calendars/{id}/at",
  summary:
    "Whether trading goes on at a moment (now, unless `ts` is given), why or why not, and when that changes. A moment that is not covered is refused `calendar-range`.",
  params: byId,
  query: z.strictObject({ ts: queryEpochMs.optional().describe("Epoch ms; now unless given.") }),
  replies: { 200: calendarStateReply },
});
