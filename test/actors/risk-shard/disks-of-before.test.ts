/** Disks of versions that knew no trips, peaks or resolutions, no firms and no splits: all that they held is there after the step, and what is new begins. */
import { describe, expect, test } from "vitest";
import { MIGRATIONS } from "../../../actors/risk-shard/store.ts";
import { PEAKS, TRIPS } from "../../../actors/risk-shard/tables.ts";
import { RESOLUTIONS } from "../../../actors/risk-shard/violations.ts";
import { migrateLocally } from "../../../actors/runtime/local-migrations.ts";
import type { Sql } from "../../../actors/runtime/sql.ts";
import { memorySql } from "../../support/node-sql.ts";
import { AAPL, BY, type Json, MSFT, RiskBench, WIDE } from "./bench.ts";
import { GROSS } from "./child-bench.ts";
import { PartsBench } from "./parts-bench.ts";

const LIMITS = [
  WIDE,
  { id: "down", kind: "max-drawdown", threshold: "1" },
  { id: "day", kind: "max-daily-loss", threshold: "600" },
];
type Row = Record<string, string | number | null>;

const tablesOf = (sql: Sql): string[] =>
  sql
    .exec<{ name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    .map(({ name }) => name)
    .filter((name) => name !== "local_migration");
const columnsOf = (sql: Sql, table: string): string =>
  sql
    .exec<{ name: string }>(`SELECT name FROM pragma_table_info('${table}')`)
    .map(({ name }) => name)
    .join(", ");
const rowsOf = (sql: Sql, table: string, columns: string): Row[] =>
  sql.exec<Row>(`SELECT ${columns} FROM ${table}`);

/** The rows of this account in the tables, and columns, that there were before a step. */
function diskBefore(step: readonly string[], bench: RiskBench) {
  const sql = memorySql();
  const place = MIGRATIONS.findIndex(({ statements }) => statements === step);
  migrateLocally(sql, MIGRATIONS.slice(0, place));
  const held = new Map<string, { columns: string; rows: Row[] }>();
  for (const table of tablesOf(sql)) {
    const columns = columnsOf(sql, table);
    const rows = rowsOf(bench.sql, table, columns);
    sql.exec(`DELETE FROM ${table}`);
    for (const row of rows) {
      const values = Object.values(row);
      const places = values.map((_, index) => `?${index + 1}`).join(", ");
      sql.exec(`INSERT INTO ${table} (${columns}) VALUES (${places})`, ...values);
    }
    held.set(table, { columns, rows });
  }
  return { sql, held };
}

/** Its rows are there after the steps, and the account goes on with them. */
async function reloaded(step: readonly string[], bench: RiskBench): Promise<RiskBench> {
  const { sql, held } = diskBefore(step, bench);
  migrateLocally(sql, MIGRATIONS);
  for (const [table, { columns, rows }] of held) expect(rowsOf(sql, table, columns), table).toEqual(rows);
  expect([...held.values()].filter(({ rows }) => rows.length > 0).length).toBeGreaterThan(8);
  const before = await seen(bench);
  Object.assign(bench, { sql });
  bench.restart();
  expect(await seen(bench)).toEqual(before);
  return bench;
}

async function seen(bench: RiskBench) {
  const lists = ["positions", "orders", "decisions"] as const;
  const shown = await Promise.all(lists.map((list) => bench.list(list)));
  const codes = (await bench.list("violations")).map(({ seq, code, ts }) => [seq, code, ts]);
  const { equity, gross, limitsVersion } = await bench.shown();
  const { limits, tradingStates, strategies } = bench.state;
  return { shown, codes, equity, gross, limitsVersion, limits: limits.text, tradingStates, strategies };
}

/** The first step of what an account knows of firms, and of splits. */
const stepOf = (id: number): readonly string[] => MIGRATIONS.find((step) => step.id === id)?.statements ?? [];
const FIRMS = stepOf(19);
const SPLITS = stepOf(20);

/** Orders, positions, a violation that is resolved, a loss that tripped and a peak above what it is worth now. */
async function lived(): Promise<RiskBench> {
  const bench = await new RiskBench().ready(LIMITS);
  await bench.strategy("alpha");
  const { clientOrderId } = await bench.send({ strategy: "alpha", qty: "50" });
  await bench.fill(clientOrderId, "50", "100");
  await bench.send({ symbol: MSFT, qty: "3" });
  await bench.fill("ghost", "1", "100", { symbol: MSFT, side: "buy" });
  const [violation] = await bench.list("violations");
  await resolve(bench, Number(violation!["seq"]));
  await bench.state_({ kind: "symbol", id: "XNAS:NONE" }, "reducing");
  await bench.price(AAPL, { last: "110" });
  await bench.price(AAPL, { last: "85" });
  bench.flush();
  expect(bench.state.trips.size).toBe(1);
  expect(bench.state.losses.peaks.get("down")).toBeGreaterThan(bench.state.funds.equity);
  return bench;
}

/** As much as can be split: no strategy, and no limit that looks at all of the account. */
async function traded(bench: RiskBench): Promise<RiskBench> {
  await bench.ready([WIDE]);
  for (const symbol of [AAPL, MSFT]) {
    const { clientOrderId } = await bench.send({ symbol, qty: "50" });
    await bench.fill(clientOrderId, "20", "100", { symbol });
  }
  await bench.state_({ kind: "symbol", id: "XNAS:NONE" }, "reducing");
  bench.flush();
  return bench;
}

const resolve = (bench: RiskBench, seq: number) =>
  bench.desk.watch.answer(bench.envelope(), {
    ...{ type: "resolve-violation", seq },
    body: JSON.stringify({ reason: "looked at", by: BY }),
  });
const statuses = async (bench: RiskBench) => (await bench.list("violations")).map(({ status }) => status);

describe("a disk of the version before", () => {
  test("trips has none, loses nothing of the rest, and a loss that still stands trips again", async () => {
    const bench = await reloaded(TRIPS, await lived());
    expect(bench.state.trips.size).toBe(0);
    await bench.price(AAPL, { last: "84" });
    bench.flush();
    expect([...bench.state.trips.values()]).toMatchObject([{ limitId: "day", member: "" }]);
    bench.restart();
    expect(bench.state.trips.size).toBe(1);
  });

  test("peaks has the trips, and measures drawdowns from what the account is worth then", async () => {
    const before = await lived();
    const trips = new Map(before.state.trips);
    const bench = await reloaded(PEAKS, before);
    expect(bench.state.trips).toEqual(trips);
    expect(bench.state.losses.peaks.size).toBe(0);
    await bench.price(AAPL, { last: "86" });
    await bench.send({ qty: "1" });
    expect(bench.state.losses.peaks.get("down")).toBe(bench.state.funds.equity);
    const { peaks } = bench.state.losses;
    bench.restart();
    expect(bench.state.losses.peaks).toEqual(peaks);
  });

  test("resolutions has the trips, the peaks and all violations, each of them active until it is resolved", async () => {
    const before = await lived();
    const [trips, peaks] = [new Map(before.state.trips), new Map(before.state.losses.peaks)];
    const bench = await reloaded(RESOLUTIONS, before);
    expect([bench.state.trips, bench.state.losses.peaks]).toEqual([trips, peaks]);
    const found = await statuses(bench);
    expect(found).toEqual(found.map(() => "active"));
    const last = (await bench.list("violations")).at(-1) as Json;
    expect((await resolve(bench, Number(last["seq"]))).ok).toBe(true);
    bench.restart();
    expect((await statuses(bench)).at(-1)).toBe("resolved");
  });

  test("firms loses nothing, and stands below one from then on", async () => {
    const bench = await reloaded(FIRMS, await lived());
    expect(bench.state.above).toBeUndefined();
    const firm = bench.firm();
    firm.limits([{ ...GROSS, threshold: "100000" }]);
    await bench.account({ parent: "acme" });
    await bench.desk.parent.called();
    const used = bench.state.totals.gross;
    const held = bench.state.above?.held ?? {};
    expect(used).toBeGreaterThan(0n);
    expect(held["firm:acme/gross"]).toBeGreaterThanOrEqual(used);
    bench.restart();
    expect(bench.state.above).toMatchObject({ parent: "acme", held });
  });

  test("splits loses nothing, and is split from then on", async () => {
    const bench = new PartsBench(2);
    const [main, other] = [bench.part(0), bench.part(1)];
    await reloaded(SPLITS, await traded(main));
    const { positions, orders } = main.state;
    const [held, working] = [[...positions.keys()], [...orders.keys()]];
    other.platform.marks.set(MSFT, main.platform.marks.get(MSFT)!);
    await bench.adopt();
    await bench.move([MSFT], 1);
    for (const part of bench.parts) part.restart();
    const parts = bench.parts.map(({ state }) => state);
    expect(parts.map((state) => state.positions.size)).not.toContain(0);
    expect(new Set(parts.flatMap((state) => [...state.positions.keys()]))).toEqual(new Set(held));
    expect(new Set(parts.flatMap((state) => [...state.orders.keys()]))).toEqual(new Set(working));
  });
});
