import { expect, test } from "vitest";
import { answer } from "../../../actors/runtime/reply.ts";
import { BOUNDS } from "../../../actors/strategy/bounds.ts";
import {
  CANDLES_MAX,
  CANDLES_SLACK,
  CLOSED_MAX,
  CURRENCIES_MAX,
  LEGS_MAX,
  MOMENTS_LEAVING,
  MOMENTS_MAX,
  SPANS_MAX,
} from "../../../actors/strategy/limits.ts";
import { covers, withSpan } from "../../../actors/strategy/spans.ts";
import type { Span } from "../../../actors/strategy/state.ts";
import { Bench, filled, leg, MINUTE, opened, T0, update } from "./bench.ts";
import { DeskWorld, settled } from "./desk-world.ts";

const A = "XNAS:AAA";
const B = "XNAS:BBB";
const rows = (bench: Bench, table: string) =>
  bench.sql.exec<{ n: number }>(`SELECT COUNT(*) AS n FROM ${table}`)[0]?.n;
const symbols = (count: number, letter: string) =>
  Array.from({ length: count }, (_, index) => `XNAS:${letter}${index}`);

test("bound strategy/state:legs: flat legs that are no longer named leave for new ones, with their result kept", () => {
  const bench = new Bench().hear(opened([]));
  for (const symbol of symbols(LEGS_MAX, "L").slice(0, 500)) bench.take(filled(symbol, 1, 1_00, T0));
  bench.hear(opened(symbols(LEGS_MAX, "L")));
  bench.hear(filled("XNAS:L0", -1, 3_00, T0, { fee: "0.5" }), opened(symbols(LEGS_MAX, "L").slice(1)));
  bench.tick("XNAS:L1", 1, T0 + 20 * MINUTE, 1_00);
  bench.hear(filled(A, 1, 1_00, T0 + 20 * MINUTE));
  expect(bench.state.legs.size).toBe(LEGS_MAX);
  expect(bench.state.legs.has("XNAS:L0")).toBe(false);
  expect(bench.state.legs.get(A)?.overBound).toBe(false);
  expect(rows(bench, "leg")).toBe(LEGS_MAX);
  expect(bench.candles().at(-1)).toMatchObject({ realised: "2", fees: "0.5" });
  const before = bench.candles();
  bench.reload();
  expect(bench.candles()).toEqual(before);
});

test("a leg for which there is no room is held but not followed: it is missing, and candles say sampled until it is flat", () => {
  const bench = new Bench().hear(opened(symbols(LEGS_MAX, "L")));
  bench.tick("XNAS:L1", 1, T0, 1_00).hear(filled(A, 3, 1_00, T0 + MINUTE, { fee: "0.5" }));
  expect(bench.state.legs.size).toBe(LEGS_MAX + 1);
  bench.tick(A, 1, T0 + MINUTE + 1, 9_00).tick("XNAS:L1", 2, T0 + 2 * MINUTE, 2_00);
  bench.reload();
  bench.hear(filled(A, -3, 2_00, T0 + 3 * MINUTE)).tick("XNAS:L1", 3, T0 + 4 * MINUTE, 2_00);
  expect(bench.candles()).toMatchObject([
    { sampled: false, missingLegs: [], tickCount: 1 },
    { sampled: true, missingLegs: [A], close: "-0.5", tickCount: 0 },
    { sampled: true, missingLegs: [A], close: "-0.5", tickCount: 1 },
    { sampled: false, missingLegs: [], realised: "3", close: "2.5" },
    { sampled: false, missingLegs: [], close: "2.5" },
  ]);
  // Flat, and past what can be folded again, it leaves for the next one, and then has its turn like any other.
  bench.hear(opened(symbols(LEGS_MAX, "L").slice(1))).tick("XNAS:L1", 4, T0 + 30 * MINUTE, 2_00);
  bench.hear(filled(B, 1, 1_00, T0 + 30 * MINUTE));
  expect([...bench.state.legs.values()].filter((leg) => leg.overBound)).toEqual([]);
  expect(bench.state.legs.size).toBeLessThanOrEqual(LEGS_MAX);
  expect([bench.state.legs.has(A), bench.state.legs.has(B)]).toEqual([false, true]);
});

test("news that brings a leg too many is taken and confirmed: nothing of the account waits behind it", async () => {
  const world = new DeskWorld();
  await world.tell(opened(symbols(LEGS_MAX, "L")));
  expect(await world.tell(filled(A, 1, 1_00, T0))).toEqual(answer({ watermark: 2 }));
  expect(await world.tell(filled("XNAS:L7", 1, 1_00, T0))).toEqual(answer({ watermark: 3 }));
  expect(world.subscribed.size).toBe(LEGS_MAX);
  expect(world.subscribed.has(A)).toBe(false);
}, 30_000);

test("bound strategy/memory:subscribed: a leg that leaves is unsubscribed, so it never holds more than the legs", async () => {
  const world = new DeskWorld();
  await world.tell(opened(symbols(500, "L")));
  await world.tell(opened(symbols(500, "M")));
  await settled();
  expect(world.subscribed.size).toBe(500);
  expect(world.subscribed.size).toBeLessThanOrEqual(
    BOUNDS.find(({ collection }) => collection === "memory:subscribed")?.max ?? 0,
  );
});

test("bound strategy/memory:moments: beyond it the oldest are folded for good, and what comes for their time is late and marked", () => {
  const bench = new Bench().hear(
    opened([A, B]),
    filled(A, 1, 1_00, T0, { opening: true }),
    filled(B, 1, 1_00, T0, { opening: true }),
  );
  for (let n = 1; n <= MOMENTS_MAX; n++) bench.hearPrices(update(A, [[n, T0 + n, 100 + (n % 7)]]));
  bench.commit();
  expect(bench.state.timeline.size).toBe(MOMENTS_MAX);
  bench.tick(A, MOMENTS_MAX + 1, T0 + MOMENTS_MAX + 1, 2_00);
  expect(bench.state.timeline.size).toBe(MOMENTS_MAX - MOMENTS_LEAVING);
  expect(rows(bench, "moment_chunk")).toBeLessThanOrEqual(MOMENTS_MAX);
  expect(bench.candles()).toMatchObject([
    { tickCount: MOMENTS_MAX + 1, close: "1", sampled: false, state: "forming" },
  ]);
  bench.tick(B, 1, T0 + 5, 3_00);
  expect(bench.candles()).toMatchObject([{ tickCount: MOMENTS_MAX + 2, close: "3", sampled: true }]);
  expect(bench.state.lateMoments).toBe(1);
  const before = bench.candles();
  bench.reload();
  expect(bench.candles()).toEqual(before);
}, 60_000);

test("bound strategy/table:moment_chunk: one moment a commit, and still no more rows than moments", () => {
  const bench = new Bench().hear(opened([A]));
  for (let n = 1; n <= 200; n++) bench.tick(A, n, T0 + n * 400, 1_00 + n);
  expect(rows(bench, "moment_chunk")).toBe(bench.state.timeline.size);
});

test("bound strategy/state:spans: one too many joins the two that are nearest to each other", () => {
  let spans: Span[] = [];
  for (let index = 0; index < SPANS_MAX; index++)
    spans = withSpan(spans, { from: index * 10 * MINUTE, to: index * 10 * MINUTE });
  expect(spans).toHaveLength(SPANS_MAX);
  spans = withSpan(spans, { from: 3 * MINUTE, to: 3 * MINUTE });
  expect(spans).toHaveLength(SPANS_MAX);
  expect(spans[0]).toEqual({ from: 0, to: 3 * MINUTE });
  expect([covers(spans, 2 * MINUTE), covers(spans, 4 * MINUTE), covers(spans, 10 * MINUTE)]).toEqual([
    true,
    false,
    true,
  ]);
});

test("bound strategy/state:closed: candles older than the horizon leave memory and stay in the table", () => {
  const bench = new Bench().hear(opened([A]));
  let most = 0;
  for (let n = 0; n < 400; n++) {
    bench.tick(A, n + 1, T0 + n * 20_000, 1_00 + n);
    most = Math.max(most, bench.state.closed.size);
  }
  expect(most).toBeLessThanOrEqual(CLOSED_MAX);
  expect(rows(bench, "candle")).toBe(132);
  bench.prices(
    update(
      A,
      Array.from(
        { length: 900 },
        (_, index) => [401 + index, T0 + (140 + index) * MINUTE, 100 + index] as const,
      ),
    ),
  );
  expect(bench.state.closed.size).toBeLessThanOrEqual(CLOSED_MAX);
  expect(rows(bench, "candle")).toBe(132 + 900);
});

test("bound strategy/table:candle: the oldest leave once Postgres has them, and not before", async () => {
  const bench = new Bench().hear(opened([A]));
  const fill = (from: number, to: number) => {
    for (let minute = from; minute < to; minute++)
      bench.tick(A, minute + 1, T0 + minute * MINUTE, 100 + (minute % 9));
  };
  fill(0, CANDLES_MAX + CANDLES_SLACK + 10);
  expect(rows(bench, "candle")).toBe(CANDLES_MAX + CANDLES_SLACK + 8);
  await bench.archive();
  fill(CANDLES_MAX + CANDLES_SLACK + 10, CANDLES_MAX + CANDLES_SLACK + 12);
  expect(rows(bench, "candle")).toBe(CANDLES_MAX + 1);
  expect(bench.candles()[0]?.t).toBe(T0 + (CANDLES_SLACK + 9) * MINUTE);
});

test("bound strategy/table:leg: a leg that leaves takes its row along", () => {
  const bench = new Bench().hear(opened(symbols(LEGS_MAX, "L")));
  bench.hear(opened(symbols(LEGS_MAX, "L").slice(5)));
  bench.hear(opened(symbols(5, "M")));
  expect([rows(bench, "leg"), bench.state.legs.size]).toEqual([LEGS_MAX, LEGS_MAX]);
  bench.reload();
  expect(bench.state.legs.has("XNAS:L4")).toBe(false);
  expect(bench.state.legs.has("XNAS:M4")).toBe(true);
});

test("bound strategy/table:strategy: a further write replaces the one row", () => {
  const bench = new Bench().hear(opened([A]));
  bench.hear({
    type: "strategy-amended",
    strategy: "carry",
    name: "Other",
    tags: [],
    legs: [leg(A)],
    at: T0,
  });
  expect(rows(bench, "strategy")).toBe(1);
});

test("bound strategy/table:timeline: a further write replaces the one row", () => {
  const bench = new Bench().hear(opened([A]));
  for (let minute = 0; minute < 30; minute++) bench.tick(A, minute + 1, T0 + minute * MINUTE, 1_00 + minute);
  expect(rows(bench, "timeline")).toBe(1);
});

test("bound strategy/memory:currencies: news of a leg in one more is passed over and counted, and nothing waits behind it", () => {
  const bench = new Bench().hear(opened([]));
  const inCurrency = (index: number) =>
    filled(`XNAS:C${index}`, 1, 1_00, T0, { leg: { ...leg(`XNAS:C${index}`), currency: `C${index}` } });
  // The account's own is one of them.
  for (let index = 1; index <= CURRENCIES_MAX; index++) bench.take(inCurrency(index));
  bench.hear(filled(A, 1, 1_00, T0), inCurrency(1));
  expect(bench.state.timeline.tip.currencies.size).toBe(CURRENCIES_MAX);
  expect([bench.state.skippedNews, bench.state.legs.has(`XNAS:C${CURRENCIES_MAX}`)]).toEqual([1, false]);
  expect(bench.state.legs.has(A)).toBe(true);
});
