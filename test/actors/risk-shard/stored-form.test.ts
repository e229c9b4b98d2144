/** A shard whose disk was written while a decision stood in the history and again under its order's id. */
import { describe, expect, test } from "vitest";
import { DECISIONS_COUNTED, ONE_TEXT_A_DECISION } from "../../../actors/risk-shard/tables.ts";
import { IDEMPOTENCY_TABLES } from "../../../actors/runtime/idempotency.ts";
import { type Json, RiskBench } from "./bench.ts";

const ALL = Number.MAX_SAFE_INTEGER;

/** Writes the disk as it was once, but for the oldest decisions, which had left the history; then takes the step from there. */
function asOnceStored(bench: RiskBench, left: number): void {
  const { sql } = bench;
  const { decisions, reuses } = bench.desk.ledger;
  const history = [...decisions.page(ALL, ALL), ...reuses.page(ALL, ALL)].sort((a, b) => a.seq - b.seq);
  type Batch = { batch: number; keys: string; hashes: string; replies: string };
  const batches = sql.exec<Batch>("SELECT * FROM idempotency ORDER BY batch");
  for (const table of ["decision", "idempotency"]) sql.exec(`DROP TABLE ${table}`);
  sql.exec("DELETE FROM decision_history");
  for (const statement of IDEMPOTENCY_TABLES) sql.exec(statement);
  sql.exec("CREATE INDEX risk_order_by_id ON risk_order (client_order_id)");
  for (const { seq, payload } of history.slice(left))
    sql.exec("INSERT INTO decision_history VALUES (?1, ?2)", seq, payload);
  for (const { batch, ...lists } of batches) {
    const [keys, hashes, replies] = [lists.keys, lists.hashes, lists.replies].map((list) => JSON.parse(list));
    sql.exec("INSERT INTO idempotency_batch VALUES (?1, ?2, ?3)", batch, keys.length, lists.keys);
    for (const [index, key] of keys.entries()) {
      const record = history.find(({ seq }) => seq === replies[index])?.payload;
      sql.exec("INSERT INTO idempotency VALUES (?1, ?2, ?3)", key, hashes[index], record ?? replies[index]);
    }
  }
  for (const statement of [...ONE_TEXT_A_DECISION, ...DECISIONS_COUNTED]) sql.exec(statement);
  bench.restart();
}

describe("a disk of the old form", () => {
  test("answers repeats, lists and late reports as before", async () => {
    const bench = await new RiskBench().ready([{ kind: "max-order-qty", threshold: "50", action: "reduce" }]);
    const sent = [...Array(30).keys()].map((n) =>
      bench.order({ clientOrderId: `c${n}`, qty: String(n + 30) }),
    );
    const first = [...(await bench.orders(sent.slice(0, 20))), ...(await bench.orders(sent.slice(20)))];
    await bench.send({ clientOrderId: "c3", qty: "1" });
    const fill: Json = {
      execId: "x1",
      type: "fill",
      clientOrderId: "c2",
      qty: "32",
      price: "100",
      ts: bench.now,
    };
    await bench.executions([fill, { type: "cancel", clientOrderId: "c4" }]);
    const keyed = () => bench.envelope({ idempotencyKey: "k" });
    const body = JSON.stringify({ name: "n", account: "main", instruments: [], tags: [] });
    const opened = await bench.desk.account.openStrategy(keyed(), "alpha", body);
    const lists = async () => [await bench.list("decisions"), await bench.list("orders")];
    const before = await lists();
    expect(before[0]).toHaveLength(31);

    asOnceStored(bench, 5);
    const [decisions, orders] = await lists();
    expect(orders).toEqual(before[1]);
    // Those that had left the history are back, since their orders are remembered.
    expect(decisions).toEqual(before[0]);
    expect(await bench.orders(sent)).toEqual(first);
    expect(await bench.report(fill)).toMatchObject({ status: "duplicate" });
    expect(await bench.desk.account.openStrategy(keyed(), "beta", body)).toEqual(opened);
    expect(await bench.orders([{ ...sent[1], qty: "9" }])).toMatchObject([{ code: "order-id-reused" }]);
    expect(await bench.fill("c4", "1")).toMatchObject({ status: "applied" });
    expect((await bench.list("decisions", { limit: 3 })).map(({ seq }) => seq)).toEqual([
      bench.facts().findLast(({ kind }) => kind === "order-decided")?.seq,
      ...before[0]!.slice(0, 2).map(({ seq }) => seq),
    ]);
  });
});

describe("a decision", () => {
  test("stands on disk once, however many orders a group has, and its order's key refers to it", async () => {
    const bench = await new RiskBench().ready();
    const before = bench.sql.exec<{ n: number }>("SELECT total_changes() AS n")[0]!.n;
    await bench.orders(Array.from({ length: 100 }, () => bench.order()));
    const after = bench.sql.exec<{ n: number }>("SELECT total_changes() AS n")[0]!.n;
    expect(bench.sql.exec("SELECT COUNT(*) AS n FROM decision")).toEqual([{ n: 1 }]);
    expect(bench.sql.exec("SELECT COUNT(*) AS n FROM decision_history")).toEqual([{ n: 0 }]);
    expect(bench.sql.exec("SELECT COUNT(*) AS n FROM idempotency")).toEqual([{ n: 1 }]);
    expect(bench.sql.exec("SELECT LENGTH(replies) < 700 AS small FROM idempotency")).toEqual([{ small: 1 }]);
    // An order has a row of its own, and as yet a fact.
    expect(after - before).toBeLessThan(210);
  });
});
