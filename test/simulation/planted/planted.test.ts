/** Each planted bug finds its place: a text that stands in one file exactly once. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { BUGS } from "./bugs.ts";

const ROOT = join(import.meta.dirname, "../../..");

test("there are twenty bugs at the least, each with a name of its own", () => {
  expect(BUGS.length).toBeGreaterThanOrEqual(20);
  expect(new Set(BUGS.map(({ name }) => name)).size).toBe(BUGS.length);
});

test.each(BUGS)(
  "the place of $name stands in $file exactly once, and is another text with the bug",
  ({ file, find, replace }) => {
    expect(readFileSync(join(ROOT, file), "utf8").split(find).length - 1).toBe(1);
    expect(replace).not.toContain(find.trim() === replace.trim() ? find : "\u0000");
  },
);
