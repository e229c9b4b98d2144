/** The last minute of a book, against a reader that looks at each millisecond of it. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DepthWindow, SETTLED_MS, WINDOW_BUCKETS, WINDOW_MS } from "../../../src/quant/depth/depth-window.ts";
import { TimeBuckets } from "../../../src/quant/depth/time-buckets.ts";

const START = 1_700_000_000_000;
const BUCKET_MS = WINDOW_MS / WINDOW_BUCKETS;

type Seen = { readonly at: number; readonly bid: number; readonly ask: number; readonly bidSize: number };
const observe = (window: DepthWindow, { at, bid, ask, bidSize }: Seen): void =>
  window.observe({
    at,
    touch: bid === 0 ? undefined : { bid: [bid, bidSize], ask: [ask, 7] },
    bids: { prices: bid === 0 ? [] : [bid], sizes: bid === 0 ? [] : [bidSize] },
    asks: { prices: [ask], sizes: [7] },
  });
/** Steps of at most 9 s over about two windows; every fifth book has no bids. */
const story = fc
  .array(
    fc.record({
      step: fc.integer({ min: 0, max: 9_000 }),
      bid: fc.oneof(
        { weight: 4, arbitrary: fc.integer({ min: 90, max: 100 }) },
        { weight: 1, arbitrary: fc.constant(0) },
      ),
      ask: fc.integer({ min: 101, max: 120 }),
      bidSize: fc.integer({ min: 1, max: 50 }),
    }),
    { minLength: 1, maxLength: 30 },
  )
  .map((steps) => {
    let at = START;
    return steps.map(({ step, ...seen }): Seen => {
      at += step;
      return { at, ...seen };
    });
  });

/** What stood in each millisecond of the window that ends with the last book. */
function millisecondByMillisecond(seen: readonly Seen[]) {
  const end = seen.at(-1)!.at;
  const from = (Math.floor(end / BUCKET_MS) - WINDOW_BUCKETS + 1) * BUCKET_MS;
  const sums = { observedMs: 0, twoSidedMs: 0, spread: 0, bids: 0 };
  for (let ms = Math.max(from, seen[0]!.at), next = 0; ms < end; ms++) {
    while (next + 1 < seen.length && seen[next + 1]!.at <= ms) next++;
    const { bid, ask, bidSize } = seen[next]!;
    sums.observedMs += 1;
    sums.bids += bid === 0 ? 0 : bidSize;
    if (bid === 0) continue;
    sums.twoSidedMs += 1;
    sums.spread += ask - bid;
  }
  return sums;
}

describe("a minute of a book", () => {
  test("counts what stood by the time that it stood", () => {
    void fc.assert(
      fc.property(story, (seen) => {
        const window = new DepthWindow();
        for (const each of seen) observe(window, each);
        expect(window.sums()).toMatchObject(millisecondByMillisecond(seen));
      }),
      { numRuns: 25 },
    );
  });

  test("has no sums before its first book, and no time before its second", () => {
    const window = new DepthWindow();
    expect(window.sums()).toBeUndefined();
    observe(window, { at: START, bid: 99, ask: 101, bidSize: 1 });
    expect(window.sums()).toMatchObject({ observedMs: 0, updates: 1 });
  });

  test("counts nothing while the book is lost", () => {
    const window = new DepthWindow();
    observe(window, { at: START, bid: 99, ask: 101, bidSize: 1 });
    window.lost(START + 1_000);
    expect(window.sums()).toBeUndefined();
    observe(window, { at: START + 5_000, bid: 99, ask: 103, bidSize: 1 });
    observe(window, { at: START + 6_000, bid: 99, ask: 101, bidSize: 1 });
    expect(window.sums()).toMatchObject({ observedMs: 2_000, spread: 2 * 1_000 + 4 * 1_000 });
  });

  test("takes a book that says it is older as of the newest moment", () => {
    const window = new DepthWindow();
    observe(window, { at: START + 100, bid: 99, ask: 101, bidSize: 1 });
    observe(window, { at: START, bid: 99, ask: 109, bidSize: 1 });
    observe(window, { at: START + 200, bid: 99, ask: 101, bidSize: 1 });
    expect(window.sums()).toMatchObject({ observedMs: 100, spread: 10 * 100 });
  });

  test("counts what was added, taken away and traded, and forgets it with its bucket", () => {
    const window = new DepthWindow();
    observe(window, { at: START, bid: 99, ask: 101, bidSize: 1 });
    window.changed(START, 5, 8);
    window.changed(START, 8, 0);
    window.changed(START, 4, 4);
    window.traded(START, 6);
    expect(window.sums()).toMatchObject({ added: 3, removed: 8, traded: 6 });
    observe(window, { at: START + WINDOW_MS, bid: 99, ask: 101, bidSize: 1 });
    expect(window.sums()).toMatchObject({ added: 0, removed: 0, traded: 0, updates: 1 });
    window.traded(START, 6);
    expect(window.sums()).toMatchObject({ traded: 0 });
  });
});

describe("resilience", () => {
  const settled = (): DepthWindow => {
    const window = new DepthWindow();
    observe(window, { at: START, bid: 99, ask: 101, bidSize: 100 });
    observe(window, { at: START + SETTLED_MS, bid: 99, ask: 101, bidSize: 100 });
    return window;
  };
  const at = (window: DepthWindow, afterMs: number, bidSize: number): void =>
    observe(window, { at: START + SETTLED_MS + afterMs, bid: 99, ask: 101, bidSize });

  test("a side that falls below half of its average and comes back to four fifths has recovered in that time", () => {
    const window = settled();
    at(window, 1_000, 49);
    at(window, 1_200, 79);
    expect([window.shocksUnderWay, window.sums()?.recovered]).toEqual([1, 0]);
    at(window, 1_500, 80);
    expect(window.sums()).toMatchObject({ shocks: 1, recovered: 1, recoveryMs: 500, unrecovered: 0 });
    expect(window.shocksUnderWay).toBe(0);
  });
  test("half of it is no shock", () => {
    const window = settled();
    at(window, 1_000, 50);
    expect(window.sums()).toMatchObject({ shocks: 0 });
  });
  test("nothing is a shock before ten seconds were seen", () => {
    const window = new DepthWindow();
    observe(window, { at: START, bid: 99, ask: 101, bidSize: 100 });
    observe(window, { at: START + SETTLED_MS - 1, bid: 99, ask: 101, bidSize: 1 });
    expect(window.sums()).toMatchObject({ shocks: 0 });
  });
  test("a shock that lasts as long as the window has not recovered", () => {
    const window = settled();
    at(window, 1_000, 10);
    at(window, 1_000 + WINDOW_MS - 1, 10);
    expect(window.shocksUnderWay).toBe(1);
    at(window, 1_000 + WINDOW_MS, 10);
    expect(window.sums()).toMatchObject({ unrecovered: 1, recovered: 0 });
    expect(window.shocksUnderWay).toBe(0);
  });
  test("one that is under way when the book is lost ends nowhere", () => {
    const window = settled();
    at(window, 1_000, 10);
    window.lost(START + SETTLED_MS + 1_100);
    at(window, 1_200, 100);
    expect(window.sums()).toMatchObject({ recovered: 0, unrecovered: 0 });
  });
});

test("buckets hold what a list of all events says, whatever order they come in", () => {
  const events = fc.array(fc.tuple(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 1, max: 9 })), {
    minLength: 1,
  });
  void fc.assert(
    fc.property(events, (told) => {
      const buckets = new TimeBuckets(["n"], 10, 4);
      const kept: [bucket: number, amount: number][] = [];
      let newest = 0;
      for (const [at, amount] of told) {
        newest = Math.max(newest, Math.floor(at / 10));
        if (Math.floor(at / 10) > newest - 4) kept.push([Math.floor(at / 10), amount]);
        buckets.add("n", at, amount);
      }
      const inWindow = kept.filter(([bucket]) => bucket > newest - 4);
      expect(buckets.sum("n", newest * 10)).toBe(inWindow.reduce((total, [, amount]) => total + amount, 0));
    }),
  );
});
