/** The committed data is what the rules make, and stays small. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { DATA_FOLDER, madeFiles } from "../../../scripts/calendars/made.ts";
import { CHANGE_KINDS } from "../../../src/quant/calendars/calendar-data.ts";
import { CALENDARS } from "../../../src/quant/calendars/calendars.ts";

const FOLDER = join(import.meta.dirname, "../../..", DATA_FOLDER);
/** Every isolate loads all of it. */
const BYTES_MAX = 60_000;
const files = madeFiles();

describe("the committed calendars", () => {
  test("are the files that `npm run calendars` makes, and no others", () => {
    expect(readdirSync(FOLDER).sort()).toEqual(files.map(({ name }) => name).sort());
  });

  test.each(files.map(({ name, text }) => [name, text] as const))(
    "%s is what the rules say",
    (name, text) => {
      expect(readFileSync(join(FOLDER, name), "utf8")).toBe(text);
    },
  );

  test("are those that the program has", () => {
    expect(CALENDARS).toEqual(files.map(({ data }) => data));
  });

  test(`are of at most ${BYTES_MAX} bytes together`, () => {
    expect(files.reduce((sum, { text }) => sum + text.length, 0)).toBeLessThan(BYTES_MAX);
  });

  test("name a source each, and a version of their own", () => {
    expect(files.every(({ data }) => data.sources.length > 0)).toBe(true);
    expect(new Set(files.map(({ data }) => data.version)).size).toBe(files.length);
  });

  test("name no date twice, and only kinds that there are", () => {
    for (const { data } of files) {
      const lines = `${data.closed}\n${data.changed}`.split("\n").filter((line) => line !== "");
      for (const text of [data.closed, data.changed]) {
        const dates = text.match(/\d{4}-\d{2}-\d{2}/g) ?? [];
        expect(new Set(dates).size).toBe(dates.length);
      }
      expect(lines.every((line) => /: \d{4}-\d{2}-\d{2}( \d{4}-\d{2}-\d{2})*$/.test(line))).toBe(true);
    }
    expect(CHANGE_KINDS).toContain("late-open");
  });
});
