/** What follows of imported bars: wider ones, as a list of all that stands would be folded by hand, however it came. */
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { overBoth } from "../support/both-postgres.ts";
import { type ImportWorld, importWorld } from "../support/import-world.ts";
import type { TestPostgres } from "../support/postgres.ts";

const S = "XNYS:SPX";
const NEW_YORK = { timezone: "America/New_York", session: "0930-1600:23456", priceScale: 2, sizeScale: 0 };
/** A Thursday: the week before is over, and so is July. */
const NOW = Date.UTC(2024, 7, 8, 12);
const [MINUTE, DAY] = [60_000, 86_400_000];
/** Ten trading days from Monday, 22 July, at midnight of New York. */
const DATES = [22, 23, 24, 25, 26, 29, 30, 31, 32, 33].map((date) => Date.UTC(2024, 6, date, 4));
const OPEN = 570;
const minuteOf = (date: number, minute: number): number => (DATES[date] ?? 0) + (OPEN + minute) * MINUTE;

type Row = {
  t: number;
  o: number;
  h: number;
  l: number;
  c: number;
  v: number;
  n: number;
  vw: number | undefined;
};
const price = fc.integer({ min: 100, max: 120 });
const arbitraryRow: fc.Arbitrary<Row> = fc
  .record({
    date: fc.nat(9),
    minute: fc.nat(389),
    one: price,
    two: price,
    three: price,
    four: price,
    v: fc.nat(9),
    n: fc.nat(5),
  })
  .map(({ date, minute, one, two, three, four, v, n }) => {
    const sorted = [one, two, three, four].sort((a, b) => a - b);
    const [l = 0, , , h = 0] = sorted;
    return { t: minuteOf(date, minute), o: one, h, l, c: two, v, n, vw: v === 0 ? undefined : three };
  });
const textOf = ({ vw, ...row }: Row): string => {
  const decimals = Object.fromEntries(
    ["o", "h", "l", "c", "v"].map((name) => [name, String(row[name as "o"])]),
  );
  return JSON.stringify({ t: row.t, ...decimals, n: row.n, ...(vw === undefined ? {} : { vw: String(vw) }) });
};

/** Where a bar of that width begins that holds the minute: told by the clock of New York, which is four hours behind all summer. */
function startOf(width: string, t: number): number {
  const midnight = t - ((t - 4 * 60 * MINUTE) % DAY);
  const inDay = (t - midnight) / MINUTE - OPEN;
  if (width === "1M") return Date.UTC(2024, new Date(t).getUTCMonth(), 1, 4);
  if (width === "1W") return midnight - ((new Date(midnight).getUTCDay() + 6) % 7) * DAY;
  return width === "1D" ? midnight : midnight + (OPEN + inDay - (inDay % Number(width))) * MINUTE;
}

/** By hand, of all minutes that stand. */
function folded(width: string, rows: readonly Row[]) {
  const groups = Map.groupBy(
    [...rows].sort((one, other) => one.t - other.t),
    ({ t }) => startOf(width, t),
  );
  return [...groups]
    .filter(([start]) => width !== "1M" || start < Date.UTC(2024, 7, 1))
    .map(([t, inside]) => {
      const v = inside.reduce((sum, row) => sum + row.v, 0);
      const pv = inside.reduce((sum, row) => sum + row.v * (row.vw ?? 0), 0);
      return {
        ...{
          t,
          o: inside[0]?.o,
          h: Math.max(...inside.map(({ h }) => h)),
          l: Math.min(...inside.map(({ l }) => l)),
        },
        ...{ c: inside.at(-1)?.c, v, n: inside.reduce((sum, { n }) => sum + n, 0) },
        vw: v === 0 ? null : (pv / v).toFixed(6),
      };
    });
}

const WIDTHS = ["3", "5", "15", "30", "60", "240", "1D", "1W", "1M"];

overBoth((start) => {
  let database: TestPostgres;
  let world: ImportWorld;
  beforeAll(async () => {
    database = await start();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    await database.rows("TRUNCATE bar, bar_version");
    world = await importWorld(database.postgres, NEW_YORK, NOW);
  });

  const minutes = (rows: readonly Row[]) =>
    world.post(S, "resolution=1&source=vendor", rows.map(textOf).join("\n"));
  const shown = async (width: string) =>
    (await world.read(S, `resolution=${width}&limit=1000`)).map(({ t, o, h, l, c, v, n, vw }) => ({
      ...{ t, o: Number(o), h: Number(h), l: Number(l), c: Number(c), v: Number(v), n },
      vw: vw === null ? null : Number(vw).toFixed(6),
    }));
  const row = (t: number, changes: Partial<Row> = {}): Row => ({
    ...{ t, o: 10, h: 12, l: 9, c: 11, v: 5, n: 1, vw: 10 },
    ...changes,
  });

  test("of any rows in any requests every wider bar is the fold of all that stands", async () => {
    const requests = fc.array(
      fc.uniqueArray(arbitraryRow, { selector: ({ t }) => t, minLength: 1, maxLength: 12 }),
      { minLength: 1, maxLength: 3 },
    );
    await fc.assert(
      fc.asyncProperty(requests, async (sent) => {
        await database.rows("TRUNCATE bar, bar_version");
        const standing = new Map<number, Row>();
        for (const rows of sent) {
          expect((await minutes(rows)).rejected).toEqual([]);
          for (const one of rows) standing.set(one.t, one);
        }
        for (const width of WIDTHS)
          expect(await shown(width), width).toEqual(folded(width, [...standing.values()]));
      }),
      { numRuns: 8 },
    );
  });

  test("of two requests at one moment none forgets what the other brought", async () => {
    const rows = Array.from({ length: 40 }, (_, minute) =>
      row(minuteOf(minute % 10, minute), { v: minute + 1 }),
    );
    const parts = [0, 1, 2, 3].map((part) => rows.filter((_, place) => place % 4 === part));
    const replies = await Promise.all(parts.map(minutes));
    for (const [part, { status }] of replies.entries())
      if (status !== 200) expect(await minutes(parts[part] ?? [])).toMatchObject({ status: 200 });
    for (const width of WIDTHS) expect(await shown(width), width).toEqual(folded(width, rows));
  });

  test("a correction is the next revision of its bar and of each above it, and leaves others alone", async () => {
    await minutes([row(minuteOf(0, 0)), row(minuteOf(0, 7)), row(minuteOf(6, 0))]);
    await minutes([row(minuteOf(0, 7), { v: 6 })]);
    const revisions = async (width: string) =>
      (await world.read(S, `resolution=${width}`)).map(({ rev }) => rev);
    expect(await revisions("1")).toEqual([0, 1, 0]);
    expect(await revisions("5")).toEqual([0, 1, 0]);
    expect(await revisions("15")).toEqual([1, 0]);
    expect(await revisions("1D")).toEqual([1, 0]);
    expect(await revisions("1W")).toEqual([1, 0]);
    expect(await revisions("1M")).toEqual([1]);
  });

  test("a bar that was imported itself outranks the fold, before and after, and weeks are folded of it", async () => {
    await minutes([row(minuteOf(0, 0))]);
    const day = (c: string) => JSON.stringify({ date: "2024-07-22", o: "10", h: "20", l: "5", c, v: "9" });
    const days = (c: string) => world.post(S, "resolution=1D&source=official", day(c));
    expect(await days("15")).toMatchObject({ revised: 1, inserted: 0 });
    await minutes([row(minuteOf(0, 1), { c: 12 })]);
    expect(await world.read(S, "resolution=1D")).toMatchObject([{ c: "15", h: "20", rev: 1 }]);
    expect(await world.read(S, "resolution=1W")).toMatchObject([{ c: "15", h: "20" }]);
    expect(await world.read(S, "resolution=5")).toMatchObject([{ c: "12", h: "12", rev: 1 }]);
  });

  test("what is not over is not folded; it is once an import comes after its close", async () => {
    const monday = Date.UTC(2024, 7, 5, 4) + OPEN * MINUTE;
    await minutes([row(monday)]);
    expect(await shown("1D")).toHaveLength(1);
    expect([await shown("1W"), await shown("1M")]).toEqual([[], []]);
    world.setClock(Date.UTC(2024, 7, 9, 20) as never);
    expect(await minutes([row(monday)])).toMatchObject({ unchanged: 1 });
    expect(await shown("1W")).toHaveLength(1);
  });

  test("bars without a weight have parents without one", async () => {
    await minutes([
      row(minuteOf(0, 0)),
      row(minuteOf(0, 1), { vw: undefined }),
      row(minuteOf(0, 5)),
      row(minuteOf(0, 6), { v: 0, vw: undefined }),
    ]);
    expect((await shown("5")).map(({ vw }) => vw)).toEqual([null, "10.000000"]);
  });

  test("a fold of more trades than are counted counts no further", async () => {
    await minutes([row(minuteOf(0, 0), { n: 2_000_000_000 }), row(minuteOf(0, 1), { n: 2_000_000_000 })]);
    expect((await shown("5")).map(({ n }) => n)).toEqual([2_147_483_647]);
  });

  test("of days there are weeks and months, of weeks nothing, and of three minutes what they fit in", async () => {
    const widths = async () => {
      const rows = await database.rows("SELECT DISTINCT resolution FROM bar WHERE made_by = 'fold'");
      return rows.map(({ resolution }) => String(resolution)).sort();
    };
    const one = { o: "10", h: "12", l: "9", c: "11", v: "5" };
    await world.post(S, "resolution=1W&source=a", JSON.stringify({ date: "2024-07-22", ...one }));
    expect(await widths()).toEqual([]);
    await world.post(S, "resolution=1D&source=a", JSON.stringify({ date: "2024-07-30", ...one }));
    expect(await widths()).toEqual(["1M", "1W"]);
    await world.post(S, "resolution=3&source=a", JSON.stringify({ t: minuteOf(0, 0), ...one }));
    expect(await widths()).toEqual(["15", "1D", "1M", "1W", "240", "30", "60"]);
  });

  describe("a request", () => {
    test("of a month of minutes is three transactions, whatever it holds", async () => {
      const rows = Array.from({ length: 390 }, (_, minute) => row(minuteOf(0, minute)));
      await minutes(rows.slice(0, 1));
      const [before, ...after] = [world.asked.transactions];
      await minutes(rows);
      expect([world.asked.transactions - (before ?? 0), after]).toEqual([3, []]);
      await world.post(
        S,
        "resolution=1D&source=a",
        JSON.stringify({ date: "2024-07-30", o: "1", h: "1", l: "1", c: "1", v: "1" }),
      );
      expect(world.asked.transactions - (before ?? 0)).toBe(5);
    });
  });
});
