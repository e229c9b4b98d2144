/** Facts of the parts of a split account in Postgres: each below a seq of its own, by one query for all of them. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Envelope } from "../../actors/runtime/envelope.ts";
import { type BookedExecution, bookedExecution } from "../../src/contracts/account-history.ts";
import { violationObject } from "../../src/contracts/violations.ts";
import { historyOver } from "../../src/db/history.ts";
import type { HistoryReads, PartItem } from "../../src/ports.ts";
import { overBoth } from "../support/both-postgres.ts";
import type { TestPostgres } from "../support/postgres.ts";
import { envelope, FakeClock } from "../support/runtime-fakes.ts";

const of = (tenant: string): Envelope => ({ ...envelope(), principal: { tenant, subject: "s" } });
const AT = Date.UTC(2026, 10, 20, 12);
/** Names of accounts that begin alike, and one of another tenant. */
const ACTORS = ["t/a", "t/a/1", "t/a/3", "t/a/7", "t/ab", "t/ab/2", "u/a", "u/a/3"];
const FACTS = 6;
const symbolOf = (seq: number): string => (seq % 2 === 0 ? "T:EVEN" : "T:ODD");

async function fill(database: TestPostgres): Promise<void> {
  for (const name of ACTORS) {
    const actor = `risk-shard:${name}`;
    const [tenant, account] = [name.slice(0, 1), name.slice(2)];
    await database.rows(
      "INSERT INTO actor_watermark (actor, incarnation, seq, updated_at) VALUES ($1, 'one', 9, now())",
      actor,
    );
    for (let seq = 1; seq <= FACTS; seq++) {
      const at = new Date(AT + seq * 1_000).toISOString();
      await database.rows(
        `INSERT INTO execution (tenant, account, exec_id, type, symbol, side, qty, price, fee, ts, booked_at, actor, seq, currency, realised)
         VALUES ($1, $2, $3, 'fill', $4, 'buy', 1, 10, 0, $5, $5, $6, $7, 'USD', 0)`,
        ...[tenant, account, `${name}-${seq}`.replaceAll("/", "."), symbolOf(seq), at, actor, seq],
      );
      await database.rows(
        "INSERT INTO violation (tenant, account, code, detail, raised_at, actor, seq) VALUES ($1, $2, 'overfill', $3, $4, $5, $6)",
        ...[tenant, account, JSON.stringify({ symbol: symbolOf(seq) }), at, actor, seq],
      );
    }
    await database.rows(
      `INSERT INTO violation_resolution (tenant, account, violation, reason, by, resolved_at, actor, seq)
       VALUES ($1, $2, 2, 'seen', 'ann', now(), $3, 8)`,
      ...[tenant, account, actor],
    );
  }
}

const seqsOf = (items: readonly PartItem[], part: number): number[] =>
  items.filter((item) => item.part === part).map(({ text }) => (JSON.parse(text) as { seq: number }).seq);

overBoth((start) => {
  let database: TestPostgres;
  let history: HistoryReads;
  let queries = 0;
  beforeAll(async () => {
    database = await start();
    await fill(database);
    const { postgres } = database;
    const counted: typeof postgres = {
      query: (...asked) => {
        queries++;
        return postgres.query(...asked);
      },
      transaction: (...asked) => postgres.transaction(...asked),
    };
    history = historyOver(counted, () => {}, new FakeClock());
  });
  afterAll(() => database.close());

  const value = async <Value>(reply: Promise<{ ok: true; value: Value } | { ok: false; code: string }>) => {
    const said = await reply;
    if (!said.ok) throw new Error(said.code);
    return said.value;
  };

  describe("of an account that was split", () => {
    test("the parts are those that have told anything, of this account and tenant alone", async () => {
      expect(await value(history.accountParts(of("t"), "a"))).toEqual([1, 3, 7]);
      expect(await value(history.accountParts(of("t"), "ab"))).toEqual([2]);
      expect(await value(history.accountParts(of("u"), "a"))).toEqual([3]);
      expect(await value(history.accountParts(of("v"), "a"))).toEqual([]);
    });

    test("executions come by one query, of each part the newest below its seq, as those of an account that is one", async () => {
      queries = 0;
      const below = [
        { part: 0, before: 3 },
        { part: 3, before: 1_000 },
        { part: 7, before: 1 },
      ];
      const found = await value(history.partExecutions(of("t"), "a", {}, below, 4));
      expect(queries).toBe(1);
      expect([0, 3, 7, 1].map((part) => seqsOf(found, part))).toEqual([[2, 1], [6, 5, 4, 3], [], []]);
      const whole = await value(history.executions(of("t"), "a", {}, { before: 3, limit: 4 }));
      expect(found.filter(({ part }) => part === 0).map(({ text }) => text)).toEqual(whole);
      const ids = found.map(({ text }) => bookedExecution.parse(JSON.parse(text)) as BookedExecution);
      expect(ids.filter(({ execId }) => execId.startsWith("t.a.3-"))).toHaveLength(4);
    });

    test("executions are filtered and counted over all parts, and over part 0 where it never had others", async () => {
      const symbol = "T:EVEN";
      const below = [1, 3].map((part) => ({ part, before: 6 }));
      const found = await value(history.partExecutions(of("t"), "a", { symbol }, below, 9));
      expect([1, 3].map((part) => seqsOf(found, part))).toEqual([
        [4, 2],
        [4, 2],
      ]);
      expect(await value(history.executionCount(of("t"), "a", { symbol }, true))).toBe((4 * FACTS) / 2);
      expect(await value(history.executionCount(of("t"), "a", {}, true))).toBe(4 * FACTS);
      expect(await value(history.executionCount(of("t"), "a", {}))).toBe(FACTS);
    });

    test("violations come by one query with what was said of them in their part", async () => {
      queries = 0;
      const below = [0, 7].map((part) => ({ part, before: 4 }));
      const found = await value(history.partViolations(of("t"), "a", {}, below, 2));
      expect(queries).toBe(1);
      expect([0, 7].map((part) => seqsOf(found, part))).toEqual([
        [3, 2],
        [3, 2],
      ]);
      const whole = await value(history.violations(of("t"), "a", {}, { before: 4, limit: 2 }));
      expect(found.filter(({ part }) => part === 0).map(({ text }) => text)).toEqual(whole);
      const statuses = found.map(({ text }) => violationObject.parse(JSON.parse(text)).status);
      expect(statuses).toEqual(["active", "resolved", "active", "resolved"]);
      const resolved = await value(history.partViolations(of("t"), "a", { status: "resolved" }, below, 9));
      expect(resolved.map(({ part }) => part).sort()).toEqual([0, 7]);
    });
  });
});
