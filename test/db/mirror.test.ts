import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { commitIsolated } from "../../actors/archiver/isolate.ts";
import type { Fact, TextBatch } from "../../actors/runtime/fact.ts";
import { asText } from "../../actors/runtime/fact-text.ts";
import { mirrorOver } from "../../src/db/mirror.ts";
import type { Postgres } from "../../src/db/neon.ts";
import type { EpochMs } from "../../src/domain/time.ts";
import { type Mirror, MirrorDataError } from "../../src/ports.ts";
import { startTestPostgres, type TestPostgres } from "../support/postgres.ts";

const NOW = Date.UTC(2026, 10, 21, 12) as EpochMs;

let database: TestPostgres;
let mirror: Mirror;
beforeAll(async () => {
  database = await startTestPostgres();
  mirror = mirrorOver(database.postgres, () => NOW);
});
afterAll(() => database.close());
beforeEach(() => database.rows("TRUNCATE actor_watermark, actor_fact, dead_letter"));

const fact = (seq: number, payload = `{"n":${seq}}`): Fact => [seq, NOW + seq, "probe", payload];
const facts = (from: number, to: number): Fact[] =>
  Array.from({ length: to - from + 1 }, (_, index) => fact(from + index));
const batch = (
  actor: string,
  sent: readonly Fact[],
  incarnation = "one",
  knownIncarnations: string[] = [],
): TextBatch =>
  asText({
    actor,
    facts: sent,
    incarnation,
    knownIncarnations,
  });

async function storedSeqs(actor: string): Promise<number[]> {
  const rows = await database.rows("SELECT seq FROM actor_fact WHERE actor = $1 ORDER BY seq", actor);
  return rows.map((row) => Number(row.seq));
}

describe("a mirror transaction", () => {
  test("stores the facts of many actors and answers each its watermark", async () => {
    const outcomes = await mirror.commit([batch("probe:a", facts(1, 3)), batch("probe:b", facts(1, 2))]);
    expect(outcomes).toEqual([{ watermark: 3 }, { watermark: 2 }]);
    expect(await storedSeqs("probe:a")).toEqual([1, 2, 3]);
    expect(await storedSeqs("probe:b")).toEqual([1, 2]);
  });

  test("keeps payload and moment to the last character", async () => {
    const payload = JSON.stringify({
      text: 'quote " backslash \\ nul \u0000 line\n é 𝔸',
      big: "123456789012345678901234567890.5",
    });
    await mirror.commit([batch("probe:a", [fact(1, payload)])]);
    const [row] = await database.rows(
      "SELECT payload, (extract(epoch FROM committed_at) * 1000)::bigint AS at FROM actor_fact",
    );
    expect(row?.payload).toBe(payload);
    expect(Number(row?.at)).toBe(NOW + 1);
  });

  test("changes nothing when it comes twice, and takes only what is new when it overlaps", async () => {
    await mirror.commit([batch("probe:a", facts(1, 3))]);
    expect(await mirror.commit([batch("probe:a", facts(1, 3))])).toEqual([{ watermark: 3 }]);
    expect(await mirror.commit([batch("probe:a", facts(2, 5))])).toEqual([{ watermark: 5 }]);
    expect(await storedSeqs("probe:a")).toEqual([1, 2, 3, 4, 5]);
  });

  test("names in dead_letter what never came before a batch", async () => {
    await mirror.commit([batch("probe:a", facts(1, 2))]);
    expect(await mirror.commit([batch("probe:a", facts(6, 7))])).toEqual([{ watermark: 7 }]);
    expect(await storedSeqs("probe:a")).toEqual([1, 2, 6, 7]);
    const rows = await database.rows("SELECT seq, last_seq, kind FROM dead_letter");
    expect(rows.map((row) => [Number(row.seq), Number(row.last_seq), row.kind])).toEqual([[3, 5, "gap"]]);
  });

  test("puts a fact of another year into a partition and one from a wild time into the default", async () => {
    const tape = Date.UTC(2024, 7, 8);
    const wild = Date.UTC(1980, 0, 1);
    await mirror.commit([
      batch("probe:a", [
        [1, tape, "probe", "{}"],
        [2, wild, "probe", "{}"],
      ]),
    ]);
    const rows = await database.rows(
      "SELECT tableoid::regclass::text AS partition FROM actor_fact ORDER BY seq",
    );
    expect(rows.map((row) => row.partition)).toEqual(["actor_fact_2024_08", "actor_fact_default"]);
  });
});

describe("the fence (I4)", () => {
  test("lets a new incarnation in that knows the stored one, again and again", async () => {
    await mirror.commit([batch("probe:a", facts(1, 1), "one")]);
    expect(await mirror.commit([batch("probe:a", facts(2, 2), "two", ["one"])])).toEqual([{ watermark: 2 }]);
    expect(await mirror.commit([batch("probe:a", facts(3, 3), "two", ["one"])])).toEqual([{ watermark: 3 }]);
  });

  test("tells a stale copy that it is fenced, writes nothing of it, and harms nobody in its transaction", async () => {
    await mirror.commit([batch("probe:a", facts(1, 1), "one")]);
    await mirror.commit([batch("probe:a", facts(2, 2), "live", ["one"])]);
    const outcomes = await mirror.commit([
      batch("probe:a", [fact(2, '{"stale":true}'), fact(3, '{"stale":true}')], "stale", ["one"]),
      batch("probe:b", facts(1, 1)),
    ]);
    expect(outcomes).toEqual([{ fenced: true }, { watermark: 1 }]);
    const rows = await database.rows(
      "SELECT seq, payload FROM actor_fact WHERE actor = 'probe:a' ORDER BY seq",
    );
    expect(rows.map((row) => row.payload)).toEqual(['{"n":1}', '{"n":2}']);
    expect(await mirror.commit([batch("probe:a", facts(3, 3), "live", ["one"])])).toEqual([{ watermark: 3 }]);
  });

  test("lets the live copy go on when the reply to its claim was lost and it came back under another name", async () => {
    await mirror.commit([batch("probe:a", facts(1, 1), "one")]);
    await mirror.commit([batch("probe:a", facts(2, 2), "two", ["one"])]);
    expect(await mirror.commit([batch("probe:a", facts(2, 3), "three", ["one", "two"])])).toEqual([
      { watermark: 3 },
    ]);
    expect(await storedSeqs("probe:a")).toEqual([1, 2, 3]);
  });
});

describe("bad data", () => {
  // A kind whose projection cannot read the payload stands for any row that will never fit.
  const poison = (seq: number): Fact => [seq, NOW + seq, "bar", '{"not":"a bar"}'];

  test("is told from trouble with the connection", async () => {
    await expect(mirror.commit([batch("symbol:X:Y", [poison(1)])])).rejects.toBeInstanceOf(MirrorDataError);
    const broken: Postgres = {
      query: () => Promise.reject(new Error("reset")),
      transaction: () => Promise.reject(new Error("reset")),
    };
    const away = mirrorOver(broken, () => NOW);
    await expect(away.commit([batch("probe:a", facts(1, 1))])).rejects.not.toBeInstanceOf(MirrorDataError);
  });

  test("is parked row by row with its reason while everything around it is stored", async () => {
    const mixed = [fact(1), poison(2), fact(3), fact(4), poison(5)];
    const outcomes = await commitIsolated(mirror, [
      batch("probe:a", facts(1, 4)),
      batch("symbol:X:Y", mixed),
      batch("probe:c", facts(1, 2)),
    ]);
    expect(outcomes).toEqual([{ watermark: 4 }, { watermark: 5 }, { watermark: 2 }]);
    expect(await storedSeqs("symbol:X:Y")).toEqual([1, 3, 4]);
    const parked = await database.rows("SELECT seq, kind, payload, reason FROM dead_letter ORDER BY seq");
    expect(parked.map((row) => [Number(row.seq), row.kind, row.payload])).toEqual([
      [2, "bar", '{"not":"a bar"}'],
      [5, "bar", '{"not":"a bar"}'],
    ]);
    expect(parked.every((row) => String(row.reason).length > 0)).toBe(true);
  });

  test("does not reach dead_letter from a stale copy", async () => {
    await mirror.commit([batch("symbol:X:Y", facts(1, 1), "live")]);
    expect(await commitIsolated(mirror, [batch("symbol:X:Y", [poison(2)], "stale", [])])).toEqual([
      { fenced: true },
    ]);
    expect(await database.rows("SELECT * FROM dead_letter")).toEqual([]);
  });
});
