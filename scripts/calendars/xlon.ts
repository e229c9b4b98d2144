/** London: the bank holidays of England. */
import { MON } from "../../src/quant/calendars/dates.ts";
import { type CalendarRules, closed, earlyClose, WEEKDAYS } from "./calendar-rules.ts";
import {
  dates,
  easter,
  fixed,
  last,
  nth,
  weekendToFriday,
  weekendToMonday,
  weekendTwoLater,
  yearly,
} from "./rule.ts";

const HALF_DAY = "08:00-12:30";

export const XLON_RULES: CalendarRules = {
  id: "XLON",
  constant: "XLON",
  name: "London Stock Exchange",
  timeZone: "Europe/London",
  from: "2000-01-01",
  to: "2028-01-01",
  regular: [{ since: "2000-01-01", days: WEEKDAYS, hours: "08:00-16:30" }],
  closures: [
    closed("New Year's Day", yearly(weekendToMonday(fixed(1, 1)))),
    closed("Good Friday", yearly(easter(-2))),
    closed("Easter Monday", yearly(easter(1))),
    closed("Early May bank holiday", yearly(nth(1, MON, 5), { except: [2020] })),
    closed("Spring bank holiday", yearly(last(MON, 5), { except: [2002, 2012, 2022] })),
    closed("Summer bank holiday", yearly(last(MON, 8))),
    closed("Christmas Day", yearly(weekendTwoLater(fixed(12, 25)))),
    closed("Boxing Day", yearly(weekendTwoLater(fixed(12, 26)))),
    // Royal proclamations, in the London Gazette.
    closed("Spring bank holiday, moved", dates("2002-06-04", "2012-06-04", "2022-06-02")),
    closed("Golden Jubilee", dates("2002-06-03")),
    closed("Royal wedding", dates("2011-04-29")),
    closed("Diamond Jubilee", dates("2012-06-05")),
    closed("Anniversary of VE Day", dates("2020-05-08")),
    closed("Platinum Jubilee", dates("2022-06-03")),
    closed("Funeral of Queen Elizabeth II", dates("2022-09-19")),
    closed("Coronation of King Charles III", dates("2023-05-08")),
  ],
  changes: [
    earlyClose(HALF_DAY, "Christmas Eve", yearly(weekendToFriday(fixed(12, 24)))),
    earlyClose(HALF_DAY, "New Year's Eve", yearly(weekendToFriday(fixed(12, 31)))),
  ],
  overlay: [],
  sources: ["London Stock Exchange business days", "UK bank holidays, gov.uk", "The London Gazette"],
  notes: [
    "Continuous trading: no auctions before 08:00 and after 16:30.",
    "2027 is by rule: a bank holiday may still be proclaimed.",
  ],
};
