/** What a symbol tells of its past prices, against the trades that it was sent. */
import { describe, expect, test } from "vitest";
import { PastPrices } from "../../../../actors/symbol/prices/past-prices.ts";
import type { Step } from "../../../../src/quant/adjustment.ts";
import { randomFrom } from "../../risk-shard/walk.ts";
import { DAY, HOUR, MINUTE, NOON, type Sent, SymbolBench, trade } from "../bench.ts";

const MIDNIGHT = NOON + 12 * HOUR;

function opened(): SymbolBench {
  const bench = new SymbolBench();
  bench.clock.time = (NOON + 30 * DAY) as typeof bench.clock.time;
  return bench;
}
function pastOf(bench: SymbolBench): PastPrices {
  const { state, store } = bench;
  const steps = (until: number) => bench.steps.filter(({ from }) => from <= until);
  return new PastPrices({ state, bars: store.bars, steps });
}
const halved = (from: number): Step => ({
  from,
  factors: {
    price: { numerator: 1n, denominator: 2n },
    volume: { numerator: 2n, denominator: 1n },
  },
});

describe("the previous close", () => {
  test("is the newest price of before the trading day of the newest tick", () => {
    const bench = opened();
    const past = pastOf(bench);
    bench.take(trade(NOON, "100"), trade(NOON + HOUR, "101"));
    expect(past.previousClose).toBeUndefined();
    bench.take(trade(MIDNIGHT + MINUTE, "105"));
    expect(past.previousClose).toEqual({
      ...{ version: 3, price: 10_100, from: MIDNIGHT, until: MIDNIGHT + DAY },
    });
    bench.take(trade(MIDNIGHT + 2 * MINUTE, "106"));
    expect(past.previousClose).toBe(past.previousClose);
    bench.take(trade(MIDNIGHT + DAY, "90"));
    expect(past.previousClose).toMatchObject({ version: 5, price: 10_600, from: MIDNIGHT + DAY });
  });

  test("is another one, with a higher version, where a late trade or a cancel makes it so, and after a load", () => {
    const bench = opened();
    const past = pastOf(bench);
    bench.take(trade(MIDNIGHT - 2 * MINUTE, "100"), trade(MIDNIGHT + MINUTE, "105"));
    expect(past.previousClose).toMatchObject({ version: 2, price: 10_000 });
    bench.take(trade(MIDNIGHT - MINUTE, "102"));
    expect(past.previousClose).toMatchObject({ version: 3, price: 10_200 });
    bench.reload();
    expect(pastOf(bench).previousClose).toMatchObject({ version: 3, price: 10_200 });
  });

  test("is in the shares of a day that begins with a split, and says so", () => {
    const bench = opened();
    const past = pastOf(bench);
    bench.take(trade(NOON, "100.01"), trade(MIDNIGHT + MINUTE, "50"));
    bench.steps = [halved(MIDNIGHT)];
    expect(past.previousClose).toMatchObject({ price: 5_001, rescaled: true });
    bench.take(trade(MIDNIGHT + DAY + MINUTE, "51"));
    expect(past.previousClose).toEqual({
      ...{ version: 3, price: 5_000, from: MIDNIGHT + DAY, until: MIDNIGHT + 2 * DAY },
    });
  });
});

describe("recent prices", () => {
  const within = (sent: readonly Sent[], from: number, to: number): number[] =>
    sent.flatMap(({ ts, price }) =>
      from <= (ts as number) && (ts as number) < to ? [Math.round(Number(price) * 100)] : [],
    );

  function sentFrom(random: () => number): Sent[] {
    const sent: Sent[] = [];
    for (let ts = NOON - 2 * DAY; ts < NOON + 9 * HOUR; ) {
      ts += Math.floor(random() * (random() < 0.1 ? 5 * HOUR : 20 * MINUTE));
      sent.push(trade(ts, (100 + random() * 10).toFixed(2)));
    }
    return sent;
  }

  test.each([1, 2, 3, 4, 5])("are those of all trades: of each stretch its own (%i)", (seed) => {
    const random = randomFrom(seed);
    const bench = opened();
    const sent = sentFrom(random);
    for (let at = 0; at < sent.length; at += 7) bench.take(...sent.slice(at, at + 7));
    const now = (sent.at(-1)!.ts as number) + Math.floor(random() * MINUTE);
    const { since, stretches } = pastOf(bench).recent(now);
    expect(since).toBe(now - DAY);
    for (const [start, end, high, low, last] of stretches) {
      const prices = within(sent, start, end);
      expect([high, low, last]).toEqual([Math.max(...prices), Math.min(...prices), prices.at(-1)]);
    }
    const minutes = stretches.filter(([start, end]) => end - start === MINUTE);
    for (const [start] of minutes) expect(start).toBeGreaterThanOrEqual(now - 2 * HOUR - MINUTE);
    for (const [at, [start]] of stretches.entries())
      expect(start).toBeGreaterThanOrEqual(stretches[at - 1]?.[1] ?? 0);
  });

  test.each([1, 2, 3])(
    "of any window of at most a day are in the stretches that reach into it (%i)",
    (seed) => {
      const bench = opened();
      const sent = sentFrom(randomFrom(seed));
      bench.take(...sent);
      const now = (sent.at(-1)!.ts as number) + 1;
      const { stretches } = pastOf(bench).recent(now);
      for (const windowMs of [MINUTE, 5 * MINUTE, HOUR, 4 * HOUR, DAY]) {
        const prices = within(sent, now - windowMs, now);
        const told = stretches.filter(([, end]) => end > now - windowMs);
        expect(Math.max(...told.map(([, , high]) => high))).toBeGreaterThanOrEqual(Math.max(...prices));
        expect(Math.min(...told.map(([, , , low]) => low))).toBeLessThanOrEqual(Math.min(...prices));
      }
    },
  );

  test("are all there is where the symbol began within a day; without a tick there is nothing", () => {
    const bench = opened();
    expect(pastOf(bench).recent(NOON)).toEqual({ since: 0, stretches: [] });
    bench.take(trade(NOON, "100"));
    const stretches = [[NOON, NOON + MINUTE, 10_000, 10_000, 10_000]];
    expect(pastOf(bench).recent(NOON + 10 * MINUTE)).toEqual({ since: 0, stretches });
  });

  test("of before a split are told in the new shares", () => {
    const bench = opened();
    bench.take(trade(MIDNIGHT - MINUTE, "100"), trade(MIDNIGHT + MINUTE, "51"));
    bench.steps = [halved(MIDNIGHT)];
    expect(pastOf(bench).recent(MIDNIGHT + 2 * MINUTE).stretches).toEqual([
      [MIDNIGHT - MINUTE, MIDNIGHT, 5_000, 5_000, 5_000],
      [MIDNIGHT + MINUTE, MIDNIGHT + 2 * MINUTE, 5_100, 5_100, 5_100],
    ]);
  });
});
