import { describe, expect, test } from "vitest";
import { isSession } from "../../src/quant/session-grammar.ts";

describe("trading hours", () => {
  test.each([
    "24x7",
    "0930-1600",
    "0900-1200,1300-1500",
    "0930-1200,1200-1600",
    "1700-1600",
    "1700-1700",
    "0000-0000",
    "1800-0000",
    "2100-0230,0900-1015,1030-1130,1330-1500",
    "0930-1600:23456",
    "1700-1600:3456|0930-1300:7",
  ])("%s is taken", (session) => {
    expect(isSession(session)).toBe(true);
  });

  test.each([
    ["nothing", ""],
    ["another case", "24X7"],
    ["no end", "0930"],
    ["an hour that is none", "2500-2600"],
    ["a minute that is none", "0960-1600"],
    ["24 as an hour", "0930-2400"],
    ["spaces", "0930 - 1600"],
    ["a colon in a time", "09:30-16:00"],
    ["windows out of order", "1300-1500,0900-1200"],
    ["windows that overlap", "0900-1300,1200-1500"],
    ["a second window overnight", "0900-1200,2200-0200"],
    ["more than a day", "1700-1515,1530-1800"],
    ["a day that is none", "0930-1600:8"],
    ["no day at all", "0930-1600:"],
    ["a day twice", "0930-1600:22"],
    ["a day under two rules", "0930-1600:23|1000-1200:34"],
    ["a rule for every day beside another", "0930-1600|1000-1200:7"],
    ["an empty rule", "0930-1600:23|"],
    ["a third part", "0930-1600:2:3"],
  ])("%s is refused", (_name, session) => {
    expect(isSession(session)).toBe(false);
  });
});
