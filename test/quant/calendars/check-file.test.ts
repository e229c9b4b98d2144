/** Our New York against a published list of its sessions, day by day, where that file lies beside the project. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { dateText } from "../../../src/quant/calendars/dates.ts";
import { calendar, day } from "./support.ts";

const FILE = join(import.meta.dirname, "../../../../shared/data/calendar_xnys.csv.gz");
const iso = (moment: number): string => new Date(moment).toISOString().replace(".000Z", "Z");

test("every session of the check file is ours, and every one of ours between is in it", ({ skip }) => {
  skip(!existsSync(FILE), "the check file of NYSE sessions is not on this machine");
  const [, ...rows] = gunzipSync(readFileSync(FILE)).toString("utf8").trim().split("\n");
  const expected = rows.map((row) => {
    const [date = "", open, close] = row.split(",");
    return `${date.slice(0, 10)} ${open} ${close}`;
  });
  const [first, last] = [expected[0], expected.at(-1)].map((row) => day(row?.slice(0, 10) ?? ""));
  const ours = calendar("XNYS")
    .sessionsBetween(first!, last! + 1)
    .map((session) => `${dateText(session.day)} ${iso(session.open)} ${iso(session.close)}`);
  expect(expected.length).toBeGreaterThan(8_000);
  expect(ours).toEqual(expected);
});
