/** Made by `npm run calendars` from the rules in scripts/calendars: change those. */
import type { CalendarData } from "../calendar-data.ts";

export const XBOM: CalendarData = {
  id: "XBOM",
  name: "BSE Mumbai",
  timeZone: "Asia/Kolkata",
  from: "2015-01-01",
  to: "2027-01-01",
  unknown: ["2026-11-08"],
  regular: [{ since: "2015-01-01", days: "1111100", hours: "09:15-15:30" }],
  closed: `Republic Day: 2015-01-26 2016-01-26 2017-01-26 2018-01-26 2021-01-26 2022-01-26 2023-01-26 2024-01-26 2026-01-26
Mahashivratri: 2015-02-17 2016-03-07 2017-02-24 2018-02-13 2019-03-04 2020-02-21 2021-03-11 2022-03-01 2024-03-08 2025-02-26
Holi: 2015-03-06 2016-03-24 2017-03-13 2018-03-02 2019-03-21 2020-03-10 2021-03-29 2022-03-18 2023-03-07 2024-03-25 2025-03-14 2026-03-03
Mahavir Jayanti: 2015-04-02 2016-04-19 2018-03-29 2019-04-17 2020-04-06 2023-04-04 2025-04-10 2026-03-31
Good Friday: 2015-04-03 2016-03-25 2017-04-14 2018-03-30 2019-04-19 2020-04-10 2021-04-02 2022-04-15 2023-04-07 2024-03-29 2025-04-18 2026-04-03
Ambedkar Jayanti: 2015-04-14 2016-04-14 2020-04-14 2021-04-14 2022-04-14 2023-04-14 2025-04-14 2026-04-14
Maharashtra Day: 2015-05-01 2017-05-01 2018-05-01 2019-05-01 2020-05-01 2023-05-01 2024-05-01 2025-05-01 2026-05-01
Ganesh Chaturthi: 2015-09-17 2016-09-05 2017-08-25 2018-09-13 2019-09-02 2021-09-10 2022-08-31 2023-09-19 2025-08-27 2026-09-14
Bakri Id: 2015-09-25 2016-09-13 2018-08-22 2019-08-12 2021-07-21 2023-06-29 2024-06-17 2026-05-28
Gandhi Jayanti: 2015-10-02 2017-10-02 2018-10-02 2019-10-02 2020-10-02 2023-10-02 2024-10-02 2025-10-02 2026-10-02
Dussehra: 2015-10-22 2016-10-11 2018-10-18 2019-10-08 2021-10-15 2022-10-05 2023-10-24 2026-10-20
Diwali Balipratipada: 2015-11-12 2016-10-31 2017-10-20 2018-11-08 2019-10-28 2020-11-16 2021-11-05 2022-10-26 2023-11-14 2025-10-22 2026-11-10
Guru Nanak Jayanti: 2015-11-25 2016-11-14 2018-11-23 2019-11-12 2020-11-30 2021-11-19 2022-11-08 2023-11-27 2024-11-15 2025-11-05 2026-11-24
Christmas Day: 2015-12-25 2017-12-25 2018-12-25 2019-12-25 2020-12-25 2023-12-25 2024-12-25 2025-12-25 2026-12-25
Ram Navami: 2016-04-15 2017-04-04 2020-04-02 2021-04-21 2023-03-30 2024-04-17 2026-03-26
Id-ul-Fitr: 2016-07-06 2017-06-26 2019-06-05 2020-05-25 2021-05-13 2022-05-03 2024-04-11 2025-03-31
Independence Day: 2016-08-15 2017-08-15 2018-08-15 2019-08-15 2022-08-15 2023-08-15 2024-08-15 2025-08-15
Muharram: 2016-10-12 2018-09-20 2019-09-10 2021-08-19 2022-08-09 2024-07-17 2026-06-26
Election to the national parliament: 2019-04-29 2024-05-20
Election to the assembly of Maharashtra: 2019-10-21 2024-11-20
Consecration of the Ram temple at Ayodhya: 2024-01-22
Municipal elections in Maharashtra: 2026-01-15`,
  changed: `special 09:15-15:30 Union budget: 2015-02-28 2020-02-01 2025-02-01 2026-02-01
special 17:45-18:45 Muhurat trading at Diwali: 2015-11-11
special 18:30-19:30 Muhurat trading at Diwali: 2016-10-30 2017-10-19
special 17:30-18:30 Muhurat trading at Diwali: 2018-11-07
special 18:15-19:15 Muhurat trading at Diwali: 2019-10-27 2020-11-14 2021-11-04 2022-10-24 2023-11-12
special 09:15-17:00 Longer for the halt at NSE: 2021-02-24
special 09:15-15:30 Trading day in place of Monday: 2024-01-20
special 09:15-10:00,11:30-12:30 Drill of the disaster recovery site: 2024-03-02 2024-05-18
special 18:00-19:00 Muhurat trading at Diwali: 2024-11-01
special 13:45-14:45 Muhurat trading at Diwali: 2025-10-21`,
  sources: ["BSE notices on trading holidays, Muhurat trading and special sessions"],
  notes: [
    "The normal market of equities: no pre-open, block, closing or after-hours session.",
    "Since 2026-08-03 stocks that have derivatives trade until 15:15 and then in an auction: that is not told.",
    "2026-11-08 is not covered: the hours of its Muhurat trading were announced too late to be here.",
  ],
  version: "a5276f27e41c",
};
