/** Days as the exchanges published them, written down one by one and by nobody's rule. */
import { describe, expect, test } from "vitest";
import { calendar, day, daysOf, hoursOf, IDS } from "./support.ts";

describe("New York", () => {
  test.each([
    ["2001-09-11", "closed: Attacks of 11 September 2001"],
    ["2001-09-14", "closed: Attacks of 11 September 2001"],
    ["2001-09-17", "09:30-16:00"],
    ["2004-06-11", "closed: Funeral of President Reagan"],
    ["2007-01-02", "closed: National day of mourning for President Ford"],
    ["2012-10-29", "closed: Hurricane Sandy"],
    ["2012-10-30", "closed: Hurricane Sandy"],
    ["2012-10-31", "09:30-16:00"],
    ["2018-12-05", "closed: National day of mourning for President George H. W. Bush"],
    ["2025-01-09", "closed: National day of mourning for President Carter"],
    ["2021-06-18", "09:30-16:00"],
    ["2022-06-20", "closed: Juneteenth"],
    ["2024-11-29", "09:30-13:00"],
    ["2002-07-05", "09:30-13:00"],
    ["2013-07-03", "09:30-13:00"],
    ["2013-07-05", "09:30-16:00"],
    ["2014-12-26", "09:30-16:00"],
    ["2021-12-24", "closed: Christmas Day"],
    ["2021-12-31", "09:30-16:00"],
    ["2022-01-03", "09:30-16:00"],
    ["2023-01-02", "closed: New Year's Day"],
    ["2026-07-02", "09:30-16:00"],
    ["2026-07-03", "closed: Independence Day"],
    ["2026-11-27", "09:30-13:00"],
    ["2026-12-24", "09:30-13:00"],
    ["2026-11-22", "closed: no weekday of trading"],
  ])("on %s: %s, at both exchanges", (date, expected) => {
    expect([hoursOf("XNYS", date), hoursOf("XNAS", date)]).toEqual([expected, expected]);
  });

  test.each([
    ["1992-11-27", "09:30-14:00"],
    ["1993-11-26", "09:30-13:00"],
    ["1994-04-27", "closed: Funeral of President Nixon"],
    ["1998-01-19", "closed: Martin Luther King Jr. Day"],
    ["1997-01-20", "09:30-16:00"],
  ])("in the years before, on %s: %s", (date, expected) => {
    expect(hoursOf("XNYS", date)).toBe(expected);
  });

  test("the holidays of 2027 are those that the exchange has published", () => {
    const trading = new Set(daysOf("XNYS", "2027-01-01", "2028-01-01"));
    const closed = weekdaysOf(2027).filter((date) => !trading.has(date));
    expect(closed).toEqual(
      "2027-01-01 2027-01-18 2027-02-15 2027-03-26 2027-05-31 2027-06-18 2027-07-05 2027-09-06 2027-11-25 2027-12-24".split(
        " ",
      ),
    );
  });
});

describe("Good Friday", () => {
  test.each([
    ...["2000-04-21", "2005-03-25", "2008-03-21", "2011-04-22", "2016-03-25", "2019-04-19"],
    ...["2020-04-10", "2021-04-02", "2022-04-15", "2023-04-07", "2024-03-29", "2025-04-18"],
  ])("%s", (date) => {
    expect([hoursOf("XNYS", date), hoursOf("XLON", date)]).toEqual(Array(2).fill("closed: Good Friday"));
  });
});

describe("London", () => {
  test.each([
    ["2002-06-03", "closed: Golden Jubilee"],
    ["2002-05-27", "08:00-16:30"],
    ["2011-04-29", "closed: Royal wedding"],
    ["2012-06-05", "closed: Diamond Jubilee"],
    ["2020-05-04", "08:00-16:30"],
    ["2020-05-08", "closed: Anniversary of VE Day"],
    ["2022-06-02", "closed: Spring bank holiday, moved"],
    ["2022-06-03", "closed: Platinum Jubilee"],
    ["2022-09-19", "closed: Funeral of Queen Elizabeth II"],
    ["2023-05-08", "closed: Coronation of King Charles III"],
    ["2021-12-27", "closed: Christmas Day"],
    ["2021-12-28", "closed: Boxing Day"],
    ["2022-12-23", "08:00-12:30"],
    ["2024-12-24", "08:00-12:30"],
    ["2024-12-31", "08:00-12:30"],
    ["2026-12-28", "closed: Boxing Day"],
  ])("on %s: %s", (date, expected) => {
    expect(hoursOf("XLON", date)).toBe(expected);
  });
});

describe("Tokyo", () => {
  test.each([
    ["2011-11-18", "09:00-11:00,12:30-15:00"],
    ["2011-11-21", "09:00-11:30,12:30-15:00"],
    ["2024-11-01", "09:00-11:30,12:30-15:00"],
    ["2024-11-05", "09:00-11:30,12:30-15:30"],
    ["2015-09-22", "closed: Day between two holidays"],
    ["2026-09-22", "closed: Day between two holidays"],
    ["2019-05-02", "closed: Accession of the Emperor"],
    ["2019-10-22", "closed: Accession of the Emperor"],
    ["2020-07-23", "closed: Marine Day"],
    ["2020-07-24", "closed: Health and Sports Day"],
    ["2020-10-12", "09:00-11:30,12:30-15:00"],
    ["2020-10-01", "closed: Failure of the trading system"],
    ["2024-05-06", "closed: Golden Week, kept for a Sunday"],
    ["2024-12-31", "closed: New Year holidays"],
    ["2024-12-30", "09:00-11:30,12:30-15:30"],
    ["2025-11-24", "closed: Labour Thanksgiving Day"],
  ])("on %s: %s", (date, expected) => {
    expect(hoursOf("XTKS", date)).toBe(expected);
  });
});

describe("Mumbai", () => {
  test.each([
    ["2023-11-12", "18:15-19:15"],
    ["2024-11-01", "18:00-19:00"],
    ["2025-10-21", "13:45-14:45"],
    ["2024-01-20", "09:15-15:30"],
    ["2024-01-22", "closed: Consecration of the Ram temple at Ayodhya"],
    ["2024-03-02", "09:15-10:00,11:30-12:30"],
    ["2024-05-18", "09:15-10:00,11:30-12:30"],
    ["2020-02-01", "09:15-15:30"],
    ["2025-02-01", "09:15-15:30"],
    ["2026-02-01", "09:15-15:30"],
    ["2026-01-15", "closed: Municipal elections in Maharashtra"],
    ["2026-11-10", "closed: Diwali Balipratipada"],
    ["2026-11-23", "09:15-15:30"],
    ["2026-02-07", "closed: no weekday of trading"],
    ["2024-11-02", "closed: no weekday of trading"],
  ])("on %s: %s, at both exchanges", (date, expected) => {
    expect([hoursOf("XNSE", date), hoursOf("XBOM", date)]).toEqual([expected, expected]);
  });

  test("the halt of 24 February 2021 is NSE's alone; both ended at 17:00", () => {
    expect(hoursOf("XNSE", "2021-02-24")).toBe("09:15-11:40,15:45-17:00");
    expect(hoursOf("XBOM", "2021-02-24")).toBe("09:15-17:00");
  });

  test("every year that is covered has one Muhurat session", () => {
    for (let year = 2015; year < 2026; year++) {
      const sessions = calendar("XNSE").sessionsBetween(day(`${year}-01-01`), day(`${year + 1}-01-01`));
      expect(sessions.filter(({ reason }) => reason?.startsWith("Muhurat"))).toHaveLength(1);
    }
  });
});

describe("Globex", () => {
  test.each([
    ["2024-06-12", "-1d 17:00-16:00"],
    ["2021-06-25", "-1d 17:00-15:15,15:30-16:00"],
    ["2021-06-28", "-1d 17:00-16:00"],
    ["2024-11-28", "-1d 17:00-12:00"],
    ["2024-11-29", "-1d 17:00-12:15"],
    ["2024-07-03", "-1d 17:00-12:15"],
    ["2024-07-04", "-1d 17:00-12:00"],
    ["2018-12-05", "-1d 17:00-08:30"],
    ["2025-01-09", "-1d 17:00-08:30"],
    ["2023-04-07", "-1d 17:00-08:15"],
    ["2024-03-29", "closed: Good Friday"],
    ["2024-12-25", "closed: Christmas Day"],
    ["2024-12-26", "-1d 17:00-16:00"],
  ])("on %s: %s", (date, expected) => {
    expect(hoursOf("GLBX", date)).toBe(expected);
  });
});

describe("Sydney", () => {
  test.each([
    ["2011-04-26", "closed: Easter Tuesday"],
    ["2022-09-22", "closed: National day of mourning for Queen Elizabeth II"],
    ["2021-12-24", "10:00-14:10"],
    ["2022-12-23", "10:00-16:00"],
    ["2024-06-10", "closed: King's Birthday"],
    ["2025-01-27", "closed: Australia Day"],
    ["2026-04-27", "10:00-16:00"],
    ["2026-12-24", "10:00-14:10"],
    ["2026-12-28", "closed: Boxing Day"],
  ])("on %s: %s", (date, expected) => {
    expect(hoursOf("XASX", date)).toBe(expected);
  });
});

describe("what no exchange opens", () => {
  test("a day of foreign exchange rolls at 17:00 in New York, summer and winter, and the week has five", () => {
    expect(hoursOf("FX", "2024-07-03")).toBe("-1d 17:00-17:00");
    expect(hoursOf("FX", "2024-12-25")).toBe("-1d 17:00-17:00");
    expect(daysOf("FX", "2024-06-03", "2024-06-10")).toHaveLength(5);
  });

  test("always open is every day of UTC", () => {
    expect(daysOf("24x7", "2023-01-01", "2025-01-01")).toHaveLength(731);
  });
});

test("the years that were asked for are covered", () => {
  for (const id of ["XNYS", "XNAS"]) {
    expect(calendar(id).coversDays(day("2000-01-01"), day("2028-01-01"))).toBe(true);
  }
  expect(IDS).toEqual([...IDS].sort());
});

const weekdaysOf = (year: number): string[] =>
  daysOf("24x7", `${year}-01-01`, `${year + 1}-01-01`).filter((date) => {
    const weekday = new Date(`${date}T00:00:00Z`).getUTCDay();
    return weekday !== 0 && weekday !== 6;
  });
