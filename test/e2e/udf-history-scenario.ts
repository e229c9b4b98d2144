/** The rules of UDF's history over HTTP, checked against the trades that this test has posted. */
import { describe, expect, test } from "vitest";
import { seeded } from "../../scripts/faults/seeded.ts";
import { UdfClient } from "../support/udf-client.ts";
import { asBar, list, minuteOf, rowsOf, trade, tradingDayOf } from "./udf-market.ts";
import {
  CAP,
  DAILY,
  DAY,
  END,
  minutes,
  type OpenMarket,
  PAGES,
  QUIET,
  timeAt,
  WALK,
  WALKED,
  ZONES,
} from "./udf-open-market.ts";
import type { World } from "./world.ts";

const FOREVER = 4_000_000_000;
const WIDTHS = { "1": minutes, "5": rowsOf(WALKED, minuteOf(5)), "15": rowsOf(WALKED, minuteOf(15)) };

export function udfHistoryScenario(world: () => World, market: () => OpenMarket): void {
  const feed = () => market().feed;

  test("rule 1: countback outranks from, in both directions", async () => {
    const to = timeAt(700);
    const late = await feed().history(WALK, "1", { from: to - 60, to, countback: 50 });
    expect(late.rows).toEqual(minutes.slice(650, 700));
    const early = await feed().history(WALK, "1", { from: 0, to, countback: 5 });
    expect(early.rows).toEqual(minutes.slice(695, 700));
    const throughTheGap = await feed().history(WALK, "1", { from: END - 60, to: END, countback: 900 });
    expect(throughTheGap.rows).toEqual(minutes.slice(-900));
  });

  test("rule 2: to is exclusive, the forming bar is there, and nothing is later than now", async () => {
    const t = timeAt(20);
    const upTo = async (to: number) =>
      (await feed().history(WALK, "1", { from: t - 600, to })).rows.at(-1)?.t;
    expect([await upTo(t), await upTo(t + 1)]).toEqual([timeAt(19), t]);
    expect((await feed().history(WALK, "1", { from: t, to: t + 1 })).rows).toEqual([minutes[20]]);

    const symbol = "UDF:LIVE";
    await list(world(), symbol);
    const now = Date.now();
    const live = [now - 150_000, now].map((ts) => ({ ts, price: 1_000_000n, size: 1_000n }));
    await trade(world(), symbol, live);
    for (const resolution of ["1", "5", "60", "D"]) {
      const { rows } = await feed().history(symbol, resolution, { from: 0, to: FOREVER, countback: 3 });
      const place = resolution === "D" ? tradingDayOf("UTC") : minuteOf(Number(resolution));
      expect(rows, `resolution ${resolution}`).toEqual(rowsOf(live, place));
      expect(rows.at(-1)?.t).toBeLessThanOrEqual(Date.now() / 1_000);
    }
  });

  test("rule 3: rows ascend without doubles, in seconds, and prices are numbers with every digit", async () => {
    for (const [resolution, expected] of Object.entries(WIDTHS)) {
      const reply = await feed().history(WALK, resolution, { from: 0, to: END, countback: CAP });
      expect(reply.rows, `resolution ${resolution}`).toEqual(expected.slice(-CAP));
      const times = reply.rows.map(({ t }) => t);
      expect(times).toEqual([...new Set(times)].sort((one, other) => one - other));
    }
    const { body } = await feed().get(`history?symbol=${WALK}&resolution=1&to=${END}&countback=9`);
    for (const name of ["t", "o", "h", "l", "c", "v"])
      expect((body[name] as unknown[]).map((value) => typeof value)).toEqual(Array(9).fill("number"));
  });

  describe.each(Object.entries(ZONES))("rule 4: %s in %s", (symbol, zone) => {
    const days = rowsOf(DAILY, tradingDayOf(zone));

    test("a day's bar stands at 00:00 UTC of its trading day, under D and 1D", async () => {
      for (const resolution of ["D", "1D"]) {
        const { rows } = await feed().history(symbol, resolution, { from: 0, to: FOREVER });
        expect(rows).toEqual(days);
        expect(rows.filter(({ t }) => t % DAY !== 0)).toEqual([]);
      }
    });

    test("it is asked for by that time: from inclusive, to exclusive, countback before to", async () => {
      const [from = 0, to = 0] = [days[3]?.t, days[7]?.t];
      expect((await feed().history(symbol, "D", { from, to })).rows).toEqual(days.slice(3, 7));
      expect((await feed().history(symbol, "D", { from: from + 1, to: to + 1 })).rows).toEqual(
        days.slice(4, 8),
      );
      expect((await feed().history(symbol, "D", { from: 0, to, countback: 2 })).rows).toEqual(
        days.slice(5, 7),
      );
    });

    test("its open and close are those of the day's first and last minute", async () => {
      const { rows } = await feed().history(symbol, "1", { from: 0, to: FOREVER });
      const dayOf = tradingDayOf(zone);
      for (const day of days) {
        const inside = rows.filter(({ t }) => dayOf(t * 1_000) === day.t);
        expect([inside[0]?.o, inside.at(-1)?.c]).toEqual([day.o, day.c]);
      }
    });
  });

  test("rule 4: a week stands at its Monday and a month at its first trading day, under both their names", async () => {
    const monday = (ts: number) => (ts - ((new Date(ts).getUTCDay() + 6) % 7) * DAY * 1_000) / 1_000;
    const first = (ts: number) => Date.UTC(new Date(ts).getUTCFullYear(), new Date(ts).getUTCMonth()) / 1_000;
    for (const [resolution, startOf] of [
      ["W", monday],
      ["1W", monday],
      ["M", first],
      ["1M", first],
    ] as const) {
      const placeOf = (ts: number) => startOf(ts - (ts % (DAY * 1_000)));
      const { rows } = await feed().history(WALK, resolution, { from: 0, to: END });
      expect(rows, resolution).toEqual(rowsOf(WALKED, placeOf));
    }
  });

  test("rule 5: a gap names the newest bar before it, and the end of history names none", async () => {
    const gapAt = minutes.findIndex(({ t }, index) => (minutes[index + 1]?.t ?? 0) - t > 3_600);
    const last = timeAt(gapAt);
    expect(await feed().history(WALK, "1", { from: last + 120, to: last + 3_600 })).toEqual({
      ...{ s: "no_data", nextTime: last, rows: [] },
    });
    expect((await feed().history(WALK, "1", { from: 0, to: last + 3_600, countback: 1 })).rows).toEqual([
      minutes[gapAt],
    ]);
    for (const query of [
      { from: timeAt(0) - DAY, to: timeAt(0) },
      { to: timeAt(0), countback: 10 },
    ])
      expect(await feed().history(WALK, "1", query)).toEqual({ s: "no_data", rows: [] });
    expect(await feed().history(QUIET, "1", { from: 0, to: FOREVER, countback: 300 })).toEqual({
      s: "no_data",
      rows: [],
    });
  });

  test("rule 6: ok is never empty, and no_data without a hint is true of every wider range", async () => {
    const random = seeded(8);
    for (let attempt = 0; attempt < 60; attempt++) {
      const to = Math.floor(timeAt(0) - 3_600 + random() * (END - timeAt(0) + 7_200));
      const from = to - Math.floor(random() * 1_800);
      const inside = minutes.filter(({ t }) => t >= from && t < to);
      const older = minutes.filter(({ t }) => t < from).at(-1)?.t;
      const reply = await feed().history(WALK, "1", { from, to });
      const gap = { s: "no_data", ...(older === undefined ? {} : { nextTime: older }), rows: [] };
      expect(inside.length > 0 ? reply.rows : reply).toEqual(inside.length > 0 ? inside : gap);
    }
  });

  test("rule 7: a page has exactly the cap, newest first, and a client asks on until there is no more", async () => {
    for (const query of [
      { from: 0, to: END },
      { from: 0, to: END, countback: CAP + 777 },
    ])
      expect((await feed().history(WALK, "1", query)).rows).toEqual(minutes.slice(-CAP));
    const chart = new UdfClient(feed().base, {}, { maxResponseLength: CAP });
    const { bars } = await chart.bars(WALK, "1", { from: 0, to: END });
    expect(bars).toEqual(minutes.map(asBar));
    expect(chart.pages).toBe(PAGES + 1);
  });
}
