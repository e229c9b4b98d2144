/** Laws of series: whatever the trades and however they come in pieces. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { gather, type SeriesTrade } from "../../../src/quant/series/gathered.ts";
import type { SeriesRule } from "../../../src/quant/series/rule.ts";
import type { SeriesBar } from "../../../src/quant/series/series-bar.ts";
import { SeriesBuilder } from "../../../src/quant/series/series-builder.ts";
import { EVERYTHING, HIGH_LOW, OPEN_CLOSE, VOLUME } from "../../../src/quant/trade-conditions.ts";
import { built, inOrder, trade } from "./trades.ts";

const RULES: readonly SeriesRule[] = [
  { kind: "trades", limit: 1 },
  { kind: "trades", limit: 3 },
  { kind: "volume", limit: 10n },
  { kind: "value", limit: 1_500n },
  { kind: "renko", box: 1 },
  { kind: "renko", box: 7 },
];
const anyRule = fc.constantFrom(...RULES);
const anyTrade = fc.record({
  ts: fc.integer({ min: 0, max: 6 }),
  ordinal: fc.integer({ min: 0, max: 2 }),
  price: fc.integer({ min: 80, max: 120 }),
  size: fc.integer({ min: 1, max: 9 }),
  // Mostly plain trades.
  counts: fc.constantFrom(
    EVERYTHING,
    EVERYTHING,
    EVERYTHING,
    EVERYTHING,
    VOLUME,
    VOLUME | HIGH_LOW,
    OPEN_CLOSE | HIGH_LOW,
    0,
  ),
});
const anyDay = fc.array(anyTrade, { maxLength: 40 }).map((rows) =>
  rows.map(
    ({ ts, ordinal, price, size, counts }, arrival): SeriesTrade => ({
      ...trade(0, price, size, counts),
      key: [ts, ordinal, arrival],
    }),
  ),
);

const counted = ({ counts }: SeriesTrade): boolean => counts !== 0;
const isPriced = ({ counts }: SeriesTrade): boolean => (counts & OPEN_CLOSE) !== 0;
const isWide = ({ counts }: SeriesTrade): boolean => (counts & (OPEN_CLOSE | HIGH_LOW)) !== 0;
const isSized = ({ counts }: SeriesTrade): boolean => (counts & VOLUME) !== 0;

/** Bars of trades, volume and value by prefix sums over the whole day. */
function cutByPrefix(rule: SeriesRule, day: readonly SeriesTrade[]): SeriesTrade[][] {
  const share = (one: SeriesTrade): number => {
    if (rule.kind === "trades") return 1;
    if (!isSized(one)) return 0;
    return rule.kind === "volume" ? one.size : one.price * one.size;
  };
  const limit = rule.kind === "renko" ? Number.NaN : Number(rule.limit);
  const bars: SeriesTrade[][] = [];
  let rest = day.filter(counted);
  for (;;) {
    const ends = rest.findIndex((_, index) => {
      const upTo = rest.slice(0, index + 1);
      return upTo.reduce((sum, one) => sum + share(one), 0) >= limit && upTo.some(isPriced);
    });
    if (ends < 0) return bars;
    bars.push(rest.slice(0, ends + 1));
    rest = rest.slice(ends + 1);
  }
}

/** Lines of renko by the naive walk: one box at a time, and two to turn. */
function linesByWalk(box: number, day: readonly SeriesTrade[]): [open: number, close: number][] {
  const prices = day.filter(isPriced).map(({ price }) => price);
  const bricks: [number, number][] = [];
  const start = Math.floor((prices[0] ?? 0) / box) * box;
  const step = (price: number): boolean => {
    const [open, close] = bricks.at(-1) ?? [start, start];
    const [up, down] = [Math.max(open, close) + box, Math.min(open, close) - box];
    if (price >= up) bricks.push([up - box, up]);
    else if (price <= down) bricks.push([down + box, down]);
    return price >= up || price <= down;
  };
  for (const price of prices) while (step(price));
  return bricks;
}

const all = (rule: SeriesRule, day: readonly SeriesTrade[]): SeriesBar[] => {
  const { bars, forming } = built(rule, day);
  return forming === undefined ? bars : [...bars, forming];
};

describe("bars of trades, volume and value", () => {
  const thresholds = fc.constantFrom(...RULES.filter(({ kind }) => kind !== "renko"));

  test("a bar ends with the first trade at which its trades reach the threshold and it has a price", () => {
    fc.assert(
      fc.property(thresholds, anyDay, (rule, trades) => {
        const day = inOrder(trades);
        const expected = cutByPrefix(rule, day).map((held) => {
          const priced = held.filter(isPriced);
          const wide = held.filter(isWide).map(({ price }) => price);
          const sized = held.filter(isSized);
          return {
            first: held[0]!.key,
            last: held.at(-1)!.key,
            o: priced[0]!.price,
            h: Math.max(...wide),
            l: Math.min(...wide),
            c: priced.at(-1)!.price,
            v: BigInt(sized.reduce((sum, { size }) => sum + size, 0)),
            pv: BigInt(sized.reduce((sum, { price, size }) => sum + price * size, 0)),
            n: held.length,
          };
        });
        expect(built(rule, day).bars).toEqual(expected.map((bar, i) => ({ i, ...bar })));
      }),
    );
  });

  test("the published example of volume bars: 60 and 60 make one bar of 120, and the next counts from nothing", () => {
    const { bars, forming } = built({ kind: "volume", limit: 100n }, [
      trade(0, 10, 60),
      trade(1, 11, 60),
      trade(2, 11, 99),
    ]);
    expect(bars.map(({ v }) => v)).toEqual([120n]);
    expect(forming?.v).toBe(99n);
  });
});

test("bricks are those of a walk one box at a time", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 12 }), anyDay, (box, trades) => {
      const day = inOrder(trades);
      const { bars } = built({ kind: "renko", box }, day);
      expect(bars.map(({ o, c }) => [o, c])).toEqual(linesByWalk(box, day));
      for (const { o, h, l, c, direction } of bars) {
        expect([h, l]).toEqual([Math.max(o, c), Math.min(o, c)]);
        expect(direction).toBe(c > o ? "up" : "down");
      }
    }),
  );
});

describe("every kind of series", () => {
  test("its bars part the trades: each is in exactly one, places count from 0, sums are equal", () => {
    fc.assert(
      fc.property(anyRule, anyDay, (rule, trades) => {
        const day = inOrder(trades).filter(counted);
        const builder = new SeriesBuilder(rule);
        const bars = day.flatMap((each) => builder.add(each));
        const rest = builder.progress.gathered;
        expect(bars.map(({ i }) => i)).toEqual(bars.map((_, index) => index));
        const sum = <Value extends "n" | "v" | "pv">(of: Value) =>
          bars.reduce((total, bar) => total + BigInt(bar[of]), 0n) + BigInt(rest?.[of] ?? 0);
        const sized = day.filter(isSized);
        expect(sum("n")).toBe(BigInt(day.length));
        expect(sum("v")).toBe(sized.reduce((total, { size }) => total + BigInt(size), 0n));
        expect(sum("pv")).toBe(sized.reduce((total, { price, size }) => total + BigInt(price * size), 0n));
        // Neighbours meet: the first trade of a bar is the one behind the last of the bar before.
        const held = bars.filter(({ n }) => n > 0);
        const place = (key: SeriesBar["first"]) => day.findIndex((each) => each.key === key);
        held.forEach((bar, index) => {
          expect(place(bar.first)).toBe(index === 0 ? 0 : place(held[index - 1]!.last) + 1);
        });
      }),
    );
  });

  test("high and low hold open and close, wherever the trades came from", () => {
    fc.assert(
      fc.property(anyRule, anyDay, (rule, trades) => {
        for (const { o, h, l, c } of all(rule, inOrder(trades))) {
          expect(h).toBeGreaterThanOrEqual(Math.max(o, c));
          expect(l).toBeLessThanOrEqual(Math.min(o, c));
        }
      }),
    );
  });

  test("built in pieces, with what it knows written and read between, it is the same as built at once", () => {
    fc.assert(
      fc.property(anyRule, anyDay, fc.array(fc.nat(40), { maxLength: 5 }), (rule, trades, cuts) => {
        const day = inOrder(trades);
        const edges = [0, ...cuts.map((cut) => Math.min(cut, day.length)), day.length].sort((a, b) => a - b);
        let builder = new SeriesBuilder(rule);
        const bars: SeriesBar[] = [];
        edges.slice(1).forEach((edge, index) => {
          builder = new SeriesBuilder(rule, structuredClone(builder.progress));
          for (const each of day.slice(edges[index], edge)) bars.push(...builder.add(each));
        });
        expect({ bars, forming: builder.forming(), progress: builder.progress }).toEqual(built(rule, day));
      }),
    );
  });

  test("a trade between others of the forming bar is taken as if it had come in order, or handed back", () => {
    let [taken, handedBack] = [0, 0];
    fc.assert(
      fc.property(anyRule, anyDay, anyTrade, (rule, trades, { ts, ordinal, price, size, counts }) => {
        const day = inOrder(trades);
        const builder = new SeriesBuilder(rule);
        const bars = day.flatMap((each) => builder.add(each));
        const late: SeriesTrade = { ...trade(0, price, size, counts), key: [ts, ordinal, 1_000] };
        const [newest] = inOrder([late, ...day.slice(-1)]).slice(-1);
        const [behind] = inOrder([late, ...bars.slice(-1).map(({ last }) => ({ ...late, key: last }))]).slice(
          -1,
        );
        fc.pre(newest !== late && behind === late);
        const before = structuredClone(builder.progress);
        if (builder.addBetween(late)) {
          taken += 1;
          expect({ bars, forming: builder.forming(), progress: builder.progress }).toEqual(
            built(rule, inOrder([...day, late])),
          );
        } else {
          handedBack += 1;
          expect(builder.progress).toEqual(before);
        }
      }),
      { numRuns: 2_000 },
    );
    expect(Math.min(taken, handedBack)).toBeGreaterThan(20);
  });

  test("what is gathered does not depend on the order in which it came", () => {
    fc.assert(
      fc.property(anyDay, fc.infiniteStream(fc.nat()), (trades, random) => {
        const shuffled = trades
          .map((each) => [random.next().value, each] as const)
          .sort(([one], [other]) => one - other)
          .map(([, each]) => each);
        const into = (list: readonly SeriesTrade[]) =>
          list.reduce<ReturnType<typeof gather> | undefined>((bar, each) => gather(bar, each), undefined);
        expect(into(shuffled)).toEqual(into(inOrder(trades)));
      }),
    );
  });
});
