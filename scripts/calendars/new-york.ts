/** New York: both exchanges keep the same days. */
import { type CalendarRules, closed, earlyClose, WEEKDAYS } from "./calendar-rules.ts";
import { dates, easter, yearly } from "./rule.ts";
import {
  AFTER_INDEPENDENCE_DAY,
  CHRISTMAS,
  CHRISTMAS_EVE,
  DAY_AFTER_THANKSGIVING,
  INDEPENDENCE_DAY,
  INDEPENDENCE_EVE_SINCE_2013,
  INDEPENDENCE_EVE_UNTIL_2012,
  JUNETEENTH,
  LABOR_DAY,
  MARTIN_LUTHER_KING,
  MEMORIAL_DAY,
  NEW_YEAR,
  THANKSGIVING_DAY,
  WASHINGTON,
} from "./united-states.ts";

const UNTIL_ONE = "09:30-13:00";
/** The short day ended an hour later until 1992. */
const UNTIL_TWO = "09:30-14:00";

const CLOSURES = [
  closed("New Year's Day", NEW_YEAR),
  closed("Martin Luther King Jr. Day", MARTIN_LUTHER_KING),
  closed("Washington's Birthday", WASHINGTON),
  closed("Good Friday", yearly(easter(-2))),
  closed("Memorial Day", MEMORIAL_DAY),
  closed("Juneteenth", JUNETEENTH),
  closed("Independence Day", INDEPENDENCE_DAY),
  closed("Labor Day", LABOR_DAY),
  closed("Thanksgiving Day", THANKSGIVING_DAY),
  closed("Christmas Day", CHRISTMAS),
  // NYSE, list of special closings since 1885; notices of both exchanges for those since 2004.
  closed("Funeral of President Nixon", dates("1994-04-27")),
  closed("Attacks of 11 September 2001", dates("2001-09-11", "2001-09-12", "2001-09-13", "2001-09-14")),
  closed("Funeral of President Reagan", dates("2004-06-11")),
  closed("National day of mourning for President Ford", dates("2007-01-02")),
  closed("Hurricane Sandy", dates("2012-10-29", "2012-10-30")),
  closed("National day of mourning for President George H. W. Bush", dates("2018-12-05")),
  closed("National day of mourning for President Carter", dates("2025-01-09")),
];

const CHANGES = [
  earlyClose(
    UNTIL_TWO,
    "Day after Thanksgiving",
    yearly(DAY_AFTER_THANKSGIVING, { since: 1992, until: 1992 }),
  ),
  earlyClose(UNTIL_ONE, "Day after Thanksgiving", yearly(DAY_AFTER_THANKSGIVING, { since: 1993 })),
  earlyClose(UNTIL_TWO, "Christmas Eve", yearly(CHRISTMAS_EVE.rule, { until: 1992, on: CHRISTMAS_EVE.on })),
  earlyClose(UNTIL_ONE, "Christmas Eve", yearly(CHRISTMAS_EVE.rule, { since: 1993, on: CHRISTMAS_EVE.on })),
  earlyClose(UNTIL_ONE, "Eve of Independence Day", INDEPENDENCE_EVE_UNTIL_2012),
  earlyClose(UNTIL_ONE, "Eve of Independence Day", INDEPENDENCE_EVE_SINCE_2013),
  earlyClose(UNTIL_ONE, "Day after Independence Day", AFTER_INDEPENDENCE_DAY),
];

// NYSE, list of special closings since 1885.
const OVERLAY = [
  earlyClose(UNTIL_ONE, "Day after Christmas", dates("1997-12-26", "2003-12-26")),
  earlyClose(UNTIL_ONE, "Eve of the year 2000", dates("1999-12-31")),
];

const SHARED = {
  timeZone: "America/New_York",
  to: "2028-01-01",
  closures: CLOSURES,
  changes: CHANGES,
  overlay: OVERLAY,
  notes: [
    "The core session: no early and late trading.",
    "Halts, and opens that were late by minutes or hours, are not told.",
    "2027 is by rule and by the notice of NYSE for 2025 to 2027.",
  ],
} as const;

export const XNYS_RULES: CalendarRules = {
  ...SHARED,
  id: "XNYS",
  constant: "XNYS",
  name: "New York Stock Exchange",
  from: "1990-01-01",
  regular: [{ since: "1990-01-01", days: WEEKDAYS, hours: "09:30-16:00" }],
  sources: ["NYSE Rule 7.2 and yearly holiday notices", "NYSE list of special closings since 1885"],
};

export const XNAS_RULES: CalendarRules = {
  ...SHARED,
  id: "XNAS",
  constant: "XNAS",
  name: "Nasdaq Stock Market",
  from: "2000-01-01",
  regular: [{ since: "2000-01-01", days: WEEKDAYS, hours: "09:30-16:00" }],
  sources: ["Nasdaq yearly holiday schedules", "Nasdaq trader alerts on special closings"],
};
