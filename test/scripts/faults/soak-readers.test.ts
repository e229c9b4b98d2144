import { describe, expect, test } from "vitest";
import { stretchFaults } from "../../../scripts/faults/soak-readers.ts";

const TRADED = ["a", "b", "c", "d", "e"];

describe("stretches of trades that were told", () => {
  test.each([
    ["one that is everything", [TRADED]],
    ["one that began later", [["c", "d", "e"]]],
    [
      "two with a reset between them",
      [
        ["a", "b"],
        ["d", "e"],
      ],
    ],
    [
      "two that overlap, since a snapshot repeats the newest",
      [
        ["a", "b"],
        ["b", "c", "d", "e"],
      ],
    ],
  ])("%s", (_what, stretches) => expect(stretchFaults(stretches, TRADED)).toEqual([]));

  test.each([
    ["a trade is missing inside", [["a", "c", "d", "e"]]],
    ["a trade is told twice", [["a", "b", "b", "c", "d", "e"]]],
    ["the last ones are missing", [["a", "b", "c"]]],
    ["nothing was told", []],
    ["one was never traded", [["a", "x", "b"]]],
  ])("are wrong where %s", (_what, stretches) => expect(stretchFaults(stretches, TRADED)).not.toEqual([]));
});
