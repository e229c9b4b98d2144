/** Mumbai: holidays follow the moon and the state's elections, so every one is taken from the circulars of its year. */
import { type CalendarRules, special, WEEKDAYS } from "./calendar-rules.ts";
import { MUMBAI_HOLIDAYS } from "./india-holidays.ts";
import { dates } from "./rule.ts";

const FULL_DAY = "09:15-15:30";
/** Trading moves to the other site between the two sessions. */
const TWO_SITES = "09:15-10:00,11:30-12:30";

const MUHURAT = "Muhurat trading at Diwali";

const OVERLAY = [
  // NSE circulars on Muhurat trading, one each autumn: the normal market, without the auctions around it.
  special("17:45-18:45", MUHURAT, dates("2015-11-11")),
  special("18:30-19:30", MUHURAT, dates("2016-10-30", "2017-10-19")),
  special("17:30-18:30", MUHURAT, dates("2018-11-07")),
  special(
    "18:15-19:15",
    MUHURAT,
    dates("2019-10-27", "2020-11-14", "2021-11-04", "2022-10-24", "2023-11-12"),
  ),
  special("18:00-19:00", MUHURAT, dates("2024-11-01")),
  special("13:45-14:45", MUHURAT, dates("2025-10-21")),
  // NSE and BSE circulars: the exchanges were open for the budget speech.
  special(FULL_DAY, "Union budget", dates("2015-02-28", "2020-02-01", "2025-02-01", "2026-02-01")),
  // NSE circular of 19 January 2024: planned as a drill, then held as a whole day since the Monday became a holiday.
  special(FULL_DAY, "Trading day in place of Monday", dates("2024-01-20")),
  // NSE circulars of February and May 2024.
  special(TWO_SITES, "Drill of the disaster recovery site", dates("2024-03-02", "2024-05-18")),
];

const SHARED = {
  timeZone: "Asia/Kolkata",
  from: "2015-01-01",
  to: "2027-01-01",
  // Muhurat trading was announced for that Sunday, its hours were not yet when this was written.
  unknown: ["2026-11-08"],
  regular: [{ since: "2015-01-01", days: WEEKDAYS, hours: FULL_DAY }],
  closures: MUMBAI_HOLIDAYS,
  changes: [],
  notes: [
    "The normal market of equities: no pre-open, block, closing or after-hours session.",
    "Since 2026-08-03 stocks that have derivatives trade until 15:15 and then in an auction: that is not told.",
    "2026-11-08 is not covered: the hours of its Muhurat trading were announced too late to be here.",
  ],
} as const;

export const XNSE_RULES: CalendarRules = {
  ...SHARED,
  id: "XNSE",
  constant: "XNSE",
  name: "National Stock Exchange of India",
  overlay: [
    ...OVERLAY,
    // NSE press releases of that day: trading stopped at 11:40 and came back at 15:45.
    special("09:15-11:40,15:45-17:00", "Trading halt of 24 February 2021", dates("2021-02-24")),
  ],
  sources: ["NSE circulars on trading holidays, Muhurat trading and special sessions"],
};

export const XBOM_RULES: CalendarRules = {
  ...SHARED,
  id: "XBOM",
  constant: "XBOM",
  name: "BSE Mumbai",
  overlay: [
    ...OVERLAY,
    // BSE notice of that day: longer for the members who had waited for NSE.
    special("09:15-17:00", "Longer for the halt at NSE", dates("2021-02-24")),
  ],
  sources: ["BSE notices on trading holidays, Muhurat trading and special sessions"],
};
