import { describe, expect, test } from "vitest";
import { linesOf } from "../../src/http/ndjson.ts";

describe("documents by line", () => {
  test.each([
    ["a\nb\n", ["a", "b"]],
    ["a\n\n \r\n b", ["a", " b"]],
    ["\n\n", []],
    ["", []],
  ])("%j", (text, lines) => {
    expect(linesOf(text)).toEqual(lines);
  });

  test("of more than are wanted one more is read, so that somebody can say so", () => {
    expect(linesOf("1\n".repeat(4_000_000), 2)).toEqual(["1", "1", "1"]);
  });
});
