/** Sets of limits in Postgres: as they were in force at a moment, and those from before they were told with who put them why. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Fact } from "../../actors/runtime/fact.ts";
import { asText } from "../../actors/runtime/fact-text.ts";
import { migrate, migrationFiles } from "../../scripts/migrate.ts";
import { limitVersion } from "../../src/contracts/limit-plan.ts";
import { historyOver } from "../../src/db/history.ts";
import { mirrorOver } from "../../src/db/mirror.ts";
import type { EpochMs } from "../../src/domain/time.ts";
import type { HistoryReads } from "../../src/ports.ts";
import { startTestPostgres, type TestPostgres } from "../support/postgres.ts";
import { envelope, FakeClock } from "../support/runtime-fakes.ts";

const NOW = Date.UTC(2026, 10, 21, 12) as EpochMs;
const LIMIT = { id: "a", kind: "max-order-qty", threshold: "1", action: "reject" };
let database: TestPostgres;
let history: HistoryReads;
const of = (tenant: string) => ({ ...envelope(), principal: { tenant, subject: "s" } });

beforeAll(async () => {
  database = await startTestPostgres(false);
  const files = migrationFiles();
  const before = files.findIndex(({ name }) => name.endsWith("_limit_versions.sql"));
  await migrate(database.databaseUrl, files.slice(0, before));
  await database.rows(
    `INSERT INTO actor_fact (actor, seq, committed_at, kind, payload) VALUES
       ('risk-shard:t/main', 2, now(), 'limits-put', $1), ('risk-shard:t/main', 3, now(), 'state-set', '{}')`,
    JSON.stringify({ version: 2, limits: [], by: "bob", at: NOW - 2_000 }),
  );
  // Of a fact that has left only its rows are there.
  await database.rows(
    `INSERT INTO risk_limit (tenant, account, version, id, kind, definition, at, actor, seq)
     SELECT 't', 'main', 1, id, 'max-order-qty', $1::jsonb, to_timestamp($2::bigint / 1000.0), 'risk-shard:t/main', 1
     FROM unnest(ARRAY['a', 'b']) AS id`,
    JSON.stringify(LIMIT),
    NOW - 3_000,
  );
  await migrate(database.databaseUrl, files);
  const put = (seq: number, version: number, at: number, more: object): Fact => [
    seq,
    NOW,
    "limits-put",
    JSON.stringify({ version, limits: [{ ...LIMIT, threshold: String(version) }], by: "ann", at, ...more }),
  ];
  const origin = { what: "override", ref: "override-7", reason: "one client", approvedBy: "boss" };
  const facts = [put(8, 3, NOW - 1_000, { origin: { what: "put" } }), put(9, 4, NOW, { origin })];
  await mirrorOver(database.postgres, () => NOW).commit([
    asText({ actor: "risk-shard:t/main", facts, incarnation: "one", knownIncarnations: [] }),
  ]);
  history = historyOver(database.postgres, () => {}, new FakeClock());
});
afterAll(() => database.close());

const versionAt = async (asOf: number, tenant = "t") => {
  const reply = await history.limitsAt(of(tenant), "main", { asOf });
  if (!reply.ok) throw new Error(reply.code);
  return reply.value === undefined ? undefined : (JSON.parse(reply.value) as { version: number }).version;
};

test("of a moment the newest that had begun by then is found, and of another tenant nothing", async () => {
  const moments = [-3_001, -3_000, -2_001, -2_000, -1_000, -1, 0, 5_000];
  expect(await Promise.all(moments.map((ms) => versionAt(NOW + ms)))).toEqual([
    undefined,
    1,
    1,
    2,
    3,
    3,
    4,
    4,
  ]);
  expect(await versionAt(NOW, "other")).toBeUndefined();
});

test("a version has all its limits, an empty one none", async () => {
  const read = async (version: number) => {
    const reply = await history.limitsAt(of("t"), "main", { version });
    return reply.ok && reply.value !== undefined
      ? (JSON.parse(reply.value) as { limits: unknown[] }).limits
      : reply;
  };
  expect(await read(1)).toEqual([LIMIT, LIMIT]);
  expect(await read(2)).toEqual([]);
  expect(await read(4)).toEqual([{ ...LIMIT, threshold: "4" }]);
  expect(await read(5)).toMatchObject({ ok: true, value: undefined });
});

test("versions are listed with what was told of each, newest first", async () => {
  const reply = await history.limitVersions(of("t"), "main", { before: 5, limit: 10 });
  if (!reply.ok) throw new Error(reply.code);
  const nothing = { reason: null, ref: null, approvedBy: null, template: null };
  expect(reply.value.map((item) => limitVersion.parse(JSON.parse(item)))).toEqual([
    {
      ...{ version: 4, since: NOW, by: "ann", what: "override", reason: "one client" },
      ...{ ref: "override-7", approvedBy: "boss", template: null, limits: 1 },
    },
    { ...nothing, version: 3, since: NOW - 1_000, by: "ann", what: "put", limits: 1 },
    { ...nothing, version: 2, since: NOW - 2_000, by: "bob", what: null, limits: 0 },
    { ...nothing, version: 1, since: NOW - 3_000, by: null, what: null, limits: 2 },
  ]);
  const below = await history.limitVersions(of("t"), "main", { before: 3, limit: 1 });
  expect(below.ok && below.value.map((item) => JSON.parse(item).version)).toEqual([2]);
});
