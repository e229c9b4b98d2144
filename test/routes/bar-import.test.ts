/** History from elsewhere, over a real Postgres: what is taken, what stays, and what follows of it. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
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
import { startTestPostgres, type TestPostgres } from "../support/postgres.ts";

const MINUTE = 60_000;
let database: TestPostgres;
let world: ImportWorld;
beforeAll(async () => {
  database = await startTestPostgres();
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.rows("TRUNCATE actor_watermark, actor_fact, bar, bar_version");
  world = await importWorld(database.postgres, NEW_YORK, NOW);
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
    ["of more trades than are counted", row(OPEN, { n: 3_000_000_000 }), "number-range"],
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
      "resolution-unsupported",
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
      "without a column for the close",
      "resolution=1D&source=a",
      "date,o,h,l,v\n2024-08-06,1,1,1,1\n",
      "text/csv",
      422,
      "invalid",
    ],
    [
      "without a column for the time",
      "resolution=1D&source=a&ignore=date",
      "date,o,h,l,c,v\n2024-08-06,1,1,1,1,1\n",
      "text/csv",
      422,
      "invalid",
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
