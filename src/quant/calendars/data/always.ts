/** Made by `npm run calendars` from the rules in scripts/calendars: change those. */
import type { CalendarData } from "../calendar-data.ts";

export const ALWAYS: CalendarData = {
  id: "24x7",
  name: "Always open, days of UTC",
  timeZone: "UTC",
  from: "2000-01-01",
  to: "2100-01-01",
  unknown: [],
  regular: [{ since: "2000-01-01", days: "1111111", hours: "00:00-24:00" }],
  closed: "",
  changed: "",
  sources: ["By definition"],
  notes: [],
  version: "80ea4d17554c",
};
