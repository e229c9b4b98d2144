/** What a label book told: Postgres holds its labels as they stand and each version, byte for byte, and reads of old versions find them. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Envelope } from "../../actors/runtime/envelope.ts";
import type { Fact } from "../../actors/runtime/fact.ts";
import { asText } from "../../actors/runtime/fact-text.ts";
import { historyOver } from "../../src/db/history.ts";
import { mirrorOver } from "../../src/db/mirror.ts";
import type { Mirror } from "../../src/ports.ts";
import { AT, LabelBench, noted } from "../support/label-bench.ts";
import { startTestPostgres, type TestPostgres } from "../support/postgres.ts";
import { envelope } from "../support/runtime-fakes.ts";

const MARKUP = '<b>tab\t&amp; newline\n</b> 𝔘 \u202e "quoted" \\ \' 中文';
const bench = new LabelBench();
let database: TestPostgres;
let mirror: Mirror;

const batchOf = (from: number, to: number) =>
  asText({
    ...{ actor: "label-book:acme", incarnation: "one", knownIncarnations: [] },
    facts: bench.outbox.facts
      .slice(from, to)
      .map(({ kind, payload, at }, index): Fact => [from + index + 1, at, kind, payload]),
  });
const of = (tenant: string): Envelope => ({ ...envelope(), principal: { tenant, subject: "s" } });
const reads = () => historyOver(database.postgres, () => {}, bench.clock);
const versions = async (label: string, range: object, tenant = "acme") => {
  const reply = await reads().labelVersions(of(tenant), label, { before: 100, limit: 100, ...range });
  return reply.ok ? [...reply.value] : reply.code;
};

beforeAll(async () => {
  database = await startTestPostgres();
  mirror = mirrorOver(database.postgres, () => bench.clock.now());
  bench.made(
    noted({ id: "kept", text: MARKUP, color: "#ff0000", metadata: { n: 0.1, yes: true, markup: MARKUP } }),
  );
  bench.made(noted({ id: "gone" }));
  for (let n = 2; n <= 4; n++)
    bench.change("kept", { ts: AT + n, text: `${MARKUP} ${n}` }, { by: `key-${n}` });
  bench.clock.pass(1_000);
  bench.remove("gone", undefined, "key-9");
  // In parts, of which one comes twice.
  for (const [from, to] of [
    [0, 2],
    [0, 2],
    [2, 5],
    [5, 6],
  ] as const)
    await mirror.commit([batchOf(from, to)]);
});
afterAll(() => database.close());

describe("labels in Postgres", () => {
  test("stand as in the book, one that was deleted with when and by whom", async () => {
    const rows = await database.rows(
      `SELECT id, symbol, text, color, metadata, version, (extract(epoch FROM ts) * 1000)::bigint::text AS ts, created_by, updated_by,
         (extract(epoch FROM deleted_at) * 1000)::bigint::text AS deleted FROM label WHERE tenant = 'acme' ORDER BY id`,
    );
    const { id, symbol, text, color, metadata, version, ts } = bench.read("kept")!;
    expect(rows).toEqual([
      {
        ...{ id: "gone", symbol, text: "a note", color: null, metadata: {}, version: 2, ts: String(AT) },
        ...{ created_by: "key-1", updated_by: "key-9", deleted: String(bench.clock.now()) },
      },
      {
        ...{ id, symbol, text, color, metadata, version, ts: String(ts) },
        ...{ created_by: "key-1", updated_by: "key-4", deleted: null },
      },
    ]);
  });

  test("have each version as the book shows it, found by version in pages", async () => {
    for (const id of ["kept", "gone"]) {
      const reply = bench.turns.history(id, { limit: 100 });
      expect(await versions(id, {})).toEqual(reply.ok ? reply.value.items.toReversed() : []);
    }
    const numbers = (await versions("kept", { before: 4, limit: 2 })) as string[];
    expect(numbers.map((item) => JSON.parse(item).version)).toEqual([2, 3]);
    expect(await versions("kept", { from: 5 })).toEqual([]);
  });

  test("of another tenant are not found", async () => {
    expect(await versions("kept", {}, "other")).toEqual([]);
  });
});
