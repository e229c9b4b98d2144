/** History from elsewhere, over a real Postgres: what is taken, what stays, and what follows of it. */
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Fact } from "../../actors/runtime/fact.ts";
import { asText } from "../../actors/runtime/fact-text.ts";
import { mirrorOver } from "../../src/db/mirror.ts";
import type { EpochMs } from "../../src/domain/time.ts";
import { overBoth } from "../support/both-postgres.ts";
import { type ImportWorld, importWorld } from "../support/import-world.ts";
import type { TestPostgres } from "../support/postgres.ts";

const S = "XNYS:SPX";
const NEW_YORK = { timezone: "America/New_York", session: "0930-1600:23456", priceScale: 4, sizeScale: 0 };
const NOW = Date.UTC(2024, 7, 8, 12);
const MINUTE = 60_000;
/** 09:30 in New York on 6 August 2024, a Tuesday. */
const OPEN = Date.UTC(2024, 7, 6, 13, 30);
const midnight = (date: number): number => Date.UTC(2024, 7, date, 4);

type Row = Readonly<Record<string, unknown>>;
const row = (at: number | string, changes: Row = {}): Row => ({
  ...(typeof at === "number" ? { t: at } : { date: at }),
  ...{ o: "10", h: "12", l: "9", c: "11", v: "100" },
  ...changes,
});
const lines = (...rows: readonly Row[]): string => rows.map((one) => JSON.stringify(one)).join("\n");

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

  const counts = ({
    accepted,
    inserted,
    revised,
    unchanged,
    kept,
    rejected,
  }: Awaited<ReturnType<ImportWorld["post"]>>) => ({
    ...{ accepted, inserted, revised, unchanged, kept },
    rejected: rejected?.map(({ index, code }) => `${index} ${code}`),
  });
  const minutes = (...rows: readonly Row[]) => world.post(S, "resolution=1&source=vendor", lines(...rows));

  describe("a row", () => {
    test.each<[string, Row, string]>([
      ["that starts where no bar does", row(OPEN + 1), "misaligned"],
      ["of a minute that is not over", row(NOW), "ts-future"],
      ["in seconds", row(OPEN / 1_000), "ts-range"],
      ["with both t and date", row(OPEN, { date: "2024-08-06" }), "field-combination"],
      ["with neither", { ...row(OPEN), t: undefined }, "field-combination"],
      ["of a minute told by a date", row("2024-08-06"), "field-combination"],
      ["whose high is below its close", row(OPEN, { h: "10.5" }), "bar-inconsistent"],
      ["whose low is above its open", row(OPEN, { l: "10.5" }), "bar-inconsistent"],
      ["whose vw is above its high", row(OPEN, { vw: "12.1" }), "bar-inconsistent"],
      ["with a vw of no volume", row(OPEN, { v: "0", vw: "10" }), "bar-inconsistent"],
      ["with a price of nothing", row(OPEN, { l: "0" }), "price-not-positive"],
      ["with a volume below zero", row(OPEN, { v: "-1" }), "size-negative"],
      ["finer than the instrument", row(OPEN, { c: "11.00001" }), "scale-exceeded"],
      ["with half a share", row(OPEN, { v: "1.5" }), "scale-exceeded"],
      ["larger than a number", row(OPEN, { o: "10", h: "99999999999999999" }), "number-range"],
      ["in exponents", row(OPEN, { o: "1e1" }), "number-format"],
      ["with a field of somebody else", row(OPEN, { adjclose: "11" }), "unknown-field"],
      ["without a close", { ...row(OPEN), c: undefined }, "required"],
      ["of another width", row(OPEN, { resolution: "5" }), "field-combination"],
    ])("%s is rejected by itself, and the one beside it is taken", async (_name, bad, code) => {
      const reply = await minutes(row(OPEN + MINUTE), bad);
      expect(counts(reply)).toEqual({
        ...{ accepted: 1, inserted: 1, revised: 0, unchanged: 0, kept: 0 },
        rejected: [`1 ${code}`],
      });
    });

    test("that is no object, no JSON or the same bar again is rejected by its place", async () => {
      const body = `${JSON.stringify(row(OPEN))}\n7\n{"t":1,"t":2}\n\n{\n${JSON.stringify(row(OPEN))}`;
      const reply = await world.post(S, "resolution=1&source=vendor", body);
      expect(counts(reply).rejected).toEqual([
        "1 type",
        "2 duplicate-key",
        "3 json-invalid",
        "4 duplicate-bar",
      ]);
    });
  });

  describe("a request", () => {
    test.each<[string, string, string, string, number, string]>([
      ["without a source", "resolution=1", lines(row(OPEN)), "application/x-ndjson", 422, "invalid"],
      ["without a width", "source=a", lines(row(OPEN)), "application/x-ndjson", 422, "invalid"],
      [
        "of seconds",
        "resolution=1S&source=a",
        lines(row(OPEN)),
        "application/x-ndjson",
        422,
        "field-combination",
      ],
      ["without a row", "resolution=1&source=a", "\n", "application/x-ndjson", 422, "invalid"],
      ["of JSON", "resolution=1&source=a", "{}", "application/json", 415, "media-type"],
      [
        "with a column twice",
        "resolution=1D&source=a",
        "date,o,open,h,l,c,v\n",
        "text/csv",
        422,
        "unknown-field",
      ],
      [
        "with a column that is no field",
        "resolution=1D&source=a",
        "date,o,h,l,c,v,adjclose\n",
        "text/csv",
        422,
        "unknown-field",
      ],
      [
        "with a quote that never ends",
        "resolution=1D&source=a",
        'date,o,h,l,c,v\n"2024-08-06,1',
        "text/csv",
        400,
        "csv-invalid",
      ],
      [
        "that ignores what is not there",
        "resolution=1D&source=a&ignore=x",
        "date,o,h,l,c,v\n",
        "text/csv",
        422,
        "unknown-field",
      ],
      [
        "of more days of minutes than are read together",
        "resolution=1&source=a",
        lines(...Array.from({ length: 41 }, (_, day) => row(OPEN - day * 86_400_000))),
        "application/x-ndjson",
        422,
        "too-many-items",
      ],
    ])("%s is refused as a whole, and nobody is asked", async (_name, query, body, media, status, code) => {
      expect(await world.post(S, query, body, media)).toMatchObject({ status, code });
      expect(await database.rows("SELECT * FROM bar")).toEqual([]);
      expect(world.until).toEqual({});
    });

    test("of an unknown symbol is 404", async () => {
      expect(await world.post("X:NONE", "resolution=1&source=a", lines(row(OPEN)))).toMatchObject({
        status: 404,
      });
    });
  });

  describe("CSV", () => {
    const FILE =
      "date,open,high,low,close,adjclose,volume\r\n2024-08-05,10,12,9,11,11.5,100\r\n2024-08-06,11,13,10,12,12.5,200\r\n";

    test("of usual names is taken as it is, and what is ignored is said", async () => {
      const reply = await world.post(
        S,
        "resolution=1D&source=file&ignore=adjclose",
        FILE,
        "text/csv; charset=utf-8",
      );
      expect(counts(reply)).toMatchObject({ accepted: 2, inserted: 2, rejected: [] });
      expect(await world.read(S, "resolution=1D")).toEqual([
        {
          t: midnight(5),
          o: "10",
          h: "12",
          l: "9",
          c: "11",
          v: "100",
          n: 0,
          vw: null,
          rev: 0,
          state: "final",
          imported: true,
        },
        {
          t: midnight(6),
          o: "11",
          h: "13",
          l: "10",
          c: "12",
          v: "200",
          n: 0,
          vw: null,
          rev: 0,
          state: "final",
          imported: true,
        },
      ]);
    });

    test("takes told columns, quotes and a width of its own", async () => {
      const body = `"Start, UTC",O,H,L,C,"Size ""lots""",resolution\n${OPEN},1,2,"1",2,"3",5\n`;
      const columns = encodeURIComponent("t:Start, UTC");
      expect(await world.post(S, `source=a&columns=${columns}`, body, "text/csv")).toMatchObject({
        status: 422,
      });
      const named = body.replace('"Start, UTC"', "Start").replace('"Size ""lots"""', '"Size ""lots"" now"');
      const told = encodeURIComponent('t:Start,v:Size "lots" now');
      expect(counts(await world.post(S, `source=a&columns=${told}`, named, "text/csv"))).toMatchObject({
        inserted: 1,
      });
      expect((await world.read(S, "resolution=5")).map(({ t, v }) => [t, v])).toEqual([[OPEN, "3"]]);
    });

    test("a row with too few fields is rejected by itself; an empty field was not given", async () => {
      const body = `t,o,h,l,c,v,n,vw\n${OPEN},1,2,1,2\n${OPEN + MINUTE},1,2,1,2,5,,\n${OPEN + 2 * MINUTE},1,2,1,2,5,7,1.5\n`;
      const reply = await world.post(S, "resolution=1&source=a", body, "text/csv");
      expect(counts(reply)).toMatchObject({ inserted: 2, rejected: ["0 csv-invalid"] });
      expect((await world.read(S, "resolution=1")).map(({ n, vw }) => [n, vw])).toEqual([
        [0, null],
        [7, "1.5"],
      ]);
    });
  });

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
        { numRuns: 12 },
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

  test("while Postgres is away the whole is refused, and says when to come back", async () => {
    const gone = await importWorld(
      {
        query: () => Promise.reject(new Error("reset")),
        transaction: () => Promise.reject(new Error("reset")),
      },
      NEW_YORK,
      NOW,
    );
    const response = await gone.edge.fetch("POST", `/v1/symbols/${S}/bars?resolution=1&source=a`, {
      body: lines(row(OPEN)),
      headers: { "content-type": "application/x-ndjson" },
    });
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ code: "history-unavailable" });
    expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
  });
});
