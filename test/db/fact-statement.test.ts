/** What Postgres selects from the facts by itself, over PGlite and over a real server: payloads to the byte, rows as JavaScript made them. */
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { commitIsolated } from "../../actors/archiver/isolate.ts";
import type { OrderDecidedFact } from "../../actors/risk-shard/facts.ts";
import type { Fact, TextBatch } from "../../actors/runtime/fact.ts";
import { storedText } from "../../actors/runtime/fact-runs.ts";
import { asText, textOf } from "../../actors/runtime/fact-text.ts";
import { postgresBinaries, RealPostgres } from "../../scripts/faults/real-postgres.ts";
import { mirrorOver } from "../../src/db/mirror.ts";
import type { EpochMs } from "../../src/domain/time.ts";
import type { Mirror } from "../../src/ports.ts";
import { fewOrAll } from "../support/few-or-all.ts";
import { startTestPostgres, type TestPostgres } from "../support/postgres.ts";

const NOW = Date.UTC(2026, 10, 21, 12) as EpochMs;
const SHARD = "risk-shard:acme/main";

const batchOf = (actor: string, sent: readonly (readonly [kind: string, payload: string])[]): TextBatch =>
  asText({
    actor,
    facts: sent.map(([kind, payload], index): Fact => [index + 1, NOW + index, kind, payload, "r-1", "t-1"]),
    incarnation: "one",
    knownIncarnations: [],
  });
/** The same of one moment, as an outbox stores them. */
const runsOf = (actor: string, sent: readonly (readonly [kind: string, payload: string])[]): TextBatch => {
  const facts = sent.map(([kind, payload], index): Fact => [index + 1, NOW, kind, payload, "r-1", "t-1"]);
  return { actor, incarnation: "one", knownIncarnations: [], ...textOf(facts), text: storedText(facts) };
};

const decimal = fc.tuple(fc.nat(10_000), fc.nat(99)).map(([whole, part]) => `${whole}.${part}`);
const id = fc.stringMatching(/^[a-z0-9:é"\\ ]{1,12}$/);
const orNull = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: null });
const decided: fc.Arbitrary<OrderDecidedFact> = fc.record({
  clientOrderId: id,
  orderId: orNull(id),
  strategy: orNull(id),
  symbol: id,
  side: fc.constantFrom("buy", "sell"),
  type: fc.constantFrom("limit", "market"),
  qty: decimal,
  price: orNull(decimal),
  stopPrice: orNull(decimal),
  timeInForce: orNull(fc.constant("day")),
  reduceOnly: fc.boolean(),
  replaces: orNull(id),
  decision: fc.constantFrom("accept", "reduce", "reject"),
  allowedQty: decimal,
  code: orNull(id),
  limitsVersion: fc.nat(1_000),
  verdicts: fc.constant("ppwf"),
  checks: fc.constant([]),
  inputs: fc.constant(null),
  at: fc.integer({ min: NOW - 1_000, max: NOW + 1_000 }),
});

/** The row that the payload meant before Postgres took it apart by itself. */
const rowOf = (fact: OrderDecidedFact, seq: number) => ({
  ...{ tenant: "acme", account: "main", client_order_id: fact.clientOrderId, strategy: fact.strategy },
  ...{ symbol: fact.symbol, side: fact.side, type: fact.type, qty: fact.qty, price: fact.price },
  ...{ decision: fact.decision, allowed_qty: fact.allowedQty, code: fact.code },
  ...{ limits_version: fact.limitsVersion, decided_at: String(fact.at), actor: SHARD, seq: String(seq) },
});
const ROWS = `SELECT tenant, account, client_order_id, strategy, symbol, side, type, qty::text, price::text, decision, allowed_qty::text,
code, limits_version, (extract(epoch FROM decided_at) * 1000)::bigint::text AS decided_at, actor, seq FROM risk_decision ORDER BY seq`;

const DECISION = JSON.stringify({
  ...{
    clientOrderId: "o1",
    strategy: null,
    symbol: "X:A",
    side: "buy",
    type: "market",
    qty: "2",
    price: null,
  },
  ...{ decision: "accept", allowedQty: "2", code: null, limitsVersion: 1, at: NOW },
});

function suite(start: () => Promise<TestPostgres>): void {
  let database: TestPostgres;
  let mirror: Mirror;
  beforeAll(async () => {
    database = await start();
    mirror = mirrorOver(database.postgres, () => NOW);
  });
  afterAll(() => database.close());
  beforeEach(() => database.rows("TRUNCATE actor_watermark, actor_fact, dead_letter, risk_decision"));

  test("every payload is kept to the byte, whatever JSON it is and however it is written", async () => {
    const odd = [
      ...['{ "a" : 1.0 ,"a":2,"b":[ 1e5 , -0 ]}', '{"a":\n1}', "[1, 2]", '"text"', "12.50", "null", "true"],
      ...[
        '{"n":"\\u0000"}',
        '{"half":"\\ud800"}',
        '{"e":"\\u00e9 é 𝔸 \\" \\\\ \\/"}',
        '{"payload":1,"seq":99}',
      ],
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(fc.json(), fc.constantFrom(...odd)), { minLength: 1 }),
        async (sent) => {
          await database.rows("TRUNCATE actor_watermark, actor_fact");
          const inOneLine = sent.length % 2 === 0;
          const batch = (inOneLine ? runsOf : batchOf)(
            'probe:$& "é"',
            sent.map((payload) => ["probe", payload] as const),
          );
          expect(await mirror.commit([batch])).toEqual([{ watermark: sent.length }]);
          const rows = await database.rows(
            "SELECT actor, payload, request_id, traceparent FROM actor_fact ORDER BY seq",
          );
          expect(rows).toEqual(
            sent.map((payload) => ({ actor: batch.actor, payload, request_id: "r-1", traceparent: "t-1" })),
          );
        },
      ),
      { numRuns: fewOrAll(20, 40), examples: [[odd], [['{"a":1.0}', '{ "b":"é𝔸" }', "[]", '[{"c":[]} ]']]] },
    );
  });

  test("a decision's row is the one that its payload means, among facts of other kinds and actors", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(decided, { minLength: 1, maxLength: 20 }), async (facts) => {
        await database.rows("TRUNCATE actor_watermark, actor_fact, risk_decision");
        const sent = facts.flatMap((fact) => [
          ["order-decided", JSON.stringify(fact)] as const,
          ["fill-booked", "[]"] as const,
        ]);
        const form = facts.length % 2 === 0 ? runsOf : batchOf;
        await mirror.commit([form(SHARD, sent), batchOf("probe:b", [["probe", "12"]])]);
        expect(await database.rows(ROWS)).toEqual(facts.map((fact, index) => rowOf(fact, 2 * index + 1)));
      }),
      { numRuns: fewOrAll(20, 40) },
    );
  });

  test("what comes twice or from a stale copy makes no row", async () => {
    const batch = batchOf(SHARD, [["order-decided", DECISION]]);
    for (const _time of [1, 2]) expect(await mirror.commit([batch])).toEqual([{ watermark: 1 }]);
    const stale = {
      ...batchOf(SHARD, [
        ["probe", "{}"],
        ["order-decided", DECISION],
      ]),
      incarnation: "stale",
    };
    expect(await mirror.commit([stale])).toEqual([{ fenced: true }]);
    expect(await database.rows("SELECT seq FROM risk_decision")).toEqual([{ seq: "1" }]);
  });

  test.each([
    ["that lacks a field", DECISION.replace('"symbol":"X:A",', "")],
    ["whose quantity is none", DECISION.replace('"qty":"2"', '"qty":"two"')],
    ["whose moment is none", DECISION.replace(`"at":${NOW}`, '"at":"soon"')],
    ["that is a list", "[1]"],
    ["that is a text", '"decided"'],
    ["that holds a NUL", DECISION.replace("o1", "o\\u0000")],
    ["that ends too early", '{"clientOrderId":"o1"'],
    ["that is nothing", ""],
  ])("a decision %s is parked as it was, and all around it is stored", async (_name, poison) => {
    const sent = [DECISION, poison, DECISION].map((payload) => ["order-decided", payload] as const);
    const outcomes = await commitIsolated(mirror, [
      batchOf(SHARD, sent),
      batchOf("probe:b", [["probe", "{}"]]),
    ]);
    expect(outcomes).toEqual([{ watermark: 3 }, { watermark: 1 }]);
    expect(await database.rows("SELECT seq FROM risk_decision ORDER BY seq")).toEqual([
      { seq: "1" },
      { seq: "3" },
    ]);
    expect(await database.rows("SELECT seq, kind, payload FROM dead_letter")).toEqual([
      { seq: "2", kind: "order-decided", payload: poison },
    ]);
  });

  test.each([
    ["two values where one should be", '{"a":1},{"b":2}'],
    ["a part of a value", '{"a":[1'],
    ["the end of one", '[1]],[{"b":2}'],
  ])("a payload that is %s moves no other fact's number: it is parked as it was", async (_name, poison) => {
    const sent = ['{"n":1}', poison, '{"n":3}'].map((payload) => ["probe", payload] as const);
    expect(await commitIsolated(mirror, [runsOf("probe:a", sent)])).toEqual([{ watermark: 3 }]);
    expect(await database.rows("SELECT seq, payload FROM actor_fact ORDER BY seq")).toEqual([
      { seq: "1", payload: '{"n":1}' },
      { seq: "3", payload: '{"n":3}' },
    ]);
    expect(await database.rows("SELECT seq, payload FROM dead_letter")).toEqual([
      { seq: "2", payload: poison },
    ]);
  });

  test("a decision of an actor that is nobody's account is parked", async () => {
    const outcomes = await commitIsolated(mirror, [
      batchOf("risk-shard:nobody", [["order-decided", DECISION]]),
    ]);
    expect(outcomes).toEqual([{ watermark: 1 }]);
    expect(await database.rows("SELECT seq, kind FROM dead_letter")).toEqual([
      { seq: "1", kind: "order-decided" },
    ]);
  });

  test("a month of its own is made for decisions of last year", async () => {
    const then = Date.UTC(2025, 2, 3);
    const facts: Fact[] = [[1, then, "order-decided", DECISION.replace(String(NOW), String(then))]];
    await mirror.commit([asText({ actor: SHARD, facts, incarnation: "one", knownIncarnations: [] })]);
    const rows = await database.rows("SELECT tableoid::regclass::text AS month FROM risk_decision");
    expect(rows).toEqual([{ month: "risk_decision_2025_03" }]);
  });
}

describe("over PGlite", () => suite(() => startTestPostgres()));

const binaries = postgresBinaries();
describe.runIf(binaries !== undefined)("over PostgreSQL", () =>
  suite(async () => {
    const real = await RealPostgres.start(binaries ?? "");
    const database = await startTestPostgres(true, real.url);
    return {
      ...database,
      close: async () => {
        await database.close();
        await real.remove();
      },
    };
  }),
);
