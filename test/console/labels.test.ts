import { describe, expect, test } from "vitest";
import { Labels, markersOn } from "../../src/console/labels.ts";
import type { LabelObject } from "../../src/contracts/labels.ts";
import { label as labelShape } from "../../src/contracts/labels.ts";

const T0 = 1_700_000_000_000;
const MINUTE = 60_000;
const candles = [0, 1, 2, 5].map((minute) => ({ t: T0 + minute * MINUTE }));
const label = (id: string, minute: number, fields: Partial<LabelObject> = {}): LabelObject =>
  labelShape.parse({
    ...{ id, symbol: "XNAS:AAPL", ts: T0 + minute * MINUTE, text: `text ${id}`, metadata: {}, version: 1 },
    ...{ createdAt: T0, createdBy: "k", updatedAt: T0, updatedBy: "k" },
    ...fields,
  });
const markers = (...labels: LabelObject[]) =>
  markersOn(candles, labels).map(({ t, text }) => [(t - T0) / MINUTE, text]);

describe("the labels of a chart", () => {
  test("follow the stream: a snapshot stands for all before it, a change for its label, a deletion for none", () => {
    const labels = new Labels();
    labels.snapshot([label("a", 0), label("b", 1)]);
    labels.change(label("b", 1, { text: "changed", version: 2 }));
    labels.change({ id: "a", symbol: "XNAS:AAPL", deleted: true, version: 2 });
    labels.change(label("c", 2));
    expect(labels.all.map(({ id, text }) => [id, text])).toEqual([
      ["b", "changed"],
      ["c", "text c"],
    ]);
    labels.snapshot([label("d", 1)]);
    expect(labels.all.map(({ id }) => id)).toEqual(["d"]);
  });

  test("stand on the candle that they fall on, in its order", () => {
    expect(markers(label("c", 2.5), label("a", 0), label("b", 1.99))).toEqual([
      [0, "text a"],
      [1, "text b"],
      [2, "text c"],
    ]);
  });

  test("between two candles stand on the one before, and after the last while it may be going on", () => {
    expect(markers(label("a", 4), label("b", 7.9))).toEqual([
      [2, "text a"],
      [5, "text b"],
    ]);
  });

  test("before the first and beyond the last have no place", () => {
    expect(markers(label("a", -1), label("b", 8))).toEqual([]);
    expect(markersOn([], [label("a", 0)])).toEqual([]);
  });

  test("of one candle are one marker, which tells the first and how many more", () => {
    expect(markers(label("b", 1.5), label("a", 1.2), label("c", 1.9))).toEqual([[1, "text a +2"]]);
  });

  test.each([
    ["<b>bold</b>", "<b>bold</b>"],
    ["first\nsecond", "first"],
    ["\n\n after a line", "after a line"],
    ["a text that is far too long", "a text that is …"],
    ["𝔘".repeat(16), "𝔘".repeat(16)],
    ["𝔘".repeat(17), `${"𝔘".repeat(15)}…`],
  ])("%j is told as %j: text, one line, whole characters", (text, shown) => {
    expect(markers(label("a", 1, { text }))).toEqual([[1, shown]]);
  });
});
