/** Corporate actions on the product itself: days that Postgres alone has, closes found there, weeks and months folded from adjusted days. */
import { expect, test } from "vitest";
import { eventually, read } from "../../scripts/faults/audit.ts";
import type { BarObject, BarsReply } from "../../src/contracts/bars.ts";
import type { CorporateActionObject } from "../../src/contracts/corporate-actions.ts";
import type { World } from "./world.ts";

const S = "XTEST:SPLIT";
const DAY = 86_400_000;
const FIRST = Date.UTC(2024, 0, 1);
const DAYS = 120;
const SPLIT = { id: "split", type: "split", exDate: "2024-02-14", from: "1", to: "4" };
const DIVIDEND = { id: "dividend", type: "dividend", exDate: "2024-03-07", amount: "0.37" };

const isWeekday = (t: number): boolean => ![0, 6].includes(new Date(t).getUTCDay());
/** Prices fall to a quarter with the split. */
function dayAt(t: number) {
  const index = (t - FIRST) / DAY;
  const close = (100 + ((index * 37) % 23)) * (t < Date.parse(SPLIT.exDate) ? 4 : 1);
  const price = (value: number): string => value.toFixed(2);
  const numbers = { o: price(close - 1), h: price(close + 2.5), l: price(close - 3.25), c: price(close) };
  return { date: new Date(t).toISOString().slice(0, 10), ...numbers, v: `${1_000 + index}` };
}

export function corporateActionScenario(world: () => World): void {
  const path = `/v1/symbols/${S}`;
  const bars = async (resolution: string, adjust: string): Promise<BarObject[]> =>
    (await world().get<BarsReply>(`${path}/bars?resolution=${resolution}&adjust=${adjust}`)).bars;
  const actions = () => world().all<CorporateActionObject>(`${path}/actions`);
  const starts = Array.from({ length: DAYS }, (_, index) => FIRST + index * DAY).filter(isWeekday);

  test("are recorded for a symbol whose days were all imported", async () => {
    await world().registerInstrument(S);
    const rows = starts.map(dayAt);
    expect(await world().postLines(`${path}/bars?resolution=1D&source=e2e`, rows)).toMatchObject({
      ...{ accepted: rows.length, rejected: [] },
    });
    await world().priceAt(S, "110");
    const first = await world().post(`${path}/actions`, SPLIT);
    expect(await world().post(`${path}/actions`, SPLIT)).toEqual(first);
    await world().post(`${path}/actions`, DIVIDEND);
  });

  test("stand on the close that only Postgres has", async () => {
    const before = dayAt(Date.parse("2024-03-06")).c;
    const [split, dividend] = await actions();
    expect(split?.factors?.price.value).toBe("0.25");
    expect(dividend?.factors?.priceBefore).toBe(String(Number(before)));
    const value = (Number(before) - 0.37) / Number(before);
    expect(Number(dividend?.factors?.price.value)).toBeCloseTo(value, 14);
  });

  test("adjust each day before their ex-dates, and no other", async () => {
    const [raw, all] = [await bars("1D", "raw"), await bars("1D", "all")];
    const factor = Number((await actions())[1]?.factors?.price.value);
    expect(all.map(({ t }) => t)).toEqual(raw.map(({ t }) => t));
    for (const [index, { t, c, v }] of raw.entries()) {
      const ratio = t < Date.parse(SPLIT.exDate) ? 4 : 1;
      const paid = t < Date.parse(DIVIDEND.exDate) ? factor : 1;
      expect(Number(all[index]?.c)).toBeCloseTo((Number(c) / ratio) * paid, 7);
      expect(Number(all[index]?.v)).toBe(Number(v) * ratio);
    }
  });

  test("weeks and months are the folds of adjusted days, also where an ex-date cuts them", async () => {
    const days = await bars("1D", "all");
    for (const resolution of ["1W", "1M"]) {
      const wide = await bars(resolution, "all");
      expect(wide.length).toBeGreaterThan(4);
      for (const [index, { t, o, h, l, c, v }] of wide.entries()) {
        const until = wide[index + 1]?.t ?? Number.POSITIVE_INFINITY;
        const inside = days.filter((day) => day.t >= t && day.t < until);
        const extreme = (name: "h" | "l", of: typeof Math.max) =>
          of(...inside.map((day) => Number(day[name])));
        expect([o, c]).toEqual([inside[0]?.o, inside.at(-1)?.c]);
        expect([Number(h), Number(l)]).toEqual([extreme("h", Math.max), extreme("l", Math.min)]);
        expect(Number(v)).toBe(inside.reduce((sum, day) => sum + Number(day.v), 0));
      }
    }
  });

  test("that are revoked leave bars as if they had never been, and Postgres with their record", async () => {
    const raw = await bars("1M", "raw");
    await world().send("DELETE", `${path}/actions/split`);
    expect(await bars("1M", "split")).toEqual(raw);
    expect(await actions()).toMatchObject([
      { id: "split", revokedAt: expect.any(Number) },
      { id: "dividend" },
    ]);
    const sql =
      "SELECT id, ex_date::text, revoked_at IS NULL AS stands FROM corporate_action WHERE symbol = $1 ORDER BY id";
    const rows = await eventually(
      () => read(world().postgres, sql, S),
      (found) => found.some(({ stands }) => stands === false),
    );
    expect(rows).toEqual([
      { id: "dividend", ex_date: DIVIDEND.exDate, stands: true },
      { id: "split", ex_date: SPLIT.exDate, stands: false },
    ]);
  });
}
