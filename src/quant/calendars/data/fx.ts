/** Made by `npm run calendars` from the rules in scripts/calendars: change those. */
import type { CalendarData } from "../calendar-data.ts";

export const FX: CalendarData = {
  id: "FX",
  name: "Foreign exchange, days that roll at 17:00 New York",
  timeZone: "America/New_York",
  from: "2000-01-01",
  to: "2028-01-01",
  unknown: [],
  regular: [{ since: "2000-01-01", days: "1111100", hours: "17:00-17:00" }],
  closed: "",
  changed: "",
  sources: ["Convention of the spot market"],
  notes: [
    "Nobody closes this market: on 25 December and 1 January hardly anybody trades, and they are days all the same.",
  ],
  version: "99d606f7a218",
};
