import { afterAll, beforeAll, expect, test } from "vitest";
import type { Fact, TextBatch } from "../../actors/runtime/fact.ts";
import { asText } from "../../actors/runtime/fact-text.ts";
import { mirrorOver } from "../../src/db/mirror.ts";
import type { EpochMs } from "../../src/domain/time.ts";
import type { Mirror } from "../../src/ports.ts";
import { startTestPostgres, type TestPostgres } from "../support/postgres.ts";

const NOW = Date.UTC(2026, 10, 21, 12) as EpochMs;
let database: TestPostgres;
let mirror: Mirror;
beforeAll(async () => {
  database = await startTestPostgres();
  mirror = mirrorOver(database.postgres, () => NOW);
});
afterAll(() => database.close());

const batch = (
  actor: string,
  sent: readonly (readonly [kind: string, payload: object])[],
  firstSeq = 1,
): TextBatch =>
  asText({
    actor,
    facts: sent.map(([kind, payload], index): Fact => [firstSeq + index, NOW, kind, JSON.stringify(payload)]),
    incarnation: "one",
    knownIncarnations: [],
  });

test("a reconciliation is one row; an adjustment says whose it is, what it did to its line and how its orders stand", async () => {
  const position = {
    symbol: "XNAS:AAPL",
    strategy: "s1",
    qty: "12",
    cost: "1082",
    realised: "0",
    fees: "0",
    funding: "0",
  };
  const revised = [
    { execId: "r9.1", ts: NOW, qty: "2", cost: "182", realised: "0", fees: "0", funding: "0" },
  ];
  const attributed = { origin: "reconcile", ref: "r9", reason: "the broker says so", by: "ops", at: NOW };
  const nothing = { symbol: null, strategy: null, currency: null, revised: [], position: null, orders: [] };
  const order = {
    clientOrderId: "a",
    orderId: "main-4",
    status: "cancelled",
    filledQty: "0",
    remainingQty: "0",
  };
  await mirror.commit([
    batch("risk-shard:acme/beside", [
      [
        "account-put",
        {
          account: "beside",
          currency: "USD",
          equity: "1",
          parent: null,
          defaultStrategy: "s1",
          by: "ops",
          at: NOW,
        },
      ],
      ["reconciled", { id: "r9", asOf: NOW - 5, differences: [{ n: 1 }], total: 1, by: "ops", at: NOW }],
      [
        "adjusted",
        {
          ...attributed,
          id: "r9.1",
          n: 1,
          what: "position-quantity",
          symbol: "XNAS:AAPL",
          strategy: "s1",
          currency: "USD",
          revised,
          position,
          orders: [],
        },
      ],
      [
        "adjusted",
        {
          ...attributed,
          ...nothing,
          id: "a",
          n: 2,
          what: "order-missing-there",
          symbol: "XNAS:AAPL",
          currency: "USD",
          orders: [order],
        },
      ],
      ["adjusted", { ...attributed, ...nothing, id: "r9.3", n: 3, what: "cash" }],
    ]),
  ]);
  const of = "WHERE account = 'beside'";
  expect(await database.rows(`SELECT default_strategy FROM account ${of}`)).toEqual([
    { default_strategy: "s1" },
  ]);
  expect(await database.rows(`SELECT id, total, by, differences FROM reconciliation ${of}`)).toEqual([
    { id: "r9", total: 1, by: "ops", differences: [{ n: 1 }] },
  ]);
  expect(
    await database.rows(`SELECT ref, n, what, symbol, by, reason, orders FROM adjustment ${of} ORDER BY n`),
  ).toMatchObject([
    {
      ref: "r9",
      n: 1,
      what: "position-quantity",
      symbol: "XNAS:AAPL",
      by: "ops",
      reason: "the broker says so",
    },
    { n: 2, orders: [order] },
    { n: 3, what: "cash", symbol: null },
  ]);
  expect(await database.rows(`SELECT reason, id, qty::text, cost::text FROM line_revision ${of}`)).toEqual([
    { reason: "adjustment", id: "r9.1", qty: "2", cost: "182" },
  ]);
  expect(await database.rows(`SELECT qty::text, cost::text FROM position ${of}`)).toEqual([
    { qty: "12", cost: "1082" },
  ]);
});
