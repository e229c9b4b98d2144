import { afterAll, beforeAll, expect, test } from "vitest";
import type { Fact } from "../../actors/runtime/fact.ts";
import { asText } from "../../actors/runtime/fact-text.ts";
import type { DayRange } from "../../actors/symbol/messages.ts";
import { dayFoldsOf, dayFoldsStatement } from "../../src/db/day-folds.ts";
import { mirrorOver } from "../../src/db/mirror.ts";
import { READ_TIMEOUT_MS } from "../../src/db/neon.ts";
import type { EpochMs } from "../../src/domain/time.ts";
import { startTestPostgres, type TestPostgres } from "../support/postgres.ts";

const DAY = 86_400_000;
const FIRST = Date.UTC(2026, 0, 30);
const SYMBOL = "XNAS:AAPL";
const actor = `symbol:${SYMBOL}`;

let database: TestPostgres;
let seq = 0;
beforeAll(async () => {
  database = await startTestPostgres();
});
afterAll(() => database.close());

type Told = { o: string; h: string; l: string; c: string; v: string; pv: string; n: number; rev?: number };
/** The bar of a day, as the mirror hears of it at a moment. */
async function tell(
  day: number,
  committedAt: number,
  { rev = 0, ...bar }: Told,
  resolution = "1D",
): Promise<void> {
  const payload = {
    symbol: SYMBOL,
    resolution,
    t: FIRST + day * DAY,
    ...bar,
    vw: null,
    rev,
    state: "final",
    partial: false,
  };
  const facts: Fact[] = [[++seq, committedAt, "bar", JSON.stringify(payload)]];
  const mirror = mirrorOver(database.postgres, () => committedAt as EpochMs);
  await mirror.commit([asText({ actor, facts, incarnation: "one", knownIncarnations: [] })]);
}
async function folds(ranges: readonly DayRange[], asOf?: number, symbol = SYMBOL) {
  const inTime = ranges.map(([from, to, last]): DayRange => {
    const range = [FIRST + from * DAY, FIRST + to * DAY] as const;
    return last ? [...range, last] : range;
  });
  const rows = await database.postgres.query(dayFoldsStatement(symbol, inTime, asOf), READ_TIMEOUT_MS);
  return dayFoldsOf(rows, inTime);
}

test("days are folded range by range, over months, ends excluded, by one statement; a range without any is none", async () => {
  await tell(0, FIRST + DAY, { o: "10.5", h: "12", l: "10", c: "11", v: "100.5", pv: "1100.25", n: 3 });
  await tell(1, FIRST + 2 * DAY, { o: "11", h: "15.25", l: "9.75", c: "14", v: "1", pv: "14", n: 1 });
  await tell(3, FIRST + 4 * DAY, { o: "13", h: "13", l: "13", c: "13", v: "0", pv: "0", n: 0 });
  await tell(1, FIRST + 2 * DAY, { o: "1", h: "99", l: "1", c: "1", v: "1", pv: "1", n: 1 }, "1");
  expect(
    await folds([
      [0, 3],
      [0, 1],
      [2, 3],
      [1, 4],
      [3, 4],
    ]),
  ).toEqual([
    { o: "10.5", h: "15.25", l: "9.75", c: "14", v: "101.5", pv: "1114.250000000000", n: 4 },
    { o: "10.5", h: "12", l: "10", c: "11", v: "100.5", pv: "1100.250000000000", n: 3 },
    null,
    { o: "11", h: "15.25", l: "9.75", c: "13", v: "1", pv: "14.000000000000", n: 1 },
    { o: "13", h: "13", l: "13", c: "13", v: "0", pv: "0.000000000000", n: 0 },
  ]);
  const closes = (
    await folds([
      [0, 3, true],
      [0, 1, true],
      [2, 3, true],
      [0, 4, true],
      [0, 4],
    ])
  ).map((fold) => fold?.c);
  expect(closes).toEqual(["14", "11", undefined, "13", "13"]);
  expect(await folds([[0, 4, true]])).toMatchObject([{ o: "13", v: "0" }]);
  expect(await folds([[0, 9]], undefined, "XNAS:OTHER")).toEqual([null]);
});

test("as of a moment each day is the version that was known then", async () => {
  const told = { o: "20", h: "20", l: "20", v: "2", pv: "40", n: 1 };
  await tell(10, FIRST + 11 * DAY, { ...told, c: "20" });
  await tell(10, FIRST + 13 * DAY, { ...told, c: "21", rev: 1 });
  const closes = async (asOf?: number) => (await folds([[9, 12, true]], asOf)).map((fold) => fold?.c ?? null);
  expect(await closes()).toEqual(["21"]);
  expect(await closes(FIRST + 11 * DAY - 1)).toEqual([null]);
  expect(await closes(FIRST + 11 * DAY)).toEqual(["20"]);
  expect(await closes(FIRST + 13 * DAY - 1)).toEqual(["20"]);
  expect(await closes(FIRST + 13 * DAY)).toEqual(["21"]);
});

test("an imported day tells its turnover by its average, or not at all", async () => {
  const told = { o: "5", h: "5", l: "5", c: "5", v: "3", pv: "15", n: 1 };
  await tell(20, FIRST + 21 * DAY, told);
  await tell(21, FIRST + 22 * DAY, told);
  const imported = (day: number, vwap: string) =>
    database.rows(
      `UPDATE bar SET price_volume = NULL, vwap = ${vwap} WHERE symbol = '${SYMBOL}' AND start = to_timestamp(${(FIRST + day * DAY) / 1_000})`,
    );
  await imported(20, "5.00000001");
  expect((await folds([[20, 22]]))[0]?.pv).toBe("30.000000030000");
  await imported(21, "NULL");
  expect(
    await folds([
      [20, 22],
      [20, 21],
    ]),
  ).toMatchObject([{ v: "6", pv: null }, { pv: "15.000000030000" }]);
});

test("a corporate action stands as it was told last", async () => {
  const mirror = mirrorOver(database.postgres, () => FIRST as EpochMs);
  const action = {
    ...{ symbol: SYMBOL, id: "d1", type: "dividend", exDate: "2026-02-13", terms: { amount: "0.1" } },
    ...{ referencePrice: "28.94", recordedAt: FIRST, recordedBy: { tenant: "t", subject: "ana" } },
  };
  const tellAction = (payload: object) => {
    const facts: Fact[] = [[++seq, FIRST, "corporate-action", JSON.stringify(payload)]];
    return mirror.commit([asText({ actor, facts, incarnation: "one", knownIncarnations: [] })]);
  };
  const rows = () =>
    database.rows(
      "SELECT id, type, ex_date::text, terms, reference_price::text, recorded_by, revoked_at IS NULL AS stands, revoked_by, seq FROM corporate_action",
    );
  const stored = {
    id: "d1",
    type: "dividend",
    ex_date: "2026-02-13",
    terms: { amount: "0.1" },
    reference_price: "28.94",
  };
  const by = { tenant: "t", subject: "ana" };
  await tellAction({ ...action, revokedAt: null, revokedBy: null });
  expect(await rows()).toEqual([
    { ...stored, recorded_by: by, stands: true, revoked_by: null, seq: `${seq}` },
  ]);
  await tellAction({ ...action, revokedAt: FIRST + 5, revokedBy: { tenant: "t", subject: "bob" } });
  expect(await rows()).toEqual([
    { ...stored, recorded_by: by, stands: false, revoked_by: { tenant: "t", subject: "bob" }, seq: `${seq}` },
  ]);
});
