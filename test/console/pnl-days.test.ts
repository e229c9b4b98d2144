import { describe, expect, test } from "vitest";
import { pnlDays } from "../../src/console/pnl-days.ts";

const closed = (date: string, dayPnl: string | null, kind: "close" | "manual" = "close") => ({
  ...{ day: { date, start: 0, end: 0 }, dayPnl, equity: "100", kind },
});
const open = (day: string, dayPnl: string | null) => ({ day, dayPnl, equity: "101" });

describe("profit and loss by day", () => {
  test("is that of the closes, ascending, and of the day that is open", () => {
    const days = pnlDays([closed("2026-11-21", "-2"), closed("2026-11-20", "3.5")], open("2026-11-22", "1"));
    expect(days).toEqual([
      { day: "2026-11-20", pnl: "3.5", equity: "100", open: false },
      { day: "2026-11-21", pnl: "-2", equity: "100", open: false },
      { day: "2026-11-22", pnl: "1", equity: "101", open: true },
    ]);
  });

  test("takes no figure from a snapshot that somebody asked for", () => {
    expect(pnlDays([closed("2026-11-20", "9", "manual")], undefined)).toEqual([]);
  });

  test("leaves out a day that has nothing before it to compare with", () => {
    expect(pnlDays([closed("2026-11-20", null)], open("2026-11-21", null))).toEqual([]);
  });

  test("says of a day that has just closed what its close says", () => {
    const days = pnlDays([closed("2026-11-20", "5")], open("2026-11-20", "4"));
    expect(days).toEqual([{ day: "2026-11-20", pnl: "5", equity: "100", open: false }]);
  });
});
