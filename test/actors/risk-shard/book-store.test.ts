/** The book of record on disk: rows of the version before, what a batch of fills costs, and what readers page through. */
import { expect, test } from "vitest";
import { loadState } from "../../../actors/risk-shard/load.ts";
import { MIGRATIONS, RiskStore } from "../../../actors/risk-shard/store.ts";
import { OLD_LINES_DATED } from "../../../actors/risk-shard/tables.ts";
import { migrateLocally } from "../../../actors/runtime/local-migrations.ts";
import { encodeInstrument } from "../../../src/domain/instrument-codec.ts";
import { DAY_MS } from "../../../src/domain/time.ts";
import { instrumentOf } from "../../support/instruments.ts";
import { memorySql } from "../../support/node-sql.ts";
import { AAPL, BY, type Json, json, MSFT, RiskBench } from "./bench.ts";

const JOURNALS = 9;
const BROUGHT = 12;

test("a line from before there were journals begins with what it held, as one lot", () => {
  const sql = memorySql();
  migrateLocally(
    sql,
    MIGRATIONS.filter(({ id }) => id < JOURNALS),
  );
  for (const symbol of [AAPL, MSFT]) {
    const instrument = instrumentOf({ symbol });
    sql.exec(
      "INSERT INTO instrument (symbol, payload) VALUES (?1, ?2)",
      symbol,
      encodeInstrument(instrument),
    );
  }
  const columns = "(symbol, strategy, qty, cost, realised, fees, funding)";
  sql.exec(`INSERT INTO position ${columns} VALUES (?1, 'alpha', '-4', '400', '7', '2', '1')`, AAPL);
  sql.exec(`INSERT INTO position ${columns} VALUES (?1, '', '0', '0', '9', '0', '0')`, MSFT);
  migrateLocally(sql, MIGRATIONS);
  const state = loadState(sql, 0);
  const { journals } = new RiskStore(sql, state).book;
  const { from, entries } = journals.read(`${AAPL}/alpha`);
  expect(entries).toEqual([]);
  expect(from.position).toEqual({ qty: -4n, cost: 400n, realised: 7n, fees: 2n, funding: 1n });
  expect(from.fifo).toEqual({ realised: 7n, lots: [{ ts: 0, qty: -4n, cost: -400n }] });
  expect(journals.read(`${MSFT}/`).from.lifo).toEqual({ realised: 9n, lots: [] });
  expect(state.positions.get(`${AAPL}/alpha`)?.position).toEqual(from.position);
});

test("a line from before what imports brought was kept is one that brought nothing", () => {
  const sql = memorySql();
  migrateLocally(
    sql,
    MIGRATIONS.filter(({ id }) => id < BROUGHT),
  );
  const instrument = encodeInstrument(instrumentOf({ symbol: AAPL }));
  sql.exec("INSERT INTO instrument (symbol, payload) VALUES (?1, ?2)", AAPL, instrument);
  const columns = "(symbol, strategy, qty, cost, realised, fees, funding)";
  sql.exec(`INSERT INTO position ${columns} VALUES (?1, '', '-4', '400', '7', '2', '1')`, AAPL);
  migrateLocally(sql, MIGRATIONS);
  expect(loadState(sql, 0).positions.get(`${AAPL}/`)).toEqual({
    ...{ symbol: AAPL, strategy: "" },
    position: { qty: -4n, cost: 400n, realised: 7n, fees: 2n, funding: 1n },
  });
});

test("a split from before that is not put among what such a line holds: somebody has to look", async () => {
  const bench = await new RiskBench().ready();
  await bench.fill("a", "10", "100", { symbol: AAPL, side: "buy" });
  const old = JSON.stringify({ position: ["10", "1000000000000000", "0", "0", "0"] });
  bench.sql.exec("DELETE FROM position_journal");
  bench.sql.exec("UPDATE position SET entries = 0");
  bench.sql.exec("INSERT INTO position_checkpoint VALUES (?1, ?2)", `${AAPL}/`, old);
  for (const statement of OLD_LINES_DATED) bench.sql.exec(statement);
  bench.restart();
  const known = { recordedAt: 1, recordedBy: { tenant: "t", subject: BY }, exDate: "2023-11-10" };
  const split = { id: "act", type: "split", from: "1", to: "4", startsAt: bench.now - DAY_MS, ...known };
  bench.platform.recorded.set(AAPL, [split as never]);
  const body = JSON.stringify({ symbol: AAPL, id: "act", by: BY });
  expect(json(await bench.desk.actions.run(bench.envelope(), body))).toMatchObject({ outcome: "manual" });
  expect(bench.state.positions.get(`${AAPL}/`)?.position.qty).toBe(10n);
});

test("a batch of fills in one line costs one row of its journal, however many they are", async () => {
  const bench = await new RiskBench().ready();
  await bench.send({ clientOrderId: "a", qty: "1000" });
  const rows = (table: string): number =>
    bench.sql.exec<{ n: number }>(`SELECT COUNT(*) AS n FROM ${table}`)[0]!.n;
  const fill = { type: "fill", clientOrderId: "a", qty: "1", price: "100" };
  await bench.executions(Array.from({ length: 300 }, () => fill));
  expect([rows("position_journal"), rows("position")]).toEqual([1, 1]);
  await bench.executions([fill]);
  expect([rows("position_journal"), rows("position")]).toEqual([2, 1]);
});

test("booked reports are paged newest first, by line and type, and come back after a reload", async () => {
  const bench = await new RiskBench().ready();
  await bench.strategy("alpha");
  await bench.send({ clientOrderId: "a", strategy: "alpha" });
  await bench.send({ clientOrderId: "m", symbol: MSFT });
  for (const execId of ["x1", "x2", "x3"]) await bench.fill("a", "1", "100", { execId });
  await bench.fill("m", "1", "100", { execId: "m1" });
  await bench.report({ type: "bust", clientOrderId: "a", refExecId: "x2", execId: "b1" });
  await bench.report({ type: "cancel", clientOrderId: "m", execId: "k1" });
  bench.restart();
  const page = async (query: Json) => {
    const reply = await bench.desk.read((reads) => reads.executions({ limit: 10, ...query }));
    if (!reply.ok) throw new Error(reply.code);
    const ids = reply.value.items.map((item) => (JSON.parse(item) as { execId: string }).execId);
    return { ids, next: reply.value.next };
  };
  expect((await page({})).ids).toEqual(["k1", "b1", "m1", "x3", "x2", "x1"]);
  expect((await page({ symbol: AAPL })).ids).toEqual(["b1", "x3", "x2", "x1"]);
  expect((await page({ strategy: "" })).ids).toEqual(["k1", "m1"]);
  expect((await page({ type: "bust" })).ids).toEqual(["b1"]);
  const first = await page({ limit: 4 });
  expect(first.ids).toEqual(["k1", "b1", "m1", "x3"]);
  expect((await page({ limit: 4, after: first.next! })).ids).toEqual(["x2", "x1"]);
});

test("holdings by lots: the same total as at average cost, and which lots are held", async () => {
  const bench = await new RiskBench().ready();
  await bench.send({ clientOrderId: "a", qty: "10" });
  await bench.fill("a", "2", "90");
  await bench.fill("a", "2", "110");
  await bench.report({
    type: "fill",
    clientOrderId: "s",
    symbol: AAPL,
    side: "sell",
    qty: "1",
    price: "120",
  });
  const held = async (method: "average" | "fifo" | "lifo") => {
    const reply = await bench.desk.read((reads) => reads.holdings({ method, limit: 10, lots: true }));
    if (!reply.ok) throw new Error(reply.code);
    return reply.value.items[0]!;
  };
  expect(await held("average")).toMatchObject({ qty: "3", cost: "300", realised: "20", unrealised: "0" });
  expect(await held("fifo")).toMatchObject({
    ...{ cost: "310", realised: "30", unrealised: "-10" },
    lots: [
      { qty: "1", cost: "90" },
      { qty: "2", cost: "220" },
    ],
  });
  expect(await held("lifo")).toMatchObject({ cost: "290", realised: "10", unrealised: "10" });
});
