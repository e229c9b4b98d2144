/** What a bar was at a moment: every version that was told is found again, in one query, for as long as versions are kept. */
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Fact } from "../../actors/runtime/fact.ts";
import { asText } from "../../actors/runtime/fact-text.ts";
import { barsStatement } from "../../src/db/bar-history.ts";
import { historyOver } from "../../src/db/history.ts";
import { mirrorOver } from "../../src/db/mirror.ts";
import type { EpochMs } from "../../src/domain/time.ts";
import { overBoth } from "../support/both-postgres.ts";
import type { TestPostgres } from "../support/postgres.ts";
import { envelope } from "../support/runtime-fakes.ts";

const NOW = Date.UTC(2026, 10, 21, 12) as EpochMs;
const MINUTE = 60_000;
const SYMBOL = "XNAS:AAPL";
const ACTOR = `symbol:${SYMBOL}`;
const startOf = (minute: number): number => NOW - 60 * MINUTE + minute * MINUTE;

/** A bar as its actor told it: `close` names the version. */
type Told = { readonly minute: number; readonly rev: number; readonly at: number };
const closeOf = ({ rev, at }: Told): string => `${100 + rev}.${at % 100_000}`;

const factOf = (told: Told, seq: number): Fact => [
  seq,
  told.at,
  "bar",
  JSON.stringify({
    ...{
      symbol: SYMBOL,
      resolution: "1",
      t: startOf(told.minute),
      o: "100",
      h: "999",
      l: "1",
      c: closeOf(told),
    },
    ...{ v: "3", n: 3, pv: "300", vw: "100", rev: told.rev, state: told.rev === 0 ? "final" : "revised" },
    partial: false,
  }),
];

/** Bars told one after the other; each minute's revisions rise, and so does the clock. */
const story = fc
  .array(fc.record({ minute: fc.nat(5), later: fc.nat(40), cut: fc.boolean() }), {
    minLength: 1,
    maxLength: 25,
  })
  .map((steps) => {
    const revs = new Map<number, number>();
    let at = NOW as number;
    return steps.map(({ minute, later, cut }) => {
      const rev = revs.get(minute) ?? 0;
      revs.set(minute, rev + 1);
      at += later;
      return { told: { minute, rev, at }, cut };
    });
  });

type Steps = readonly { readonly told: Told; readonly cut: boolean }[];
type Window = { readonly from: number; readonly width: number; readonly limit: number };

/** A batch ends where the story cuts, and at its end. */
function batchesOf(steps: Steps): Fact[][] {
  const batches: Fact[][] = [[]];
  for (const [index, { told, cut }] of steps.entries()) {
    batches.at(-1)?.push(factOf(told, index + 1));
    if (cut) batches.push([]);
  }
  return batches.filter((batch) => batch.length > 0);
}

/** Told from the list of all that was said, without any table. */
function knownThen(steps: Steps, asOf: number, { from, width, limit }: Window) {
  const known = new Map<number, Told>();
  for (const { told } of steps) if (told.at <= asOf) known.set(told.minute, told);
  return [...known.values()]
    .filter(({ minute }) => minute >= from && minute < from + width)
    .sort((one, other) => one.minute - other.minute)
    .slice(-limit)
    .map((told) => ({ t: startOf(told.minute), c: closeOf(told), rev: told.rev }));
}

overBoth((start) => {
  let database: TestPostgres;
  beforeAll(async () => {
    database = await start();
  });
  afterAll(() => database.close());
  beforeEach(() => database.rows("TRUNCATE actor_watermark, actor_fact, dead_letter, bar, bar_version"));

  const clock = { now: () => NOW };
  const mirror = () => mirrorOver(database.postgres, () => NOW);
  const reads = () => historyOver(database.postgres, () => {}, clock);
  const put = (facts: readonly Fact[]) =>
    mirror().commit([asText({ actor: ACTOR, facts: [...facts], incarnation: "one", knownIncarnations: [] })]);
  const seen = async (range: { from?: number; before: number; limit: number; asOf?: number }) => {
    const page = await reads().bars(envelope(), SYMBOL, "1", range);
    if (!page.ok) throw new Error(page.code);
    return page.value.map((text) => {
      const { t, c, rev } = JSON.parse(text) as { t: number; c: string; rev: number };
      return { t, c, rev };
    });
  };

  test("a read as of any moment finds what a list of all that was told finds, however it was batched", async () => {
    const window = fc.record({ from: fc.nat(6), width: fc.nat(6), limit: fc.integer({ min: 1, max: 7 }) });
    await fc.assert(
      fc.asyncProperty(
        story,
        fc.array(fc.tuple(fc.nat(1_100), window), { minLength: 1, maxLength: 6 }),
        async (steps, asked) => {
          await database.rows("TRUNCATE actor_watermark, actor_fact, bar, bar_version");
          for (const batch of batchesOf(steps)) await put(batch);
          for (const [after, window] of asked) {
            const asOf = NOW + after - 50;
            const { from, width, limit } = window;
            const range = { from: startOf(from), before: startOf(from + width), limit, asOf };
            expect(await seen(range)).toEqual(knownThen(steps, asOf, window));
          }
        },
      ),
      { numRuns: 12 },
    );
  });

  test("facts that come twice make no version twice, and a version that held for no moment is not kept", async () => {
    const facts = [0, 1, 2].map((rev) => factOf({ minute: 1, rev, at: NOW + Math.min(rev, 1) }, rev + 1));
    await put(facts);
    await put(facts);
    const rows = await database.rows(
      "SELECT rev, superseded_at > known_at AS held FROM bar_version ORDER BY rev",
    );
    expect(rows).toEqual([{ rev: 0, held: true }]);
  });

  test("a flag that stands already moves no bar in time: each moment has one version", async () => {
    const partial = ([seq, at, kind, payload]: Fact): Fact => [
      ...([seq, at, kind] as const),
      JSON.stringify({ ...JSON.parse(payload), partial: true }),
    ];
    await put([partial(factOf({ minute: 1, rev: 0, at: NOW }, 1))]);
    const flags = { symbol: SYMBOL, partial: true, bars: [["1", startOf(1)]] };
    // The flags are told before the revision, and written after it.
    await put([
      [2, NOW + 10, "bar-flags", JSON.stringify(flags)],
      partial(factOf({ minute: 1, rev: 1, at: NOW + 20 }, 3)),
    ]);
    await put([[4, NOW + 30, "bar-flags", JSON.stringify(flags)]]);
    const revs = async (after: number): Promise<number[]> =>
      (await seen({ before: NOW, limit: 9, asOf: NOW + after })).map(({ rev }) => rev);
    expect(await Promise.all([-1, 0, 15, 20, 25, 30].map(revs))).toEqual([[], [0], [0], [1], [1], [1]]);
  });

  test("a bar from before its time was noted counts as known since ever, and its version too", async () => {
    await put([factOf({ minute: 1, rev: 0, at: NOW }, 1)]);
    await database.rows("UPDATE bar SET known_at = NULL");
    const range = { before: NOW, limit: 9, asOf: NOW - 1_000 };
    expect((await seen(range)).map(({ rev }) => rev)).toEqual([0]);
    await put([factOf({ minute: 1, rev: 1, at: NOW + 5 }, 2)]);
    expect((await seen(range)).map(({ rev }) => rev)).toEqual([0]);
    expect((await seen({ ...range, asOf: NOW + 5 })).map(({ rev }) => rev)).toEqual([1]);
  });

  test("a bar that was withdrawn is none from then on, until a trade makes it one again", async () => {
    const withdrawn = (fact: Fact): Fact => [
      ...([fact[0], fact[1], fact[2]] as const),
      JSON.stringify({ ...JSON.parse(fact[3]), n: 0, withdrawn: true }),
    ];
    await put([factOf({ minute: 1, rev: 0, at: NOW }, 1), factOf({ minute: 2, rev: 0, at: NOW }, 2)]);
    await put([withdrawn(factOf({ minute: 1, rev: 1, at: NOW + 10 }, 3))]);
    const minutes = async (asOf?: number) =>
      (await seen({ before: NOW, limit: 9, ...(asOf === undefined ? {} : { asOf }) })).map(({ t, rev }) => [
        (t - startOf(0)) / MINUTE,
        rev,
      ]);
    expect(await minutes()).toEqual([[2, 0]]);
    await put([factOf({ minute: 1, rev: 2, at: NOW + 20 }, 4)]);
    const told = await Promise.all([undefined, NOW + 9, NOW + 10, NOW + 19, NOW + 20].map(minutes));
    const [there, gone, back] = [
      [
        [1, 0],
        [2, 0],
      ],
      [[2, 0]],
      [
        [1, 2],
        [2, 0],
      ],
    ];
    expect(told).toEqual([back, there, gone, gone, back]);
  });

  test.each([
    ["of long ago", Date.UTC(1980, 0, 1), "bar_past"],
    ["of years to come", Date.UTC(2150, 0, 1), "bar_default"],
  ])("bars %s leave their versions as those of a month of their own do", async (_name, wild, partition) => {
    const fact = (rev: number, at: number, seq: number): Fact => {
      const [, , kind, payload] = factOf({ minute: 1, rev, at }, seq);
      return [seq, at, kind, payload.replace(String(startOf(1)), String(wild))];
    };
    await put([fact(0, NOW, 1), factOf({ minute: 2, rev: 0, at: NOW }, 2)]);
    await put([fact(1, NOW + 9, 3), factOf({ minute: 2, rev: 1, at: NOW + 9 }, 4)]);
    const rows = await database.rows("SELECT tableoid::regclass::text AS month, rev FROM bar_version");
    expect(rows).toEqual(Array(2).fill({ month: "bar_version_2026_11", rev: 0 }));
    const bars = await database.rows("SELECT tableoid::regclass::text AS month FROM bar ORDER BY 1");
    expect(bars).toEqual([{ month: "bar_2026_11" }, { month: partition }]);
  });

  test("versions are kept for thirteen months and the current one, then they leave; bars never do", async () => {
    const month = (place: number): EpochMs => Date.UTC(2024, place, 15) as EpochMs;
    for (let place = 0; place < 20; place++) {
      const facts = [factOf({ minute: 1, rev: place, at: month(place) }, place + 1)];
      const past = mirrorOver(database.postgres, () => month(place));
      await past.commit([asText({ actor: ACTOR, facts, incarnation: "one", knownIncarnations: [] })]);
      await past.maintain(month(place));
      const kept = await database.rows(
        "SELECT min(superseded_at)::date::text AS oldest, count(*)::int AS versions FROM bar_version",
      );
      const oldest = Math.max(1, place - 13);
      const expected = place === 0 ? null : new Date(month(oldest)).toISOString().slice(0, 10);
      expect(kept).toEqual([{ oldest: expected, versions: place === 0 ? 0 : place - oldest + 1 }]);
    }
    expect(await database.rows("SELECT rev FROM bar")).toEqual([{ rev: 19 }]);
  });

  test("versions whose month was not made in time leave the DEFAULT partition all the same", async () => {
    await database.rows(
      `INSERT INTO bar_version (symbol, resolution, start, superseded_at, open, high, low, close, volume, trades, rev, state, partial, made_by, actor, seq)
       SELECT 'X:A', '1', at, at, 1, 1, 1, 1, 1, 1, 0, 'final', false, 'trades', 'a', 1
       FROM unnest(ARRAY['1999-01-01'::timestamptz, '2025-09-30', '2025-10-01']) AS at`,
    );
    await mirror().maintain(NOW);
    const rows = await database.rows("SELECT start::date::text AS start FROM bar_version");
    expect(rows).toEqual([{ start: "2025-10-01" }]);
  });

  describe("the query of a page", () => {
    const plan = async (range: Parameters<typeof barsStatement>[2]): Promise<string> => {
      const { text, params } = barsStatement(SYMBOL, "1", range);
      const rows = await database.rows(`EXPLAIN ${text}`, ...params);
      return rows.map((row) => String(row["QUERY PLAN"])).join("\n");
    };

    test("is answered by the keys alone, as bars stand and as they stood: no scan, no sort of more than a page", async () => {
      await mirror().maintain(NOW);
      await database.rows(
        `INSERT INTO bar SELECT s, '1', to_timestamp(${NOW / 1000} - n * 60), 1, 1, 1, 1, 1, 1, 1, 1, 0, 'final', false, 'a', 1, to_timestamp(${NOW / 1000} - n * 60 + 62)
         FROM generate_series(1, 4000) AS n, unnest(ARRAY['${SYMBOL}', 'X:B', 'X:C']) AS s`,
      );
      await database.rows(
        "UPDATE bar SET rev = 1, known_at = known_at + interval '5 minutes' WHERE extract(minute FROM start)::int % 2 = 0",
      );
      await database.rows("ANALYZE bar");
      await database.rows("ANALYZE bar_version");
      for (const asOf of [undefined, NOW - 1_000]) {
        const range = {
          from: NOW - 3_000 * MINUTE,
          before: NOW,
          limit: 301,
          ...(asOf === undefined ? {} : { asOf }),
        };
        const text = await plan(range);
        expect(text).toMatch(/ bar_2026_11_pkey/);
        expect(text).not.toMatch(/Seq Scan on bar_(version_)?2026_11/);
        if (asOf !== undefined) expect(text).toMatch(/ bar_version_2026_11_pkey/);
        expect(await seen(range)).toHaveLength(301);
      }
    });
  });
});
