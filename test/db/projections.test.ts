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

const bar = (rev: number, close: string) => ({
  ...{
    symbol: "XNAS:AAPL",
    resolution: "1",
    t: NOW - 60_000,
    o: "10.10",
    h: "11",
    l: "9.99",
    c: close,
    v: "300",
    n: 3,
  },
  ...{ pv: "3051", vw: "10.17", rev, state: rev === 0 ? "final" : "revised", partial: false },
});

test("a bar keeps its highest revision, whatever comes after and in one batch or two", async () => {
  await mirror.commit([
    batch("symbol:XNAS:AAPL", [
      ["bar", bar(0, "10.50")],
      ["bar", bar(2, "10.60")],
    ]),
  ]);
  await mirror.commit([batch("symbol:XNAS:AAPL", [["bar", bar(1, "10.55")]], 3)]);
  const rows = await database.rows("SELECT close::text, rev, state, trades, seq FROM bar");
  expect(rows).toEqual([{ close: "10.60", rev: 2, state: "revised", trades: 3, seq: "2" }]);
  expect(
    await database.rows("SELECT count(*)::int AS n FROM actor_fact WHERE actor = 'symbol:XNAS:AAPL'"),
  ).toEqual([{ n: 3 }]);
});

test("a strategy that is opened, amended and closed within one batch is closed", async () => {
  const named = {
    strategy: "s1",
    account: "main",
    name: "pairs",
    tags: ["a"],
    currency: "USD",
    legs: [],
    at: NOW,
  };
  await mirror.commit([
    batch("risk-shard:acme/main", [
      ["strategy-opened", { type: "strategy-opened", ...named }],
      ["strategy-amended", { type: "strategy-amended", ...named, name: "pairs two" }],
      ["strategy-closed", { type: "strategy-closed", strategy: "s1", at: NOW }],
    ]),
  ]);
  const rows = await database.rows("SELECT tenant, strategy, account, name, tags, status, seq FROM strategy");
  expect(rows).toEqual([
    {
      tenant: "acme",
      strategy: "s1",
      account: "main",
      name: "pairs two",
      tags: ["a"],
      status: "closed",
      seq: "3",
    },
  ]);
});

test("a revoked key keeps what was known of it", async () => {
  const key = {
    id: "k1",
    prefix: "ok_k1",
    tenant: "acme",
    scopes: ["market:read"],
    createdAt: NOW - 5,
    createdBy: "root",
  };
  await mirror.commit([batch("keyring:keyring", [["key-created", key]])]);
  await mirror.commit([
    batch(
      "keyring:keyring",
      [["key-revoked", { id: "k1", tenant: "acme", revokedAt: NOW, revokedBy: "root" }]],
      2,
    ),
  ]);
  const rows = await database.rows(
    "SELECT tenant, prefix, scopes, (extract(epoch FROM revoked_at) * 1000)::bigint::text AS revoked FROM api_key",
  );
  expect(rows).toEqual([{ tenant: "acme", prefix: "ok_k1", scopes: ["market:read"], revoked: String(NOW) }]);
});

test("an account, its limits, a decision, an execution with its position, and a violation each make their row", async () => {
  const execution = {
    ...{
      execId: "e1",
      type: "fill",
      clientOrderId: "o1",
      strategy: null,
      symbol: "XNAS:AAPL",
      side: "buy",
      qty: "2",
      price: "10.5",
      fee: "0.01",
    },
    ...{ ts: NOW - 1, opening: false, orders: [], at: NOW },
    position: { symbol: "XNAS:AAPL", strategy: "", qty: "2", cost: "21", realised: "0", fees: "0.01" },
  };
  const decision = {
    ...{
      clientOrderId: "o1",
      orderId: "1",
      strategy: null,
      symbol: "XNAS:AAPL",
      side: "buy",
      type: "limit",
      qty: "2",
      price: "10.5",
      stopPrice: null,
    },
    ...{
      timeInForce: null,
      reduceOnly: false,
      replaces: null,
      decision: "accept",
      allowedQty: "2",
      code: null,
      limitsVersion: 1,
    },
    ...{ verdicts: "p", checks: [], inputs: null, at: NOW },
  };
  const violation = {
    code: "overfill",
    symbol: "XNAS:AAPL",
    strategy: null,
    clientOrderId: "o1",
    execId: "e1",
    limitId: null,
    limit: null,
    observed: null,
    at: NOW,
  };
  await mirror.commit([
    batch("risk-shard:acme/book", [
      [
        "account-put",
        { account: "book", currency: "USD", equity: "1000", parent: null, by: "root", at: NOW },
      ],
      [
        "limits-put",
        {
          version: 1,
          limits: [{ id: "l1", kind: "max-order-qty", threshold: "5", action: "reject" }],
          by: "root",
          at: NOW,
        },
      ],
      ["order-decided", decision],
      ["execution-booked", execution],
      ["violation-raised", violation],
    ]),
  ]);
  expect(await database.rows("SELECT account, equity::text FROM account")).toEqual([
    { account: "book", equity: "1000" },
  ]);
  expect(
    await database.rows("SELECT version, id, definition ->> 'threshold' AS threshold FROM risk_limit"),
  ).toEqual([{ version: 1, id: "l1", threshold: "5" }]);
  expect(
    await database.rows("SELECT client_order_id, decision, allowed_qty::text FROM risk_decision"),
  ).toEqual([{ client_order_id: "o1", decision: "accept", allowed_qty: "2" }]);
  expect(await database.rows("SELECT exec_id, price::text, fee::text FROM execution")).toEqual([
    { exec_id: "e1", price: "10.5", fee: "0.01" },
  ]);
  expect(await database.rows("SELECT strategy, qty::text, cost::text, funding::text FROM position")).toEqual([
    { strategy: "", qty: "2", cost: "21", funding: "0" },
  ]);
  expect(await database.rows("SELECT code, detail ->> 'execId' AS exec FROM violation")).toEqual([
    { code: "overfill", exec: "e1" },
  ]);
});

const gap = {
  ...{ symbol: "XNAS:GAPS", number: 1, kind: "sequence", from: NOW - 90_000, to: NOW - 30_000 },
  ...{ source: "live", reason: "cut", missing: 7, foundAt: NOW - 20_000 },
};

test("an entry of the gap ledger is one row, made and later filled", async () => {
  const shown = () =>
    database.rows(
      "SELECT number, kind, source, reason, missing::int, (extract(epoch FROM filled_at) * 1000)::bigint::text AS filled, seq FROM bar_gap",
    );
  await mirror.commit([batch("symbol:XNAS:GAPS", [["gap", gap]])]);
  const row = { number: 1, kind: "sequence", source: "live", reason: "cut", missing: 7 };
  expect(await shown()).toEqual([{ ...row, filled: null, seq: "1" }]);
  await mirror.commit([batch("symbol:XNAS:GAPS", [["gap", { ...gap, filledAt: NOW }]], 2)]);
  expect(await shown()).toEqual([{ ...row, filled: String(NOW), seq: "2" }]);
});

test("flags say of bars that stand already whether they are partial, and nothing else; the last of a batch holds", async () => {
  const told = (t: number) => ({ ...bar(0, "10.50"), symbol: "XNAS:FLAGS", t });
  const flags = (partial: boolean, ...starts: readonly number[]) => ({
    ...{ symbol: "XNAS:FLAGS", partial, bars: starts.map((start) => ["1", start]) },
  });
  const [first, second, third] = [NOW - 180_000, NOW - 120_000, NOW - 60_000];
  const shown = () =>
    database.rows("SELECT partial, rev, close::text FROM bar WHERE symbol = 'XNAS:FLAGS' ORDER BY start");
  await mirror.commit([
    batch("symbol:XNAS:FLAGS", [
      ["bar", told(first)],
      ["bar-flags", flags(true, first, second)],
      ["bar", told(second)],
      ["bar", told(third)],
    ]),
  ]);
  const row = { rev: 0, close: "10.50" };
  expect(await shown()).toEqual([true, true, false].map((partial) => ({ partial, ...row })));
  await mirror.commit([
    batch(
      "symbol:XNAS:FLAGS",
      [
        ["bar-flags", flags(true, third)],
        ["bar-flags", flags(false, second, third)],
        ["bar-flags", flags(true, NOW - 600_000)],
      ],
      5,
    ),
  ]);
  expect(await shown()).toEqual([true, false, false].map((partial) => ({ partial, ...row })));
});
