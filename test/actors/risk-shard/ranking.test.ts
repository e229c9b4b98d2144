/** The largest of many numbers, as they change: a ranking is what sorting all of them would say. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { retrace, type Trail, walkAgain } from "../../../actors/risk-shard/changes.ts";
import { Ranking } from "../../../actors/risk-shard/ranking.ts";

const change = fc.record({
  symbol: fc.constantFrom(..."ABCDEFGHIJKLMNOPQRST"),
  value: fc.bigInt({ min: -2n, max: 12n }),
});

function sorted(values: ReadonlyMap<string, bigint>, without?: string): bigint[] {
  return [...values]
    .filter(([symbol, value]) => value > 0n && symbol !== without)
    .map(([, value]) => value)
    .sort((one, other) => Number(other - one));
}

describe("a ranking", () => {
  test("says the largest of any count, with and without one symbol, after each change", () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 80 }), fc.nat({ max: 25 }), (changes, count) => {
        const ranking = new Ranking();
        const plain = new Map<string, bigint>();
        for (const { symbol, value } of changes) {
          ranking.rank(symbol, value);
          plain.set(symbol, value);
          expect(ranking.top(count)).toEqual(sorted(plain).slice(0, count));
          expect(ranking.top(count, symbol)).toEqual(sorted(plain, symbol).slice(0, count));
          expect(ranking.valueOf(symbol)).toBe(value > 0n ? value : 0n);
          for (const one of [symbol, changes[0]?.symbol ?? "A", "Z"])
            expect(ranking.largestBut(one)).toBe(sorted(plain, one)[0] ?? 0n);
        }
        expect(ranking.size).toBe(sorted(plain).length);
      }),
      { numRuns: 300 },
    );
  });

  test("goes back along a trail, and forth again", () => {
    fc.assert(
      fc.property(fc.array(change), fc.array(change), (before, tried) => {
        const ranking = new Ranking();
        for (const { symbol, value } of before) ranking.rank(symbol, value);
        const stood = ranking.top(20);
        const trail: Trail = [];
        for (const { symbol, value } of tried) ranking.rank(symbol, value, trail);
        const came = ranking.top(20);
        retrace(trail);
        expect(ranking.top(20)).toEqual(stood);
        walkAgain(trail);
        expect(ranking.top(20)).toEqual(came);
      }),
      { numRuns: 200 },
    );
  });

  test("looks at as many as it is asked for, and not at all of them", () => {
    const ranking = new Ranking();
    for (let index = 0; index < 5_000; index++)
      ranking.rank(`S${index}`, BigInt(1 + ((index * 7_919) % 5_000)));
    expect(ranking.top(3)).toEqual([5_000n, 4_999n, 4_998n]);
    expect(ranking.top(0)).toEqual([]);
    expect(ranking.top(6_000)).toHaveLength(5_000);
  });
});
