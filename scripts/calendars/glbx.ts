/** CME Globex as its equity index futures trade: other products keep other hours on holidays. */
import { type CalendarRules, closed, earlyClose, WEEKDAYS } from "./calendar-rules.ts";
import { dates, easter, yearly } from "./rule.ts";
import {
  CHRISTMAS,
  CHRISTMAS_EVE,
  DAY_AFTER_THANKSGIVING,
  INDEPENDENCE_DAY,
  INDEPENDENCE_EVE_SINCE_2013,
  JUNETEENTH,
  LABOR_DAY,
  MARTIN_LUTHER_KING,
  MEMORIAL_DAY,
  NEW_YEAR,
  THANKSGIVING_DAY,
  WASHINGTON,
} from "./united-states.ts";

const UNTIL_NOON = "17:00-12:00";
const UNTIL_QUARTER_PAST = "17:00-12:15";

export const GLBX_RULES: CalendarRules = {
  id: "GLBX",
  constant: "GLBX",
  name: "CME Globex, equity index futures",
  timeZone: "America/Chicago",
  from: "2016-01-01",
  to: "2027-01-01",
  regular: [
    { since: "2016-01-01", days: WEEKDAYS, hours: "17:00-15:15,15:30-16:00" },
    // CME Group notice: the pause of the afternoon ended with trade date 28 June 2021.
    { since: "2021-06-28", days: WEEKDAYS, hours: "17:00-16:00" },
  ],
  closures: [
    closed("New Year's Day", NEW_YEAR),
    closed("Good Friday", yearly(easter(-2), { except: [2021, 2023, 2026] })),
    closed("Christmas Day", CHRISTMAS),
  ],
  changes: [
    earlyClose(UNTIL_NOON, "Martin Luther King Jr. Day", MARTIN_LUTHER_KING),
    earlyClose(UNTIL_NOON, "Washington's Birthday", WASHINGTON),
    earlyClose(UNTIL_NOON, "Memorial Day", MEMORIAL_DAY),
    earlyClose(UNTIL_NOON, "Juneteenth", JUNETEENTH),
    earlyClose(UNTIL_NOON, "Independence Day", INDEPENDENCE_DAY),
    earlyClose(UNTIL_NOON, "Labor Day", LABOR_DAY),
    earlyClose(UNTIL_NOON, "Thanksgiving Day", THANKSGIVING_DAY),
    earlyClose(UNTIL_QUARTER_PAST, "Day after Thanksgiving", yearly(DAY_AFTER_THANKSGIVING)),
    earlyClose(UNTIL_QUARTER_PAST, "Christmas Eve", yearly(CHRISTMAS_EVE.rule, { on: CHRISTMAS_EVE.on })),
    earlyClose(UNTIL_QUARTER_PAST, "Eve of Independence Day", INDEPENDENCE_EVE_SINCE_2013),
  ],
  overlay: [
    // CME Group holiday schedules of those years: the jobs report came out on Good Friday.
    earlyClose("17:00-08:15", "Good Friday", dates("2021-04-02", "2023-04-07", "2026-04-03")),
    // CME Group press releases of 30 November 2018 and 30 December 2024.
    earlyClose(
      "17:00-08:30",
      "National day of mourning for President George H. W. Bush",
      dates("2018-12-05"),
    ),
    earlyClose("17:00-08:30", "National day of mourning for President Carter", dates("2025-01-09")),
  ],
  sources: [
    "CME Group holiday schedules",
    "CME Group notices on trading hours of 2015 and 2021",
    "CME Group press releases on days of mourning",
  ],
  notes: [
    "Only equity index futures and their options: other products trade longer or shorter on holidays.",
    "A session is called by the date on which it ends. CME's own trade date of a holiday's session is the next business day.",
  ],
};
