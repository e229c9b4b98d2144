/** Which of two bars stays: one of trades, one that was imported, a later revision of it. */
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Fact } from "../../actors/runtime/fact.ts";
import { asText } from "../../actors/runtime/fact-text.ts";
import { mirrorOver } from "../../src/db/mirror.ts";
import type { EpochMs } from "../../src/domain/time.ts";
import { overBoth } from "../support/both-postgres.ts";
import {
  importCounts as counts,
  type ImportWorld,
  importWorld,
  importLines as lines,
  midnight,
  NEW_YORK,
  IMPORTED_AT as NOW,
  OPEN,
  type ImportRow as Row,
  importRow as row,
  IMPORTED as S,
} from "../support/import-world.ts";
import type { TestPostgres } from "../support/postgres.ts";

const MINUTE = 60_000;
type Stood = { readonly rev: number; readonly close: number };

/** What stands after a row has come, told without any table. */
function nextOf(stood: Stood | undefined, close: number, rev: number | undefined): Stood {
  if (stood === undefined) return { rev: rev ?? 0, close };
  if (rev !== undefined) return rev > stood.rev ? { rev, close } : stood;
  return stood.close === close ? stood : { rev: stood.rev + 1, close };
}

overBoth((start) => {
  let database: TestPostgres;
  let world: ImportWorld;
  beforeAll(async () => {
    database = await start();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    await database.rows("TRUNCATE actor_watermark, actor_fact, bar, bar_version");
    world = await importWorld(database.postgres, NEW_YORK, NOW);
  });

  const minutes = (...rows: readonly Row[]) => world.post(S, "resolution=1&source=vendor", lines(...rows));

  describe("revisions", () => {
    test("the same again changes nothing; what differs is the next revision, and asOf finds each", async () => {
      expect(counts(await minutes(row(OPEN)))).toMatchObject({ inserted: 1 });
      expect(counts(await minutes(row(OPEN, { o: "10.0" })))).toMatchObject({ inserted: 0, unchanged: 1 });
      world.setClock((NOW + 1_000) as EpochMs);
      expect(counts(await minutes(row(OPEN, { c: "12" })))).toMatchObject({ revised: 1 });
      const [bar] = await world.read(S, "resolution=1");
      expect(bar).toMatchObject({ c: "12", rev: 1, state: "revised" });
      const rows = await database.rows("SELECT close::text, rev FROM bar_version WHERE resolution = '1'");
      expect(rows).toEqual([{ close: "11", rev: 0 }]);
    });

    test("one that says what was folded already has not changed it: asOf finds the bar before that moment too", async () => {
      await minutes(row(OPEN));
      world.setClock((NOW + 1_000) as EpochMs);
      const same = await world.post(S, "resolution=5&source=vendor", lines(row(OPEN)));
      expect(counts(same)).toMatchObject({ inserted: 0, revised: 0, unchanged: 1 });
      expect(await world.read(S, "resolution=5")).toMatchObject([{ t: OPEN, c: "11", rev: 0 }]);
      expect(await world.read(S, `resolution=5&asOf=${NOW}`)).toMatchObject([{ t: OPEN, c: "11", rev: 0 }]);
      expect(await world.read(S, `resolution=5&asOf=${NOW - 1}`)).toEqual([]);
    });

    test("one that is told is kept to: higher replaces, equal or lower never does", async () => {
      const [first, lower, higher] = [5, 4, 9].map((rev) => row(OPEN, { rev, c: `1${rev === 5 ? 1 : 2}` }));
      expect(counts(await minutes(first as Row))).toMatchObject({ inserted: 1 });
      expect(counts(await minutes(lower as Row))).toMatchObject({ kept: 1 });
      expect(counts(await minutes(row(OPEN, { rev: 5, c: "12" })))).toMatchObject({ kept: 1 });
      expect(counts(await minutes(row(OPEN, { rev: 3 })))).toMatchObject({ unchanged: 1 });
      expect(counts(await minutes(higher as Row))).toMatchObject({ revised: 1 });
      expect((await world.read(S, "resolution=1")).map(({ rev, c }) => [rev, c])).toEqual([[9, "12"]]);
    });

    test("never lowered by any sequence of imports, and each repeat changes nothing", async () => {
      const step = fc.record(
        { minute: fc.nat(2), close: fc.integer({ min: 9, max: 12 }), rev: fc.nat(4) },
        { requiredKeys: ["minute", "close"] },
      );
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
          await database.rows("TRUNCATE bar, bar_version");
          const stood = new Map<number, Stood>();
          for (const { minute, close, rev } of steps) {
            const one = row(OPEN + minute * MINUTE, {
              c: String(close),
              ...(rev === undefined ? {} : { rev }),
            });
            await minutes(one);
            stood.set(minute, nextOf(stood.get(minute), close, rev));
            expect(counts(await minutes(one))).toMatchObject({ inserted: 0, revised: 0 });
          }
          const shown = await world.read(S, "resolution=1");
          const expected = [...stood].sort(([one], [other]) => one - other);
          expect(shown.map(({ t, c, rev }) => [t, Number(c), rev])).toEqual(
            expected.map(([minute, { close, rev }]) => [OPEN + minute * MINUTE, close, rev]),
          );
        }),
        { numRuns: 8 },
      );
    });
  });

  describe("bars that were built from trades", () => {
    const told = (t: number, rev: number, seq: number): Fact => [
      seq,
      NOW + seq,
      "bar",
      JSON.stringify({
        ...{
          symbol: S,
          resolution: "1",
          t,
          o: "1",
          h: "1",
          l: "1",
          c: "1",
          v: "1",
          n: 1,
          pv: "1",
          vw: "1",
          rev,
        },
        ...{ state: rev === 0 ? "final" : "revised", partial: false },
      }),
    ];
    const mirrored = (...facts: Fact[]) =>
      mirrorOver(database.postgres, () => NOW as EpochMs).commit([
        asText({ actor: `symbol:${S}`, facts, incarnation: "one", knownIncarnations: [] }),
      ]);

    test("stay whatever is imported over them, with whatever revision", async () => {
      await mirrored(told(OPEN, 0, 1));
      expect(counts(await minutes(row(OPEN), row(OPEN + MINUTE, { rev: 7 })))).toMatchObject({
        kept: 1,
        inserted: 1,
      });
      expect(counts(await minutes(row(OPEN, { rev: 99 })))).toMatchObject({ kept: 1 });
      expect((await world.read(S, "resolution=1")).map(({ c, rev }) => [c, rev])).toEqual([
        ["1", 0],
        ["11", 7],
      ]);
    });

    test("win over what was imported before them, also with a lower revision, and count on by their own", async () => {
      await minutes(row(OPEN, { rev: 7 }));
      await mirrored(told(OPEN, 0, 1));
      const [bar] = await world.read(S, "resolution=1");
      expect(bar).toMatchObject({ c: "1", rev: 0 });
      expect(bar).not.toHaveProperty("imported");
      await mirrored(told(OPEN, 1, 2));
      expect((await world.read(S, "resolution=1"))[0]).toMatchObject({ rev: 1 });
    });

    test("what lies in or behind a symbol's own first bar is kept out, at every width", async () => {
      world.own = {
        "1": OPEN + 2 * MINUTE,
        "5": OPEN,
        "1D": midnight(6),
        "1W": midnight(5),
        "1M": midnight(1),
      };
      world.bars = { "1": [{ t: OPEN + 2 * MINUTE }] };
      const sent = Array.from({ length: 4 }, (_, minute) => row(OPEN + minute * MINUTE));
      expect(counts(await minutes(...sent))).toMatchObject({ accepted: 4, inserted: 2, kept: 2 });
      expect((await world.read(S, "resolution=1")).map(({ t }) => t)).toEqual(
        [0, 1, 2].map((minute) => OPEN + minute * MINUTE),
      );
      const folded = await database.rows(
        "SELECT DISTINCT resolution FROM bar WHERE made_by = 'fold' ORDER BY 1",
      );
      expect(folded.map(({ resolution }) => resolution)).toEqual(["15", "240", "3", "30", "60"]);
    });
  });
});
