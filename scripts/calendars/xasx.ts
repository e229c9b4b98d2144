/** Sydney: the public holidays of New South Wales that the exchange keeps. */
import { MON } from "../../src/quant/calendars/dates.ts";
import { type CalendarRules, closed, earlyClose, WEEKDAYS } from "./calendar-rules.ts";
import {
  dates,
  easter,
  fixed,
  nth,
  weekendToFriday,
  weekendToMonday,
  weekendTwoLater,
  yearly,
} from "./rule.ts";

const SHORT_DAY = "10:00-14:10";
/** In 2022 both eves fell on a Saturday, and the Fridays before were whole days. */
const WHOLE_DAYS = { except: [2022] };

export const XASX_RULES: CalendarRules = {
  id: "XASX",
  constant: "XASX",
  name: "Australian Securities Exchange, cash market",
  timeZone: "Australia/Sydney",
  from: "2011-01-01",
  // Whether the exchange follows the extra holiday that New South Wales has for Anzac Day of 2027 is not known to us.
  to: "2027-01-01",
  regular: [{ since: "2011-01-01", days: WEEKDAYS, hours: "10:00-16:00" }],
  closures: [
    closed("New Year's Day", yearly(weekendToMonday(fixed(1, 1)))),
    closed("Australia Day", yearly(weekendToMonday(fixed(1, 26)))),
    closed("Good Friday", yearly(easter(-2))),
    closed("Easter Monday", yearly(easter(1))),
    // ASX trading calendar of 2026: the extra holiday that New South Wales had on 27 April was a day of trading.
    closed("Anzac Day", yearly(fixed(4, 25))),
    closed("King's Birthday", yearly(nth(2, MON, 6), { since: 2023 })),
    closed("Queen's Birthday", yearly(nth(2, MON, 6), { until: 2022 })),
    closed("Christmas Day", yearly(weekendTwoLater(fixed(12, 25)))),
    closed("Boxing Day", yearly(weekendTwoLater(fixed(12, 26)))),
    // ASX trading calendar of 2011: Anzac Day was Easter Monday.
    closed("Easter Tuesday", dates("2011-04-26")),
    closed("National day of mourning for Queen Elizabeth II", dates("2022-09-22")),
  ],
  changes: [
    earlyClose(
      SHORT_DAY,
      "Last trading day before Christmas",
      yearly(weekendToFriday(fixed(12, 24)), WHOLE_DAYS),
    ),
    earlyClose(SHORT_DAY, "Last trading day of the year", yearly(weekendToFriday(fixed(12, 31)), WHOLE_DAYS)),
  ],
  overlay: [],
  sources: ["ASX trading calendars of each year"],
  notes: [
    "Normal trading: stocks open in groups within the first ten minutes, and the closing auction follows.",
    "Ends before 2027: Anzac Day of that year is uncertain.",
  ],
};
