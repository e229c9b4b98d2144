/** I5: the collections of the book of record at their bounds. */
import { expect, test } from "vitest";
import { NO_PURSE } from "../../../actors/risk-shard/book-records.ts";
import {
  APPLIED_ACTIONS_MAX,
  CASH_CURRENCIES_MAX,
  EXECUTIONS_MAX,
  HOLDINGS_PAGE_MAX,
} from "../../../actors/risk-shard/capacity.ts";
import { JournalRows } from "../../../actors/risk-shard/journal-rows.ts";
import { lineKey } from "../../../actors/risk-shard/state.ts";
import type { Symbol } from "../../../src/domain/ids.ts";
import { money, ZERO } from "../../../src/domain/money.ts";
import { afterEntry } from "../../../src/quant/money/average.ts";
import type { Split, Trade } from "../../../src/quant/money/entry.ts";
import { fold, lotsOf } from "../../../src/quant/money/journal.ts";
import { AAPL, MSFT, RiskBench } from "./bench.ts";

const UNIT = { notionalUnit: 10n ** 8n };
const LINE = `${AAPL}/alpha`;
const trade = (n: number, ts = 1_000 * n): Trade => ({
  ...{
    kind: "fill",
    id: `x${n}`,
    ts,
    qty: BigInt(n % 3 === 0 ? -2 : 2),
    price: 1_000_000 + 100 * n,
    fee: ZERO,
  },
});
const count = (bench: RiskBench, table: string): number =>
  bench.sql.exec<{ n: number }>(`SELECT COUNT(*) AS n FROM ${table}`)[0]!.n;

/** A journal of its own with small bounds, on the tables of a shard. */
function small() {
  const { sql } = new RiskBench();
  const rows = new JournalRows(sql, () => UNIT, { entriesMax: 60, lineEntriesMax: 40, slack: 5 });
  let seq = 0;
  const note = (line: string, ...changes: Parameters<JournalRows["note"]>[1][]): void => {
    for (const change of changes) rows.note(line, change, ++seq);
    rows.write();
  };
  const size = (): number => sql.exec<{ n: number }>("SELECT SUM(size) AS n FROM position_journal")[0]!.n;
  return { sql, rows, note, size };
}

test("bound risk-shard/table:position_journal: the oldest of a long line are its checkpoint, and fold to the same", () => {
  const { rows, note, size } = small();
  const trades = Array.from({ length: 200 }, (_, index) => trade(index + 1));
  for (const one of trades) {
    note(LINE, { add: one });
    expect(size()).toBeLessThanOrEqual(45);
    expect(rows.sizeOf(LINE)).toBe(size());
  }
  const { entries, from } = rows.read(LINE);
  expect(from.count + entries.length).toBe(200);
  expect(fold(entries, UNIT, from).position).toEqual(fold(trades, UNIT).position);
  for (const method of ["fifo", "lifo"] as const)
    expect(lotsOf(entries, method, UNIT, from)?.realised).toBe(lotsOf(trades, method, UNIT)?.realised);
});

test("the longest line gives way where all of them together are too many", () => {
  const { rows, note, size } = small();
  for (let n = 1; n <= 30; n++) note(LINE, { add: trade(n) });
  for (let n = 1; n <= 36; n++) note(`${MSFT}/`, { add: trade(n) });
  expect(size()).toBeLessThanOrEqual(65);
  expect(rows.total).toBe(size());
  const other = rows.read(`${MSFT}/`);
  expect(other.from.count + other.entries.length).toBe(36);
});

test("busts, corrections and a split among what leaves are folded as they stand", () => {
  const { rows, note } = small();
  const trades = Array.from({ length: 44 }, (_, index) => trade(index + 1));
  const split: Split = { kind: "split", id: "action:s", ts: 10_500, from: 1n, to: 2n };
  for (const one of trades) note(LINE, { add: one });
  note(LINE, { remove: "x3" });
  note(LINE, { replace: { ...trade(5), qty: 7n } });
  const before = rows.read(LINE);
  expect(before.from.count, "one of six was busted").toBe(5);
  note(LINE, { add: split });
  const expected = fold([...before.entries, split], UNIT, before.from).position;
  for (let n = 45; n <= 60; n++) note(LINE, { add: trade(n) });
  const { entries, from, removed } = rows.read(LINE);
  expect(from.splits).toEqual([split]);
  expect(entries.some(({ kind }) => kind === "split")).toBe(false);
  expect(removed.has("x3"), "what was busted stays so").toBe(true);
  let position = expected;
  for (let n = 45; n <= 60; n++) position = afterEntry(position, trade(n), UNIT, [split]).position;
  expect(fold(entries, UNIT, from).position).toEqual(position);
});

test("bound risk-shard/table:position_checkpoint: one for each line", () => {
  const { sql, rows, note } = small();
  for (let n = 1; n <= 120; n++) note(LINE, { add: trade(n) });
  expect(sql.exec("SELECT line FROM position_checkpoint")).toEqual([{ line: LINE }]);
  expect(rows.total).toBe(rows.sizeOf(LINE));
});

test("bound risk-shard/memory:journalSizes: one for each line, as its positions are, and the same after a load", async () => {
  const bench = await new RiskBench().ready();
  await bench.send({ clientOrderId: "a", qty: "10" });
  for (let n = 0; n < 5; n++) await bench.fill("a", "1");
  const sizes = () =>
    [AAPL, MSFT].map((symbol) => bench.desk.ledger.store.book.journals.sizeOf(`${symbol}/`));
  expect(sizes()).toEqual([5, 0]);
  bench.restart();
  expect(sizes()).toEqual([5, 0]);
  expect(bench.desk.ledger.store.book.journals.total).toBe(5);
});

test("a bust of what a checkpoint stands for is `ref-too-old`; by lots it still counts", async () => {
  const bench = await new RiskBench().ready();
  await bench.send({ clientOrderId: "a", qty: "1000" });
  await bench.fill("a", "3", "90", { execId: "x1" });
  await bench.fill("a", "2", "110", { execId: "x2" });
  // As the bound would leave it.
  const { journals } = bench.desk.ledger.store.book;
  const folded = new JournalRows(bench.sql, () => UNIT, { lineEntriesMax: 0, slack: 0 });
  folded.note(`${AAPL}/`, { add: { kind: "cash", id: "cash:n", ts: 1, funding: ZERO, fees: ZERO } }, 10_000);
  folded.write();
  expect(journals.read(`${AAPL}/`).entries).toEqual([]);
  const bust = { type: "bust", clientOrderId: "a", refExecId: "x1" };
  expect(await bench.report(bust)).toMatchObject({ code: "ref-too-old" });
  const page = await bench.desk.read((reads) =>
    reads.holdings({ method: "lifo", limit: HOLDINGS_PAGE_MAX, lots: true }),
  );
  expect(page).toMatchObject({
    ok: true,
    value: {
      items: [
        {
          qty: "5",
          cost: "490",
          lots: [
            { qty: "3", cost: "270" },
            { qty: "2", cost: "220" },
          ],
        },
      ],
    },
  });
});

test("bound risk-shard/table:cash_balance: cash in a further currency is refused; what is gone leaves its row", async () => {
  const bench = await new RiskBench().ready();
  for (let n = 0; n < CASH_CURRENCIES_MAX; n++) bench.state.purses.set(`C${n}`, { ...NO_PURSE, cash: 1n });
  const deposit = { id: "d1", type: "deposit", amount: "1" };
  expect(await bench.cash([deposit])).toMatchObject([{ code: "overloaded" }]);
  bench.state.purses.delete("C0");
  expect(await bench.cash([deposit])).toMatchObject([{ status: "applied" }]);
  expect(count(bench, "cash_balance")).toBe(1);
  expect(await bench.cash([{ id: "w1", type: "withdrawal", amount: "-1" }])).toMatchObject([
    { status: "applied" },
  ]);
  expect(count(bench, "cash_balance")).toBe(0);
});

test("bound risk-shard/table:applied_action: the oldest leave", async () => {
  const bench = await new RiskBench().ready();
  await bench.send({ clientOrderId: "a" });
  bench.sql.exec(
    `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${APPLIED_ACTIONS_MAX})
     INSERT INTO applied_action SELECT 'X:Y', 'a' || i, i, '{}' FROM n`,
  );
  const action = {
    id: "act",
    type: "manual",
    startsAt: 2 ** 40,
    from: 1n,
    to: 1n,
    amount: money(0n),
  } as const;
  const violation = {
    kind: "violation-raised",
    at: 1,
    code: "corporate-action-manual",
    symbol: AAPL,
    strategy: "",
  } as const;
  bench.desk.ledger.record([{ ...violation, execId: "act", action }]);
  await bench.limits([]);
  expect(count(bench, "applied_action")).toBe(APPLIED_ACTIONS_MAX);
  expect(bench.desk.ledger.store.book.appliedIn(AAPL as Symbol).get("act")?.action).toEqual(action);
});

test("bound risk-shard/table:execution: the oldest leave once Postgres has them, and the reader is told from where on", async () => {
  const bench = await new RiskBench().ready();
  await bench.send({ clientOrderId: "a", qty: "1000000" });
  const { executions } = bench.desk.ledger;
  const read = (more: object = {}) => bench.desk.read((reads) => reads.executions({ limit: 2, ...more }));
  for (let seq = 10; seq < 10 + EXECUTIONS_MAX + 400; seq++)
    executions.append(seq, `{"type":"fill","symbol":"${AAPL}"}`);
  bench.desk.ledger.rememberRequest("k", { bodyHash: "", reply: "" });
  await bench.limits([]);
  expect(executions.size).toBe(EXECUTIONS_MAX + 400);
  const page = await read();
  expect(page).toMatchObject({ ok: true, value: { next: String(10 + EXECUTIONS_MAX + 398) } });
  expect(await read({ type: "bust" })).toMatchObject({ ok: true, value: { items: [] } });
});

test("bound risk-shard/memory:risen: only what is held rises", async () => {
  const bench = await new RiskBench().ready();
  bench.desk.actions.risen(MSFT as Symbol);
  expect(bench.desk.actions.risenCount).toBe(0);
  await bench.send({ clientOrderId: "a" });
  for (let again = 0; again < 3; again++) bench.desk.actions.risen(AAPL as Symbol);
  expect(bench.desk.actions.risenCount).toBe(1);
});

test("bound risk-shard/memory:saidDrifts: one for each symbol, said again only when it is another", async () => {
  const bench = await new RiskBench().ready();
  await bench.send({ clientOrderId: "a", qty: "100" });
  await bench.fill("a", "1");
  const line = bench.state.symbolLines.get(AAPL as Symbol)!;
  bench.state.symbolLines.set(AAPL as Symbol, { ...line, pos: 7n });
  for (let n = 0; n < 5; n++) await bench.fill("a", "1");
  expect(bench.facts().filter(({ kind }) => kind === "position-drift")).toHaveLength(1);
  expect(bench.state.positions.get(lineKey(AAPL, ""))!.position.qty).toBe(6n);
});
