import { describe, expect, test } from "vitest";
import { IndicatorLines, type IndicatorPage } from "../../src/console/indicator-lines.ts";
import type { IndicatorBarObject } from "../../src/contracts/indicators.ts";

const bar = (t: number, value: number, rev = 0, id = "sma_2"): IndicatorBarObject => ({
  ...{ t, state: "final", rev, values: { [id]: { value, warm: true } } },
});

/** Pages of two bars: t = 10 … 1, the newest first. */
function world() {
  const asked: string[] = [];
  const drawn: number[][] = [];
  const updated: IndicatorBarObject[] = [];
  const gates: (() => void)[] = [];
  let isGated = false;
  const lines = new IndicatorLines({
    page: async (ids, cursor) => {
      asked.push(`${ids.join()} ${cursor ?? ""}`);
      if (isGated) await new Promise<void>((resolve) => gates.push(resolve));
      const to = Number(cursor ?? 10);
      const nextCursor = to - 2 > 0 ? String(to - 2) : null;
      return { definitions: [], bars: [bar(to - 1, to - 1), bar(to, to)], nextCursor } as IndicatorPage;
    },
    draw: (_definitions, bars) => drawn.push(bars.map(({ t }) => t)),
    update: (one) => updated.push(one),
  });
  return { lines, asked, drawn, updated, gates, gate: (to: boolean) => (isGated = to) };
}

describe("lines of indicators", () => {
  test("reach as far back as the candles, page by page, and no further", async () => {
    const { lines, asked, drawn } = world();
    await lines.cover(7);
    await lines.show(["sma_2"]);
    expect(asked).toEqual(["sma_2 ", "sma_2 8"]);
    expect(drawn.at(-1)).toEqual([7, 8, 9, 10]);
    await lines.cover(7);
    expect(asked).toHaveLength(2);
    await lines.cover(Number.NEGATIVE_INFINITY);
    expect(drawn.at(-1)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    await lines.cover(0);
    expect(asked).toHaveLength(5);
  });

  test("follow the stream, definition by definition; an older revision changes nothing", async () => {
    const { lines, updated } = world();
    lines.take(bar(11, 5));
    expect(updated).toEqual([]);
    await lines.show(["sma_2", "rsi_2"]);
    lines.take(bar(11, 5, 1));
    lines.take(bar(11, 6, 1, "rsi_2"));
    lines.take(bar(11, 4, 0));
    expect(updated.map(({ values }) => values)).toEqual([
      { sma_2: { value: 5, warm: true } },
      { sma_2: { value: 5, warm: true }, rsi_2: { value: 6, warm: true } },
    ]);
  });

  test("of others that are chosen meanwhile take the place of a page that comes too late", async () => {
    const { lines, asked, drawn, gates, gate } = world();
    gate(true);
    const first = lines.show(["sma_2"]);
    const second = lines.show(["rsi_2"]);
    gate(false);
    gates[0]?.();
    await Promise.all([first, second]);
    expect(asked).toEqual(["sma_2 ", "rsi_2 "]);
    expect(drawn).toEqual([[9, 10]]);
    await lines.show([]);
    expect(drawn.at(-1)).toEqual([]);
  });
});
