/** Holidays that American exchanges share. Source: NYSE Rule 7.2 and the holiday notices of NYSE, Nasdaq and CME Group. */
import { FRI, MON, THU, TUE, WED } from "../../src/quant/calendars/dates.ts";
import { fixed, last, nearestWeekday, nth, shifted, sundayToMonday, yearly } from "./rule.ts";

const THANKSGIVING = nth(4, THU, 11);

/** A Saturday's is not made up for: it would fall into the old year. */
export const NEW_YEAR = yearly(sundayToMonday(fixed(1, 1)));
export const MARTIN_LUTHER_KING = yearly(nth(3, MON, 1), { since: 1998 });
export const WASHINGTON = yearly(nth(3, MON, 2));
export const MEMORIAL_DAY = yearly(last(MON, 5));
export const JUNETEENTH = yearly(nearestWeekday(fixed(6, 19)), { since: 2022 });
export const INDEPENDENCE_DAY = yearly(nearestWeekday(fixed(7, 4)));
export const LABOR_DAY = yearly(nth(1, MON, 9));
export const THANKSGIVING_DAY = yearly(THANKSGIVING);
export const CHRISTMAS = yearly(nearestWeekday(fixed(12, 25)));

export const DAY_AFTER_THANKSGIVING = shifted(THANKSGIVING, 1);
/** On a Friday it is the holiday itself, kept for Saturday's Christmas. */
export const CHRISTMAS_EVE = { rule: fixed(12, 24), on: [MON, TUE, WED, THU] } as const;
/** Until 2012 the Friday after a Thursday's Independence Day was the short one, since then the Wednesday before. */
export const INDEPENDENCE_EVE_UNTIL_2012 = yearly(fixed(7, 3), {
  since: 1995,
  until: 2012,
  on: [MON, TUE, THU],
});
export const INDEPENDENCE_EVE_SINCE_2013 = yearly(fixed(7, 3), { since: 2013, on: [MON, TUE, WED, THU] });
export const AFTER_INDEPENDENCE_DAY = yearly(fixed(7, 5), { since: 1995, until: 2012, on: [FRI] });
