/** What a calendar says of one moment. */
import type { EpochMs } from "../../domain/time.ts";
import { weekdayOf } from "./dates.ts";
import type { SessionCalendar } from "./session-calendar.ts";
import type { Session } from "./year-table.ts";

/** `session` is open; all others are why it is not. */
export const STATE_CAUSES = ["session", "break", "outside-hours", "holiday", "weekend"] as const;
export type StateCause = (typeof STATE_CAUSES)[number];

export type CalendarState = {
  readonly open: boolean;
  readonly cause: StateCause;
  /** Of a holiday, or of a session that is not regular. */
  readonly reason: string | undefined;
  /** Also between its breaks. */
  readonly session: Session | undefined;
  readonly previousClose: EpochMs | undefined;
  readonly nextOpen: EpochMs | undefined;
  readonly nextClose: EpochMs | undefined;
};

/** For a moment that the calendar covers. */
export function stateAt(calendar: SessionCalendar, at: number): CalendarState {
  const open = calendar.isOpen(at);
  const session = calendar.sessionOf(at);
  const around = {
    previousClose: calendar.previousClose(at),
    nextOpen: calendar.nextOpen(at),
    nextClose: calendar.nextClose(at),
  };
  if (session === undefined) return { open, session, ...around, ...closedBecause(calendar, at) };
  return { open, session, ...around, cause: open ? "session" : "break", reason: session.reason };
}

function closedBecause(calendar: SessionCalendar, at: number): Pick<CalendarState, "cause" | "reason"> {
  const date = calendar.dateOf(at);
  const today = calendar.sessionOn(date);
  if (today !== undefined) return { cause: "outside-hours", reason: today.reason };
  const reason = calendar.closureOn(date);
  if (reason !== undefined) return { cause: "holiday", reason };
  // The evening on which an overnight session opens, or would have opened.
  return { cause: weekdayOf(date) > 5 ? "weekend" : "outside-hours", reason: undefined };
}
