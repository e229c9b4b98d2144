import { describe, expect, test } from "vitest";
import { ladderOf } from "../../src/console/ladder.ts";

describe("a ladder", () => {
  test("shows the nearest levels, each with what stands up to it against the deeper side", () => {
    const { bids, asks } = ladderOf(
      {
        bids: [
          ["99", "1"],
          ["98", "3"],
          ["97", "50"],
        ],
        asks: [["101", "2"]],
      },
      2,
    );
    expect(bids).toEqual([
      { price: "99", size: "1", share: 0.25 },
      { price: "98", size: "3", share: 1 },
    ]);
    expect(asks).toEqual([{ price: "101", size: "2", share: 0.5 }]);
  });

  test("of an empty book has no rungs", () => {
    expect(ladderOf({ bids: [], asks: [] }, 10)).toEqual({ bids: [], asks: [] });
  });
});
