/** What is told of a book: worked by hand on a small one. */
import { describe, expect, test } from "vitest";
import { Book, type Level } from "../../../src/quant/book/book.ts";
import {
  type DepthMetrics,
  depthMetrics,
  standardSweeps,
  type Terms,
} from "../../../src/quant/depth/depth-metrics.ts";
import { DepthWindow } from "../../../src/quant/depth/depth-window.ts";

const TS = 1_700_000_000_000;
/** Prices in hundredths, sizes in tenths, a contract of 2: price 1 × size 1 is worth 2 × 10⁻³. */
const TERMS: Terms = { priceScale: 2, sizeScale: 1, tickSize: 5, notionalUnit: 2n * 10n ** 9n };
const BIDS: readonly Level[] = [
  [10_000, 30],
  [9_990, 50],
  [9_900, 500],
];
const ASKS: readonly Level[] = [
  [10_005, 10],
  [10_010, 20],
  [10_020, 100],
];

type Given = { bids?: readonly Level[]; asks?: readonly Level[]; hasDeltas?: boolean; hasTrades?: boolean };
function world({ bids = BIDS, asks = ASKS, hasDeltas = true, hasTrades = true }: Given = {}) {
  const book = new Book();
  for (const [price, size] of bids) book.set("bids", price, size);
  for (const [price, size] of asks) book.set("asks", price, size);
  const window = new DepthWindow();
  const { bestBid: bid, bestAsk: ask } = book;
  const touch = bid === undefined || ask === undefined ? undefined : { bid, ask };
  const observe = (at: number): void =>
    window.observe({ at, touch, bids: book.levels("bids", 5), asks: book.levels("asks", 5) });
  // Of a side that is not looked at: a level that stayed what it was.
  if (hasDeltas) window.changed(TS - 2_000, 1, 1);
  return { measured: { ts: TS, book, window, hasTrades }, observe };
}
const metricsOf = (given: Given = {}, asked = standardSweeps(TERMS)): DepthMetrics => {
  const { measured, observe } = world(given);
  observe(TS - 2_000);
  observe(TS);
  return depthMetrics(measured, TERMS, 20, asked);
};

describe("metrics of a book", () => {
  test("of an inverse contract say no money: sizes and ratios alone, and why there is no score", () => {
    const { measured, observe } = world();
    observe(TS);
    const terms = { ...TERMS, contract: "inverse" } as const;
    expect(standardSweeps(terms)).toEqual([]);
    const { depth, sweeps, score } = depthMetrics(measured, terms, 20, [{ size: 30 }]);
    expect(depth[0]?.bids).toEqual({ size: "3", notional: null, complete: true });
    expect(sweeps[0]).toMatchObject({ filledSize: "3", filledNotional: null, worstPrice: "100.1" });
    expect(score).toEqual({ unsupported: "inverse-contract" });
  });

  test("say prices and sums exactly, ratios as numbers", () => {
    const { mid, spread, microprice, imbalance, depth } = metricsOf();
    expect(mid).toBe("100.025");
    expect(spread).toEqual({ absolute: "0.05", bps: (5 / 10_002.5) * 10_000, ticks: 1 });
    expect(microprice).toBeCloseTo((100 * 10 + 100.05 * 30) / 40, 12);
    expect([imbalance.top1, imbalance.top5, imbalance.levels]).toEqual([0.5, 450 / 710, 20]);
    expect(depth[0]).toEqual({
      bps: 5,
      bids: { size: "3", notional: "600", complete: true },
      asks: { size: "1", notional: "200.1", complete: true },
    });
    expect(depth[2]).toEqual({
      bps: 25,
      bids: { size: "8", notional: "1599", complete: true },
      asks: { size: "13", notional: "2604.5", complete: true },
    });
  });

  test("say of each sweep what it costs and what the book could not fill", () => {
    const { sweeps } = metricsOf({}, [{ size: 20 }, { size: 1_000 }]);
    expect(sweeps[0]).toEqual({
      side: "buy",
      size: "2",
      filledSize: "2",
      filledNotional: "400.3",
      exhausted: false,
      complete: true,
      worstPrice: "100.1",
      averagePrice: 100.075,
      slippageMidBps: expect.closeTo((0.05 / 100.025) * 10_000, 9),
      slippageTouchBps: expect.closeTo((0.025 / 100.05) * 10_000, 9),
    });
    expect(sweeps[2]).toMatchObject({ side: "buy", size: "100", filledSize: "13", exhausted: true });
    expect(sweeps[3]).toMatchObject({ side: "sell", filledSize: "58", worstPrice: "99", exhausted: true });
  });

  test("say of a sweep that goes beyond what is known that it may have found too little", () => {
    const { measured } = world();
    const book = new Book();
    book.replace(BIDS, ASKS.slice(0, 2));
    book.set("asks", 10_020, 100);
    const asked = [{ size: 30 }, { size: 31 }];
    const { sweeps } = depthMetrics({ ...measured, book }, TERMS, 20, asked);
    expect(sweeps.map(({ side, worstPrice, complete }) => [side, worstPrice, complete])).toEqual([
      ["buy", "100.1", true],
      ["sell", "100", true],
      ["buy", "100.2", false],
      ["sell", "99.9", true],
    ]);
  });

  test("sweep the standard value where nothing else is asked", () => {
    const { sweeps } = metricsOf();
    expect(sweeps.map(({ side, exhausted }) => [side, exhausted])).toEqual([
      ["buy", true],
      ["sell", false],
    ]);
    // 30 and 50 whole, and of 9,900 what is left of 5,000,000 − 799,500.
    expect(sweeps[1]).toMatchObject({ notional: "10000", filledSize: String((80 + 424) / 10) });
  });

  test("average the spread over the time that it was seen", () => {
    expect(metricsOf().spreadWindow).toEqual({
      windowMs: 60_000,
      observedMs: 2_000,
      twoSidedMs: 2_000,
      absolute: 0.05,
      bps: (5 / 10_002.5) * 10_000,
      ticks: 1,
    });
    expect(metricsOf().updatesPerSecond).toBe(1);
  });

  test("tell the share of what went that was not traded", () => {
    const { measured, observe } = world();
    observe(TS - 1_000);
    measured.window.changed(TS, 50, 10);
    measured.window.changed(TS, 0, 5);
    measured.window.traded(TS, 30);
    observe(TS);
    const { cancels } = depthMetrics(measured, TERMS, 20, []);
    expect(cancels).toEqual({ addedSize: 0.5, removedSize: 4, tradedSize: 3, rate: 0.25 });
  });
});

describe("what a feed cannot support says so", () => {
  test("whole books alone do not tell what was cancelled or came back", () => {
    const { resilience, cancels } = metricsOf({ hasDeltas: false });
    expect([resilience, cancels]).toEqual([
      { unsupported: "snapshots-only" },
      { unsupported: "snapshots-only" },
    ]);
  });
  test("without trades nobody knows what of a size was cancelled", () => {
    expect(metricsOf({ hasTrades: false }).cancels).toEqual({ unsupported: "no-trades" });
  });
  test("a book of one side has no middle, and no score", () => {
    const { mid, microprice, spread, spreadWindow, depth, score, imbalance, sweeps } = metricsOf({
      asks: [],
    });
    expect([mid, microprice, spread, spreadWindow]).toEqual([null, null, null, null]);
    expect([depth, score]).toEqual([[], { unsupported: "one-sided" }]);
    expect([imbalance.top1, imbalance.distanceWeighted]).toEqual([1, null]);
    expect(sweeps[0]).toMatchObject({ side: "buy", filledSize: "0", averagePrice: null, exhausted: true });
    expect(sweeps[1]).toMatchObject({ side: "sell", slippageMidBps: null });
  });
  test("an empty book has numbers of nothing", () => {
    const { imbalance, sweeps } = metricsOf({ bids: [], asks: [] });
    expect([imbalance.top1, imbalance.topLevels]).toEqual([null, null]);
    expect(sweeps.every(({ filledSize, averagePrice }) => filledSize === "0" && averagePrice === null)).toBe(
      true,
    );
  });
  test("a crossed book has a spread below zero and no score", () => {
    const { spread, score } = metricsOf({ asks: [[9_995, 10]] });
    expect(spread?.absolute).toBe("-0.05");
    expect(score).toEqual({ unsupported: "crossed" });
  });
  test("no score before an update rate is known", () => {
    const { measured, observe } = world();
    observe(TS);
    expect(depthMetrics(measured, TERMS, 20, [])).toMatchObject({ updatesPerSecond: null, score: null });
  });
});

test("a score names its version, and of each part value and weight", () => {
  const { score } = metricsOf();
  expect(score).toMatchObject({
    version: 1,
    parts: { spread: { weight: 0.35 }, depth: { weight: 0.25 }, sweep: { value: 0, weight: 0.25 } },
  });
});
