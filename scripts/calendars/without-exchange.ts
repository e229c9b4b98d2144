/** Markets that no exchange opens and closes. */
import { type CalendarRules, WEEKDAYS } from "./calendar-rules.ts";

export const FX_RULES: CalendarRules = {
  id: "FX",
  constant: "FX",
  name: "Foreign exchange, days that roll at 17:00 New York",
  timeZone: "America/New_York",
  from: "2000-01-01",
  to: "2028-01-01",
  regular: [{ since: "2000-01-01", days: WEEKDAYS, hours: "17:00-17:00" }],
  closures: [],
  changes: [],
  overlay: [],
  sources: ["Convention of the spot market"],
  notes: [
    "Nobody closes this market: on 25 December and 1 January hardly anybody trades, and they are days all the same.",
  ],
};

export const ALWAYS_RULES: CalendarRules = {
  id: "24x7",
  constant: "ALWAYS",
  name: "Always open, days of UTC",
  timeZone: "UTC",
  from: "2000-01-01",
  to: "2100-01-01",
  regular: [{ since: "2000-01-01", days: "1111111", hours: "00:00-24:00" }],
  closures: [],
  changes: [],
  overlay: [],
  sources: ["By definition"],
  notes: [],
};
