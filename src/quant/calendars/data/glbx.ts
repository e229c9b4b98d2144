/** Made by `npm run calendars` from the rules in scripts/calendars: change those. */
import type { CalendarData } from "../calendar-data.ts";

export const GLBX: CalendarData = {
  id: "GLBX",
  name: "CME Globex, equity index futures",
  timeZone: "America/Chicago",
  from: "2016-01-01",
  to: "2027-01-01",
  unknown: [],
  regular: [
    { since: "2016-01-01", days: "1111100", hours: "17:00-15:15,15:30-16:00" },
    { since: "2021-06-28", days: "1111100", hours: "17:00-16:00" },
  ],
  closed: `New Year's Day: 2016-01-01 2017-01-02 2018-01-01 2019-01-01 2020-01-01 2021-01-01 2023-01-02 2024-01-01 2025-01-01 2026-01-01
Good Friday: 2016-03-25 2017-04-14 2018-03-30 2019-04-19 2020-04-10 2022-04-15 2024-03-29 2025-04-18
Christmas Day: 2016-12-26 2017-12-25 2018-12-25 2019-12-25 2020-12-25 2021-12-24 2022-12-26 2023-12-25 2024-12-25 2025-12-25 2026-12-25`,
  changed: `early-close 17:00-12:00 Martin Luther King Jr. Day: 2016-01-18 2017-01-16 2018-01-15 2019-01-21 2020-01-20 2021-01-18 2022-01-17 2023-01-16 2024-01-15 2025-01-20 2026-01-19
early-close 17:00-12:00 Washington's Birthday: 2016-02-15 2017-02-20 2018-02-19 2019-02-18 2020-02-17 2021-02-15 2022-02-21 2023-02-20 2024-02-19 2025-02-17 2026-02-16
early-close 17:00-12:00 Memorial Day: 2016-05-30 2017-05-29 2018-05-28 2019-05-27 2020-05-25 2021-05-31 2022-05-30 2023-05-29 2024-05-27 2025-05-26 2026-05-25
early-close 17:00-12:00 Independence Day: 2016-07-04 2017-07-04 2018-07-04 2019-07-04 2020-07-03 2021-07-05 2022-07-04 2023-07-04 2024-07-04 2025-07-04 2026-07-03
early-close 17:00-12:00 Labor Day: 2016-09-05 2017-09-04 2018-09-03 2019-09-02 2020-09-07 2021-09-06 2022-09-05 2023-09-04 2024-09-02 2025-09-01 2026-09-07
early-close 17:00-12:00 Thanksgiving Day: 2016-11-24 2017-11-23 2018-11-22 2019-11-28 2020-11-26 2021-11-25 2022-11-24 2023-11-23 2024-11-28 2025-11-27 2026-11-26
early-close 17:00-12:15 Day after Thanksgiving: 2016-11-25 2017-11-24 2018-11-23 2019-11-29 2020-11-27 2021-11-26 2022-11-25 2023-11-24 2024-11-29 2025-11-28 2026-11-27
early-close 17:00-12:15 Eve of Independence Day: 2017-07-03 2018-07-03 2019-07-03 2023-07-03 2024-07-03 2025-07-03
early-close 17:00-08:30 National day of mourning for President George H. W. Bush: 2018-12-05
early-close 17:00-12:15 Christmas Eve: 2018-12-24 2019-12-24 2020-12-24 2024-12-24 2025-12-24 2026-12-24
early-close 17:00-08:15 Good Friday: 2021-04-02 2023-04-07 2026-04-03
early-close 17:00-12:00 Juneteenth: 2022-06-20 2023-06-19 2024-06-19 2025-06-19 2026-06-19
early-close 17:00-08:30 National day of mourning for President Carter: 2025-01-09`,
  sources: [
    "CME Group holiday schedules",
    "CME Group notices on trading hours of 2015 and 2021",
    "CME Group press releases on days of mourning",
  ],
  notes: [
    "Only equity index futures and their options: other products trade longer or shorter on holidays.",
    "A session is called by the date on which it ends. CME's own trade date of a holiday's session is the next business day.",
  ],
  version: "40c715020253",
};
