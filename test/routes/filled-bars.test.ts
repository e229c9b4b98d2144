/** Forward fill over the edge: bars from the actor and from Postgres, with the gaps between filled, page by page. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { answer } from "../../actors/runtime/reply.ts";
import type { BarObject } from "../../src/contracts/bars.ts";
import { bar as barShape } from "../../src/contracts/bars.ts";
import type { HistoryReads } from "../../src/ports.ts";
import { fakeEdge } from "../support/fake-edge.ts";

const SYMBOL = "BINANCE:BTCUSDT";
const PATH = `/v1/symbols/${SYMBOL}/bars`;
const MINUTE = 60_000;
const FIRST = 1_700_000_040_000;
const at = (minute: number): number => FIRST + minute * MINUTE;
const LISTED = { symbol: SYMBOL, timezone: "UTC", session: "24x7", currency: "USDT" };

type Query = { from?: number; to?: number; limit: number };

/** Bars in some minutes: the actor keeps those from minute `kept` on, Postgres the ones before. */
async function world(minutes: readonly number[], kept: number) {
  const known = [...new Set(minutes)].sort((one, other) => one - other);
  const text = (minute: number): string => {
    const c = String(100 + minute);
    const shown: BarObject = {
      t: at(minute),
      o: c,
      h: c,
      l: c,
      c,
      v: "1",
      n: 1,
      vw: c,
      rev: 0,
      state: "final",
    };
    return JSON.stringify(shown);
  };
  const rows = (chosen: readonly number[], { from = 0, to = Number.MAX_SAFE_INTEGER, limit }: Query) =>
    chosen
      .filter((minute) => at(minute) >= from && at(minute) < to)
      .slice(-limit)
      .map(text);
  const bars = (_envelope: unknown, query: Query) =>
    answer({
      bars: rows(
        known.filter((minute) => minute >= kept),
        query,
      ),
      olderThan: at(kept),
    });
  const history: HistoryReads["bars"] = async (_envelope, _symbol, _resolution, { before, ...range }) =>
    answer(
      rows(
        known.filter((minute) => minute < kept),
        { ...range, to: before },
      ),
    );
  const named = () => answer([JSON.stringify(LISTED)]);
  const edge = await fakeEdge({
    answers: { "symbol.bars": bars, "instrumentDirectory.named": named },
    history: { bars: history },
  });
  const get = async (query: string) => {
    const response = await edge.fetch("GET", `${PATH}?${query}`);
    expect(response.status).toBe(200);
    return (await response.json()) as { bars: BarObject[]; nextCursor: string | null };
  };
  /** Each minute from the first bar to the last. */
  const filled = (from: number, to: number): [number, string, boolean][] => {
    const [first = 0, last = -1] = [known[0], known.at(-1)];
    return Array.from({ length: last - first + 1 }, (_, index) => first + index)
      .filter((minute) => minute >= from && minute < to)
      .map((minute) => [
        minute,
        String(100 + (known.findLast((each) => each <= minute) ?? 0)),
        !known.includes(minute),
      ]);
  };
  return { get, filled };
}

const shape = ({ t, c, filled }: BarObject) => [(t - FIRST) / MINUTE, c, filled === true];
const minutes = fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 12 });
const minute = fc.integer({ min: -5, max: 70 });

describe("bars with gaps filled", () => {
  test("over any range, seam and page size they are every minute from the first bar to the newest, once", async () => {
    await fc.assert(
      fc.asyncProperty(
        minutes,
        fc.nat(60),
        minute,
        minute,
        fc.integer({ min: 1, max: 20 }),
        async (known, kept, one, other, limit) => {
          const { get, filled } = await world(known, kept);
          const [from, to] = [Math.min(one, other), Math.max(one, other) + 1];
          const read: BarObject[] = [];
          let cursor: string | null = "";
          while (cursor !== null) {
            const page: Awaited<ReturnType<typeof get>> = await get(
              `fill=forward&from=${at(from)}&to=${at(to)}&limit=${limit}${cursor === "" ? "" : `&cursor=${cursor}`}`,
            );
            expect(page.bars.length).toBeLessThanOrEqual(limit);
            if (page.nextCursor !== null) expect(page.bars.length).toBe(limit);
            read.unshift(...page.bars);
            cursor = page.nextCursor;
          }
          expect(read.map(shape)).toEqual(filled(from, to));
        },
      ),
      { numRuns: 60 },
    );
  });

  test("the newest without a range end with the newest bar, and countback counts filled rows", async () => {
    const { get, filled } = await world([3, 9, 20], 5);
    expect((await get("fill=forward")).bars.map(shape)).toEqual(filled(3, 21));
    expect((await get(`fill=forward&countback=4&to=${at(15)}`)).bars.map(shape)).toEqual(filled(11, 15));
    for (const bar of (await get("fill=forward")).bars) expect(barShape.parse(bar)).toEqual(bar);
  });

  test("what is not asked for is not filled", async () => {
    const { get } = await world([3, 9], 5);
    expect((await get("")).bars.map(shape)).toEqual([
      [3, "103", false],
      [9, "109", false],
    ]);
  });
});

test("any other way to fill is refused", async () => {
  const response = await (await fakeEdge()).fetch("GET", `${PATH}?fill=linear`);
  expect(response.status).toBe(422);
});
