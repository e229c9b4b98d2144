/** Statistics of a strategy against all its candles and fills at once; they survive loads, and candles that leave. */
import { describe, expect, test } from "vitest";
import { DAYS_MAX, HELD_LEGS_MAX } from "../../../actors/strategy/limits.ts";
import { statistics } from "../../../actors/strategy/statistics-view.ts";
import { formingCandles } from "../../../actors/strategy/view.ts";
import { statistics as contract, type StatisticsObject } from "../../../src/contracts/statistics.ts";
import type { M2mCandleObject } from "../../../src/contracts/strategies.ts";
import { parseMoney } from "../../../src/domain/money.ts";
import { DAY_MS, type EpochMs } from "../../../src/domain/time.ts";
import { summaryOf } from "../../../src/quant/performance/day-summary.ts";
import { Bench, type FillNews, filled, MINUTE, opened, T0 } from "./bench.ts";
import { randomFrom } from "./story.ts";

const [A, B] = ["XNAS:AAA", "XNAS:BBB"] as const;
type Query = { from?: number; to?: number; capital?: string };

function shown(bench: Bench, query: Query = {}): StatisticsObject {
  const reply = statistics(
    bench.state,
    "carry",
    bench.book,
    query,
    formingCandles(bench.state, bench.clock.now()),
  );
  if (!reply.ok) throw new Error(reply.code);
  return contract.parse(JSON.parse(reply.value));
}
const worth = (text: string): bigint => {
  const parsed = parseMoney(text);
  return parsed.ok ? parsed.value : 0n;
};
const text = (amount: bigint): number => Number(amount) / 1e12;

/** Every certain fall, pair by pair. */
function largestFall(candles: readonly M2mCandleObject[]): bigint {
  let most = 0n;
  for (const [index, { open, high, low, close }] of candles.entries()) {
    for (const fall of [worth(open) - worth(low), worth(high) - worth(close)]) if (fall > most) most = fall;
    for (const later of candles.slice(index + 1))
      if (worth(high) - worth(later.low) > most) most = worth(high) - worth(later.low);
  }
  return most;
}

type Walk = {
  readonly bench: Bench;
  readonly fills: readonly FillNews[];
  readonly candles: () => M2mCandleObject[];
};

/** Some days of two legs: late prices, fills, reloads. */
function walked(seed: number, steps: number): Walk {
  const random = randomFrom(seed);
  const bench = new Bench().hear(opened([A, B]));
  const fills: FillNews[] = [];
  const counts = { [A]: 0, [B]: 0 };
  let now = T0;
  for (let step = 0; step < steps; step++) {
    now += random(60 * MINUTE);
    bench.clock.time = now as EpochMs;
    const symbol = random(2) === 0 ? A : B;
    counts[symbol] += 1;
    bench.tick(
      symbol,
      counts[symbol],
      now - (random(6) === 0 ? random(10 * MINUTE) : 0),
      90_00 + random(2_000),
    );
    if (random(4) === 0) {
      const qty = (1 + random(5)) * (random(2) === 0 ? 1 : -1);
      const fill = filled(symbol, qty, 90_00 + random(2_000), now - random(3 * MINUTE), {
        execId: `e${step}`,
        fee: "0.5",
      });
      fills.push(fill);
      bench.hear(fill);
    }
    if (random(20) === 0) bench.reload();
  }
  return { bench, fills, candles: () => bench.candles() };
}

describe.each([1, 2, 3, 4, 5])("a walk of days (seed %i)", (seed) => {
  const { bench, fills, candles } = walked(seed, 200);

  test("has the curve's numbers", () => {
    const all = candles();
    const found = shown(bench);
    expect(worth(found.maxDrawdown.amount)).toBe(largestFall(all));
    expect(worth(found.change)).toBe(worth(all.at(-1)!.close));
    const high = all.map((candle) => worth(candle.high)).reduce((a, b) => (b > a ? b : a));
    expect(worth(found.currentDrawdown.amount)).toBe(high - worth(all.at(-1)!.close));
    const days = Map.groupBy(all, ({ t }) => t - (t % DAY_MS));
    const [first, over] = [Math.min(...days.keys()), bench.state.finalThrough];
    const results: number[] = [];
    for (let day = first; day + DAY_MS <= over; day += DAY_MS) {
      const own = days.get(day) ?? [];
      results.push(own.length === 0 ? 0 : text(worth(own.at(-1)!.close) - worth(own[0]!.open)));
    }
    const mean = results.reduce((a, b) => a + b, 0) / results.length;
    const deviation = Math.sqrt(
      results.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (results.length - 1),
    );
    expect(found.days).toBe(results.length);
    expect(found.sharpe).toBeCloseTo((mean / deviation) * Math.sqrt(365), 6);
  });

  test("loses no money between trips, what is open and fees", () => {
    const { wins, losses, trips, won, lost, fills: count, traded } = shown(bench);
    const { realised, fees } = bench.state.timeline.tip;
    const open = [A, B].reduce((sum, symbol) => sum + (bench.rows.line(symbol)?.result ?? 0n), 0n);
    expect(worth(won) - worth(lost) + open).toBe(realised - fees);
    expect(count).toBe(fills.length);
    expect(wins + losses).toBeLessThanOrEqual(trips);
    expect(text(worth(traded))).toBeCloseTo(
      fills.reduce((sum, { qty, price }) => sum + (qty * price) / 100, 0),
      6,
    );
  });

  test("is the same after a load, and after its minutes have left", () => {
    const before = shown(bench);
    bench.reload();
    expect(shown(bench)).toEqual(before);
    bench.sql.exec("DELETE FROM candle WHERE start < ?1", bench.rows.settled);
    bench.reload();
    expect(shown(bench)).toEqual(before);
  });

  test("of some days are those of their candles alone", () => {
    const from = T0 - (T0 % DAY_MS) + DAY_MS;
    const to = from + 2 * DAY_MS;
    const found = shown(bench, { from, to });
    expect([found.from, found.days]).toEqual([from, 2]);
    expect(found.fills).toBe(fills.filter(({ ts }) => ts >= from && ts < to).length);
  });
});

test("a capital gives percents, and one that is no money is refused", () => {
  const bench = new Bench().hear(opened([A]), filled(A, 10, 100_00, T0));
  bench.tick(A, 1, T0 + 1_000, 110_00).tick(A, 2, T0 + MINUTE, 90_00);
  expect(shown(bench).maxDrawdown).toMatchObject({ amount: "200", percent: null });
  expect(shown(bench, { capital: "900" }).maxDrawdown.percent).toBeCloseTo(20, 10);
  const refused = statistics(bench.state, "carry", bench.book, { capital: "0.0000000000001" }, []);
  expect(refused).toMatchObject({ ok: false, code: "scale-exceeded" });
});

test("a bust after the end of a trip is not judged again, and no money is lost", () => {
  const bench = new Bench().hear(opened([A]), filled(A, 10, 100_00, T0), filled(A, -10, 110_00, T0 + 1));
  const zero = { qty: "0", cost: "0", realised: "0", fees: "0", funding: "0" };
  bench.hear({
    ...{
      type: "holding-revised",
      strategy: "carry",
      leg: filled(A, 1, 1, T0).leg,
      reason: "cash",
      execId: "c1",
    },
    ...{
      changes: [{ ...zero, funding: "-3", ts: T0 + 2 }],
      after: { ...zero, realised: "100", funding: "-3" },
      at: T0 + 2,
    },
  });
  expect(shown(bench)).toMatchObject({ wins: 1, won: "100", trips: 1, fills: 2 });
  expect(bench.rows.days(0, Number.MAX_SAFE_INTEGER)[0]?.trades.outside).toBe(-3_000_000_000_000n);
});

test("bound strategy/table:statistic_day: beyond it the oldest days leave", () => {
  const bench = new Bench().hear(opened([A]));
  for (let day = 0; day <= DAYS_MAX; day++)
    bench.rows.putDay(summaryOf({ start: day * DAY_MS, end: (day + 1) * DAY_MS }, []));
  bench.commit();
  const days = bench.rows.days(0, Number.MAX_SAFE_INTEGER);
  expect([days.length, days[0]?.start]).toEqual([DAYS_MAX, DAY_MS]);
});

test("bound strategy/table:statistic_line: a line beyond it has no round trips, those that are there go on", () => {
  const bench = new Bench().hear(opened([A]));
  const open = { qty: 1n, result: 0n };
  for (let line = 0; line < HELD_LEGS_MAX; line++) bench.rows.putLine(`line-${line}`, open);
  bench.rows.putLine("beyond", open);
  expect([bench.rows.line("beyond"), bench.rows.line("line-0")]).toEqual([undefined, open]);
  bench.commit().reload();
  bench.rows.putLine("beyond", open);
  expect(bench.rows.line("beyond")).toBeUndefined();
  bench.rows.putLine("line-0", undefined);
  bench.rows.putLine("beyond", open);
  expect(bench.rows.line("beyond")).toEqual(open);
});

test("bound strategy/table:statistic: one row says how far minutes are in the days", () => {
  const bench = new Bench().hear(opened([A]));
  for (const settled of [1, 2, 3]) {
    bench.rows.settled = settled;
    bench.commit().reload();
    expect(bench.rows.settled).toBe(settled);
  }
  expect(bench.sql.exec("SELECT * FROM statistic")).toHaveLength(1);
});
