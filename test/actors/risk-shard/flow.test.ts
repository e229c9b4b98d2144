/** All that is counted of orders and executions, together: a dry run is the order, a fact the decision, a reload the state before it. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CheckRow } from "../../../actors/risk-shard/check-rows.ts";
import { evaluate } from "../../../actors/risk-shard/evaluate.ts";
import type { OrderDecidedFact } from "../../../actors/risk-shard/facts.ts";
import { decodeInputs } from "../../../actors/risk-shard/inputs-codec.ts";
import { limitsFrom } from "../../../actors/risk-shard/limit-set.ts";
import { loadState } from "../../../actors/risk-shard/load.ts";
import { rateKey } from "../../../actors/risk-shard/rates.ts";
import type { Limit, RiskState } from "../../../actors/risk-shard/state.ts";
import { MIGRATIONS } from "../../../actors/risk-shard/store.ts";
import { migrateLocally } from "../../../actors/runtime/local-migrations.ts";
import { memorySql } from "../../support/node-sql.ts";
import { AAPL, type Fact, type Json, MSFT, RiskBench } from "./bench.ts";

const LIMITS: readonly Json[] = [
  { kind: "max-message-rate", threshold: "6", windowMs: 1_000 },
  { kind: "max-message-rate", threshold: "4", windowMs: 400, scope: { kind: "symbol" } },
  { kind: "max-daily-orders", threshold: "5" },
  { kind: "max-daily-orders", threshold: "3", scope: { kind: "strategy", id: "alpha" } },
  { kind: "max-daily-trades", threshold: "3", scope: { kind: "symbol" } },
  { kind: "max-daily-turnover", threshold: "3000", warnAt: "2000", action: "reduce" },
  { kind: "max-daily-turnover", threshold: "2000", scope: { kind: "strategy" } },
  { kind: "duplicate-order", threshold: "300" },
  { kind: "repeated-execution", threshold: "2", windowMs: 1_000, scope: { kind: "account" } },
  { kind: "restricted-list", symbols: [MSFT], scope: { kind: "strategy", id: "alpha" } },
];

const order = fc.record({
  symbol: fc.constantFrom(AAPL, MSFT),
  side: fc.constantFrom("buy", "sell"),
  qty: fc.constantFrom("1", "7", "25", "0.5"),
  price: fc.constantFrom("99", "100"),
  strategy: fc.constantFrom(undefined, "alpha"),
});
const step = fc.oneof(
  fc.record({ orders: fc.array(order, { minLength: 1, maxLength: 3 }) }),
  fc.record({ fill: fc.nat(9), qty: fc.constantFrom("1", "3") }),
  fc.record({ cancel: fc.nat(9) }),
  fc.record({ pass: fc.constantFrom(50, 250, 500) }),
);

type Step = typeof step extends fc.Arbitrary<infer One> ? One : never;

/** What only prices and lines are made of is compared elsewhere. */
const counted = ({ rates, dayCounts, workingValues, contents, trips }: RiskState): object => ({
  rates,
  dayCounts,
  workingValues,
  contents,
  trips,
});

const comparable = (decisions: readonly object[]): object[] =>
  decisions.map((decision) => ({ ...decision, seq: 0, orderId: undefined }));

function isAsItsFact({ payload }: Fact, limits: readonly Limit[]): void {
  const fact = payload as unknown as OrderDecidedFact;
  const subject = { symbol: fact.symbol, strategy: fact.strategy ?? "" };
  const made = evaluate(decodeInputs(fact.inputs!), subject, { version: 1, limits, text: "" });
  expect(JSON.stringify([made.decision, made.code ?? null, made.verdicts, made.rows])).toBe(
    JSON.stringify([fact.decision, fact.code, fact.verdicts, fact.checks]),
  );
}

async function run(bench: RiskBench, one: Step): Promise<void> {
  const working = [...bench.state.orders.keys()];
  if ("pass" in one) bench.clock.pass(one.pass);
  else if ("orders" in one) {
    const sent = one.orders.map((changes) => bench.order(changes));
    const before = structuredClone(counted(bench.state));
    const dry = await bench.orders(sent, true);
    expect(counted(bench.state)).toEqual(before);
    expect(comparable(await bench.orders(sent))).toEqual(comparable(dry));
  } else if ("fill" in one) {
    const id = working[one.fill % Math.max(1, working.length)];
    if (id !== undefined) await bench.fill(id, one.qty);
  } else {
    const id = working[one.cancel % Math.max(1, working.length)];
    if (id !== undefined) await bench.report({ type: "cancel", clientOrderId: id });
  }
  expect(counted(loadState(bench.sql, bench.outbox.lastSeq))).toEqual(counted(bench.state));
}

test("over any sequence a dry run equals the order and leaves nothing, facts decide again, and a reload has counted the same", async () => {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 20 }), async (steps) => {
      const bench = await new RiskBench().ready(LIMITS);
      await bench.strategy("alpha");
      for (const one of steps) await run(bench, one);
      const facts = bench.facts();
      const put = facts.find(({ kind }) => kind === "limits-put")!;
      const limits = limitsFrom(put.payload["limits"] as never, "main");
      if ("refuse" in limits) throw new Error(limits.detail);
      for (const fact of facts.filter(({ kind }) => kind === "order-decided")) {
        isAsItsFact(fact, limits);
        for (const [code, , , verdict] of fact.payload["checks"] as CheckRow[])
          if (verdict === "f") seen.add(code);
      }
    }),
    { numRuns: 25, seed: 7 },
  );
  for (const { kind } of LIMITS) expect(seen).toContain(kind);
});

describe("what was stored before there were messages and days", () => {
  test("windows of accepted orders have the name that they had", () => {
    const limit = {
      id: "l",
      kind: "max-order-rate",
      scope: { kind: "symbol" },
      windowMs: 1_000,
    } as unknown as Limit;
    expect(rateKey(limit, { symbol: AAPL, strategy: "" })).toBe(`symbol:${AAPL}|1000`);
    expect(rateKey({ ...limit, kind: "max-message-rate" }, { symbol: AAPL, strategy: "" })).toBe(
      `message symbol:${AAPL}|1000`,
    );
  });

  test("rows of the version before are there after the step that adds them", () => {
    const sql = memorySql();
    const step = MIGRATIONS.findIndex(({ statements }) =>
      statements.some((text) => text.includes("day_count")),
    );
    migrateLocally(sql, MIGRATIONS.slice(0, step));
    const window = { slotMs: 10, slots: [[170_000_000_000, 3]] };
    sql.exec(
      "INSERT INTO rate_window (key, payload) VALUES (?1, ?2)",
      "account:|1000",
      JSON.stringify(window),
    );
    migrateLocally(sql, MIGRATIONS);
    const state = loadState(sql, 0);
    expect(state.rates).toEqual(new Map([["account:|1000", window]]));
    expect([state.dayCounts.size, state.contents.size, state.workingValues.size]).toEqual([0, 0, 0]);
  });
});
