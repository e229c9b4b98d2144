/** Violations in Postgres: what an account tells of them, and the same as itself shows; and facts of decisions, as their inputs are found. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Fact } from "../../actors/runtime/fact.ts";
import { asText } from "../../actors/runtime/fact-text.ts";
import { migrate, migrationFiles } from "../../scripts/migrate.ts";
import { explanation } from "../../src/contracts/explanation.ts";
import { type ViolationFilter, violationObject } from "../../src/contracts/violations.ts";
import { historyOver } from "../../src/db/history.ts";
import { mirrorOver } from "../../src/db/mirror.ts";
import type { HistoryReads } from "../../src/ports.ts";
import { AAPL, BTC, BY, json, MSFT, RiskBench, WIDE } from "../actors/risk-shard/bench.ts";
import { overBoth } from "../support/both-postgres.ts";
import { startTestPostgres, type TestPostgres } from "../support/postgres.ts";
import { envelope, FakeClock } from "../support/runtime-fakes.ts";

const of = (tenant: string) => ({ ...envelope(), principal: { tenant, subject: BY } });
const MAX = Number.MAX_SAFE_INTEGER;

/** An account with violations of all sorts a second apart, two of them resolved, that has told Postgres everything. */
async function told(database: TestPostgres): Promise<RiskBench> {
  const bench = await new RiskBench().ready();
  await bench.strategy("alpha");
  for (const symbol of [AAPL, MSFT]) {
    await bench.fill(`ghost-${symbol}`.replace(":", "-"), "5", "100", { symbol, side: "buy" });
    bench.clock.pass(1_000);
  }
  const { clientOrderId } = await bench.send({ strategy: "alpha", qty: "5" });
  await bench.fill(clientOrderId, "7", "100");
  bench.clock.pass(1_000);
  const held = { id: "held", kind: "max-position-qty", threshold: "1", scope: { kind: "strategy" } };
  const kinds = { id: "kinds", kind: "max-gross-exposure", threshold: "1", scope: { kind: "currency" } };
  json(await bench.limits([WIDE, held, kinds]));
  const seqs = (await bench.list("violations")).map(({ seq }) => Number(seq));
  for (const seq of [seqs[0]!, seqs.at(-1)!]) {
    bench.clock.pass(1_000);
    const body = JSON.stringify({ reason: 'the desk\'s "voice" trade', by: BY });
    const said = { type: "resolve-violation", seq, body } as const;
    expect((await bench.desk.watch.answer(bench.envelope(), said)).ok).toBe(true);
  }
  await bench.outbox.drain();
  const facts = bench.destinations.got.get("archive") ?? [];
  const mirror = mirrorOver(database.postgres, () => bench.clock.now());
  for (const actor of ["risk-shard:t/main", "risk-shard:other/main"])
    await mirror.commit([
      asText({
        actor,
        facts: actor.includes("other") ? facts.slice(0, 2) : facts,
        incarnation: "one",
        knownIncarnations: [],
      }),
    ]);
  return bench;
}

describe("of an account that has told Postgres all of them", () => {
  overBoth((start) => {
    let database: TestPostgres;
    let history: HistoryReads;
    let bench: RiskBench;
    beforeAll(async () => {
      database = await start();
      bench = await told(database);
      history = historyOver(database.postgres, () => {}, new FakeClock());
    });
    afterAll(() => database.close());

    const stored = async (filter: ViolationFilter, range = { before: MAX, limit: 100 }, tenant = "t") => {
      const reply = await history.violations(of(tenant), "main", filter, range);
      if (!reply.ok) throw new Error(reply.code);
      return reply.value.map((item) => violationObject.parse(JSON.parse(item)));
    };
    const kept = async (filter: ViolationFilter) => {
      const page = await bench.desk.watch.list({ limit: 100, list: "violations", filter });
      if (!page.ok) throw new Error(page.code);
      return page.value.items.map((item) => violationObject.parse(JSON.parse(item)));
    };

    test("each says the same in Postgres as in the account, by every filter", async () => {
      const all = await kept({});
      expect(all.length).toBeGreaterThanOrEqual(4);
      expect(all.some(({ member, limitId }) => member !== null && limitId === "kinds")).toBe(true);
      expect(new Set(all.map(({ status }) => status))).toEqual(new Set(["active", "resolved"]));
      const [middle] = all.slice(1);
      const filters: ViolationFilter[] = [
        ...[{}, { status: "active" as const }, { status: "resolved" as const }],
        ...[...new Set(all.map(({ code }) => code))].map((code) => ({ code })),
        ...[AAPL, MSFT, BTC].map((symbol) => ({ symbol: symbol as NonNullable<ViolationFilter["symbol"]> })),
        { strategy: "alpha" },
        ...[{ from: middle!.ts }, { to: middle!.ts }, { from: middle!.ts, to: (middle!.ts + 1) as never }],
        { status: "active", code: "unsolicited-fill", from: all.at(-1)!.ts },
      ];
      for (const filter of filters)
        expect(await stored(filter), JSON.stringify(filter)).toEqual(await kept(filter));
    });

    test("they come newest first below a seq, and another tenant sees none of them", async () => {
      const seqs = (await stored({})).map(({ seq }) => seq);
      expect(seqs).toEqual([...seqs].sort((one, other) => other - one));
      const below = await stored({}, { before: seqs[0]!, limit: 2 });
      expect(below.map(({ seq }) => seq)).toEqual(seqs.slice(1, 3));
      expect(await stored({}, undefined, "other")).toEqual([]);
      expect(await stored({}, undefined, "nobody")).toEqual([]);
    });

    test("a decision's fact is found by its seq, and it comes out the same of it", async () => {
      const seq = Number((await bench.list("decisions"))[0]!["seq"]);
      const fact = await history.decisionFact(of("t"), "main", seq);
      if (!fact.ok || fact.value === undefined) throw new Error("no fact");
      const said = { type: "explain", seq, fact: fact.value } as const;
      expect(explanation.parse(json(await bench.desk.watch.answer(bench.envelope(), said)))).toMatchObject({
        ...{ seq, decision: "accept", sameAgain: true },
      });
      for (const [tenant, asked] of [
        ["t", 1],
        ["t", seq + 1_000],
        ["other", seq],
      ] as const)
        expect(await history.decisionFact(of(tenant), "main", asked)).toMatchObject({
          ok: true,
          value: undefined,
        });
    });
  });
});

test("what was resolved before there was a table for it is found since", async () => {
  const database = await startTestPostgres(false);
  const files = migrationFiles();
  await migrate(
    database.databaseUrl,
    files.slice(
      0,
      files.findIndex(({ name }) => name.endsWith("_violation_resolutions.sql")),
    ),
  );
  const at = new FakeClock().now();
  const resolved = { violation: 4, reason: "looked at", by: "ann", at };
  await database.rows(
    `INSERT INTO actor_fact (actor, seq, committed_at, kind, payload) VALUES
       ('risk-shard:t/main', 6, now(), 'violation-resolved', $1), ('strategy:t/s', 7, now(), 'violation-resolved', '{}')`,
    JSON.stringify(resolved),
  );
  await migrate(database.databaseUrl, files);
  const raised: Fact = [
    7,
    at,
    "violation-raised",
    JSON.stringify({ code: "overfill", symbol: AAPL, strategy: null, at }),
  ];
  const sent = { actor: "risk-shard:t/main", facts: [raised], incarnation: "one", knownIncarnations: [] };
  await mirrorOver(database.postgres, () => at).commit([asText(sent)]);
  await database.rows(
    `INSERT INTO violation (tenant, account, code, detail, raised_at, actor, seq)
     VALUES ('t', 'main', 'overfill', '{}', to_timestamp($1::bigint / 1000.0), 'risk-shard:t/main', 4)`,
    at,
  );
  const history = historyOver(database.postgres, () => {}, new FakeClock());
  const reply = await history.violations(of("t"), "main", {}, { before: MAX, limit: 9 });
  if (!reply.ok) throw new Error(reply.code);
  expect(reply.value.map((item) => violationObject.parse(JSON.parse(item)))).toMatchObject([
    { seq: 7, symbol: AAPL, member: null, limitsVersion: null, status: "active", resolution: null },
    { seq: 4, status: "resolved", resolution: { reason: "looked at", by: "ann", at, seq: 6 } },
  ]);
  await database.close();
});
