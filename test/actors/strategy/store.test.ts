import { describe, expect, test } from "vitest";
import { migrateLocally } from "../../../actors/runtime/local-migrations.ts";
import { CANDLES_MAX } from "../../../actors/strategy/limits.ts";
import { MIGRATIONS, StrategyStore } from "../../../actors/strategy/store.ts";
import { memorySql } from "../../support/node-sql.ts";
import { Bench, filled, leg, MINUTE, markAt, opened, T0, update } from "./bench.ts";

const A = "XNAS:AAA";
const B = "XNAS:BBB";
const rows = (bench: Bench, table: string) =>
  bench.sql.exec<{ n: number }>(`SELECT COUNT(*) AS n FROM ${table}`)[0]?.n;

test("a batch of prices writes one row, however many symbols and changes it has", () => {
  const bench = new Bench()
    .hear(opened([A, B]))
    .tick(A, 1, T0, 1_00)
    .tick(B, 1, T0 + 1, 1_00);
  const changed = () => bench.sql.exec<{ n: number }>("SELECT total_changes() AS n")[0]?.n ?? 0;
  const before = changed();
  bench.prices(
    update(A, [
      [2, T0 + 2, 2_00],
      [3, T0 + 3, 3_00],
    ]),
    update(B, [[2, T0 + 4, 2_00]]),
  );
  expect(changed() - before).toBe(1);
});

test("what is folded for good leaves its moments behind, and a reload goes on from there", () => {
  const bench = new Bench().hear(opened([A]), filled(A, 3, 1_00, T0));
  for (let minute = 0; minute < 40; minute++) bench.tick(A, minute + 1, T0 + minute * MINUTE, 100 + minute);
  expect(bench.state.timeline.size).toBeLessThanOrEqual(16);
  expect(rows(bench, "moment_chunk")).toBeLessThanOrEqual(16);
  const before = bench.candles();
  bench.reload();
  expect(bench.candles()).toEqual(before);
  const went = bench.tick(A, 41, T0 + 40 * MINUTE, 2_00).candles();
  expect(went.slice(0, 38)).toEqual(before.slice(0, 38));
  expect(went.at(-1)).toMatchObject({ open: before.at(-1)?.close, close: "3" });
});

test("a reload after each step changes nothing that is shown", () => {
  const stay = new Bench();
  const reloading = new Bench();
  const both = (step: (bench: Bench) => unknown) => {
    step(stay);
    step(reloading);
    reloading.reload();
    expect(reloading.candles()).toEqual(stay.candles());
    expect(reloading.state.legs).toEqual(stay.state.legs);
    expect(reloading.state.finalThrough).toBe(stay.state.finalThrough);
    expect(reloading.facts()).toEqual(stay.facts());
  };
  both((bench) => bench.hear(opened([A, B]), filled(A, 5, 99_00, T0, { opening: true })));
  both((bench) => bench.baseline(A, markAt(4, T0 - 5, 100_00)));
  both((bench) =>
    bench.baseline(B, { bid: 1_00 as never, ask: 1_01 as never, quoteTs: T0 as never, lastChanges: 0 }),
  );
  both((bench) => bench.tick(A, 5, T0 + 1, 101_00));
  both((bench) => bench.hear(filled(B, -7, 1_00, T0 + 2, { fee: "0.25" })));
  both((bench) =>
    bench.prices(update(B, [], { mark: { bid: 1_02, ask: 1_05, quoteTs: T0 + 3, lastChanges: 0 } as never })),
  );
  both((bench) => bench.prices(update(A, [], { mark: markAt(5, T0 + 9_000, 101_00) })));
  both((bench) =>
    bench.hear({
      type: "strategy-amended",
      strategy: "carry",
      name: "C",
      tags: ["x"],
      legs: [leg(A)],
      at: T0,
    }),
  );
  both((bench) => bench.hear(filled(B, 7, 1_04, T0 + 10_000)));
  both((bench) => bench.tick(A, 9, T0 + MINUTE + 30_000, 103_00));
  both((bench) =>
    bench.hear({
      type: "strategy-amended",
      strategy: "carry",
      name: "C",
      tags: [],
      legs: [leg(A), leg(B)],
      at: T0,
    }),
  );
  both((bench) => bench.baseline(B, markAt(3, T0 + MINUTE, 2_00)));
  both((bench) => bench.hear(filled(B, 2, 2_00, T0 + 80_000, { opening: true })));
  both((bench) => bench.tick(B, 4, T0 + MINUTE + 40_000, 2_50));
  both((bench) => bench.tick(A, 10, T0 + 30 * MINUTE, 104_00));
  both((bench) => bench.tick(B, 5, T0 + 3 * MINUTE, 2_75));
  both((bench) => bench.closeByClock(T0 + 31 * MINUTE));
  both((bench) =>
    bench.hear({ type: "strategy-closed", strategy: "carry", at: T0 }, opened([A], { at: T0 })),
  );
});

describe("candles beyond the object's own", () => {
  test("older candles are asked of Postgres only when some have left, and only where the page has room for them", async () => {
    const bench = new Bench().hear(opened([A]));
    for (let minute = 0; minute <= CANDLES_MAX + 70; minute++)
      bench.tick(A, minute + 1, T0 + minute * MINUTE, 100 + (minute % 50));
    expect(rows(bench, "candle")).toBe(CANDLES_MAX + 69);
    expect(bench.m2m()).not.toHaveProperty("olderThan");
    await bench.archive();
    bench.tick(A, 9_999, T0 + (CANDLES_MAX + 71) * MINUTE, 1_00);
    expect(rows(bench, "candle")).toBe(CANDLES_MAX);
    const oldest = bench.candles()[0]?.t ?? 0;
    expect(oldest).toBe(T0 + 70 * MINUTE);
    expect(bench.m2m()).toMatchObject({ olderThan: oldest });
    expect(bench.m2m({ limit: 10 })).not.toHaveProperty("olderThan");
    expect(bench.m2m({ from: oldest })).not.toHaveProperty("olderThan");
    expect(bench.m2m({ from: oldest - MINUTE })).toMatchObject({ olderThan: oldest });
    expect(bench.m2m({ to: T0 + 5 * MINUTE })).toEqual({ candles: [], olderThan: T0 + 5 * MINUTE });
    bench.reload();
    expect(bench.m2m()).toMatchObject({ olderThan: oldest });
  });

  test("a page is the newest of its range, from inclusive, to exclusive, ascending", () => {
    const bench = new Bench().hear(opened([A]));
    for (let minute = 0; minute < 10; minute++) bench.tick(A, minute + 1, T0 + minute * MINUTE, 100 + minute);
    const starts = (query: Parameters<Bench["m2m"]>[0]) =>
      bench.candles(query).map(({ t }) => (t - T0) / MINUTE);
    expect(starts({ from: T0 + 2 * MINUTE, to: T0 + 5 * MINUTE })).toEqual([2, 3, 4]);
    expect(starts({ limit: 3 })).toEqual([7, 8, 9]);
    expect(starts({ to: T0 + 9 * MINUTE + 1, limit: 2 })).toEqual([8, 9]);
    expect(starts({ from: T0 + 9 * MINUTE })).toEqual([9]);
  });
});

test("rows and moments of the version before have no funding and the account's currency, and go on from there", () => {
  const sql = memorySql();
  migrateLocally(sql, MIGRATIONS.slice(0, 5));
  const profile = { account: "main", name: "Carry", tags: [], currency: "USD", openedAt: T0 };
  sql.exec("INSERT INTO strategy (id, profile) VALUES (1, ?1)", JSON.stringify(profile));
  const kept = { finalThrough: T0, spans: [], priceTime: T0, nextOrder: 5, lateMoments: 2, skippedNews: 0 };
  const amounts = {
    open: "1",
    high: "5",
    low: "0",
    close: "4",
    realised: "7",
    unrealised: "0",
    fees: "3",
    gross: "0",
  };
  const flags = { staleLegs: [], missingLegs: [], tickCount: 1, unsure: false, sealed: false };
  const minute = { start: T0 - MINUTE, ...amounts, ...flags };
  // A leg that had left made 2 of what was realised.
  sql.exec("UPDATE timeline SET body = ?1", JSON.stringify({ realised: "7", fees: "3", minute, ...kept }));
  sql.exec(
    `INSERT INTO leg (symbol, price_scale, size_scale, notional_unit, declared, n, unheard_since, qty, cost, realised, fees, halves, source,
       priced_at, counts_from, over_bound) VALUES (?1, 2, 0, '10000000000', 1, 4, 0, '10', '1000000000000000', '5', '3', '20000', 'last', ?2, ?2, 0)`,
    A,
    T0 - 5,
  );
  const chunk = [
    ["p", T0, A, 3, 5, 101_00, 0],
    ["f", T0 + 1, A, 4, ["-10", "-1000000000000000", "9", "1"]],
  ];
  sql.exec("INSERT INTO moment_chunk (minute, chunk, moments) VALUES (?1, 3, ?2)", T0, JSON.stringify(chunk));
  migrateLocally(sql, MIGRATIONS);
  const { state } = new StrategyStore(sql, () => 0);
  const { tip } = state.timeline;
  expect([tip.realised, tip.fees, tip.funding, tip.unrealised]).toEqual([16n, 4n, 0n, 0n]);
  expect(tip.minutes.map(({ start, close, funding }) => [start - T0, close, funding])).toEqual([
    [-MINUTE, 4n, 0n],
    [0, 12n, 0n],
  ]);
  expect([state.departed, state.lateMoments, state.legs.get(A)?.n]).toEqual([1, 2, 5]);
  expect(state.legs.get(A)).toMatchObject({ rateOnly: false, whole: false, agreedAt: undefined });
});
