/** Tokyo: the Act on National Holidays, and the days around New Year. */
import { MON, SUN, weekdayOf } from "../../src/quant/calendars/dates.ts";
import { type CalendarRules, closed, WEEKDAYS } from "./calendar-rules.ts";
import { type DaysRule, dates, fixed, nth, sundayToMonday, yearly } from "./rule.ts";

const kept = sundayToMonday;
/** Years in which holidays were moved for the Olympic Games. */
const OLYMPIC = [2020, 2021];

/** Where one of the three holidays before is a Sunday, the 6th of May is kept for it. */
const afterGoldenWeek: DaysRule = (year) =>
  [3, 4, 5].some((date) => weekdayOf(fixed(5, date)(year)) === SUN) ? [fixed(5, 6)(year)] : [];

// The Cabinet Office announces the equinoxes of each year in the February before it.
const VERNAL = dates(
  "2010-03-21",
  "2011-03-21",
  "2012-03-20",
  "2013-03-20",
  "2014-03-21",
  "2015-03-21",
  "2016-03-20",
  "2017-03-20",
  "2018-03-21",
  "2019-03-21",
  "2020-03-20",
  "2021-03-20",
  "2022-03-21",
  "2023-03-21",
  "2024-03-20",
  "2025-03-20",
  "2026-03-20",
  "2027-03-21",
);
const AUTUMNAL = dates(
  "2010-09-23",
  "2011-09-23",
  "2012-09-22",
  "2013-09-23",
  "2014-09-23",
  "2015-09-23",
  "2016-09-22",
  "2017-09-23",
  "2018-09-23",
  "2019-09-23",
  "2020-09-22",
  "2021-09-23",
  "2022-09-23",
  "2023-09-23",
  "2024-09-22",
  "2025-09-23",
  "2026-09-23",
  "2027-09-23",
);

/** A Sunday's equinox is kept on Monday. */
const keptDates =
  (rule: DaysRule): DaysRule =>
  (year) =>
    rule(year).map((day) => (weekdayOf(day) === SUN ? day + 1 : day));

/** One day between two holidays is a holiday too: the Tuesday after Respect for the Aged Day where Wednesday is the equinox. */
const betweenHolidays: DaysRule = (year) => {
  const aged = nth(3, MON, 9)(year);
  return AUTUMNAL(year).includes(aged + 2) ? [aged + 1] : [];
};

export const XTKS_RULES: CalendarRules = {
  id: "XTKS",
  constant: "XTKS",
  name: "Tokyo Stock Exchange",
  timeZone: "Asia/Tokyo",
  from: "2010-01-01",
  to: "2028-01-01",
  regular: [
    { since: "2010-01-01", days: WEEKDAYS, hours: "09:00-11:00,12:30-15:00" },
    // Tokyo Stock Exchange: half an hour more before lunch, and later half an hour more at the end.
    { since: "2011-11-21", days: WEEKDAYS, hours: "09:00-11:30,12:30-15:00" },
    { since: "2024-11-05", days: WEEKDAYS, hours: "09:00-11:30,12:30-15:30" },
  ],
  closures: [
    closed("New Year holidays", yearly(fixed(1, 1))),
    closed("New Year holidays", yearly(fixed(1, 2))),
    closed("New Year holidays", yearly(fixed(1, 3))),
    closed("Coming of Age Day", yearly(nth(2, MON, 1))),
    closed("National Foundation Day", yearly(kept(fixed(2, 11)))),
    closed("Emperor's Birthday", yearly(kept(fixed(2, 23)), { since: 2020 })),
    closed("Emperor's Birthday", yearly(kept(fixed(12, 23)), { until: 2018 })),
    closed("Vernal Equinox Day", keptDates(VERNAL)),
    closed("Showa Day", yearly(kept(fixed(4, 29)))),
    closed("Constitution Memorial Day", yearly(fixed(5, 3))),
    closed("Greenery Day", yearly(fixed(5, 4))),
    closed("Children's Day", yearly(fixed(5, 5))),
    closed("Golden Week, kept for a Sunday", afterGoldenWeek),
    closed("Marine Day", yearly(nth(3, MON, 7), { except: OLYMPIC })),
    closed("Mountain Day", yearly(kept(fixed(8, 11)), { since: 2016, except: OLYMPIC })),
    closed("Respect for the Aged Day", yearly(nth(3, MON, 9))),
    closed("Day between two holidays", betweenHolidays),
    closed("Autumnal Equinox Day", keptDates(AUTUMNAL)),
    closed("Health and Sports Day", yearly(nth(2, MON, 10), { except: OLYMPIC })),
    closed("Culture Day", yearly(kept(fixed(11, 3)))),
    closed("Labour Thanksgiving Day", yearly(kept(fixed(11, 23)))),
    closed("New Year holidays", yearly(fixed(12, 31))),
    // Acts of 2017 on the accession, and of 2018 and 2020 on the Olympic Games.
    closed("Accession of the Emperor", dates("2019-04-30", "2019-05-01", "2019-05-02", "2019-10-22")),
    closed("Marine Day", dates("2020-07-23", "2021-07-22")),
    closed("Health and Sports Day", dates("2020-07-24", "2021-07-23")),
    closed("Mountain Day", dates("2020-08-10", "2021-08-09")),
    // Japan Exchange Group, news release of 19 October 2020.
    closed("Failure of the trading system", dates("2020-10-01")),
  ],
  changes: [],
  overlay: [],
  sources: [
    "Japan Exchange Group: trading hours, business days, news releases",
    "Act on National Holidays, Cabinet Office of Japan",
  ],
  notes: ["2027 is by rule, and by the equinoxes as announced in February 2026."],
};
