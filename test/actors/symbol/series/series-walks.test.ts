/** Random markets through the whole object, on real SQLite: series against brute force from the trades that stand. */
import { describe, expect, test } from "vitest";
import { type SeriesBarObject, seriesBar } from "../../../../src/contracts/series.ts";
import { seriesRule } from "../../../../src/quant/series/rule.ts";
import { EVERYTHING } from "../../../../src/quant/trade-conditions.ts";
import { built } from "../../../quant/series/trades.ts";
import type { FakeSocket } from "../../../support/fake-sockets.ts";
import { fewOrAll } from "../../../support/few-or-all.ts";
import { envelope } from "../../../support/runtime-fakes.ts";
import type { Said } from "../../../support/stream-messages.ts";
import { HOUR, INSTRUMENT, MINUTE, NOON, quote, type Sent, SYMBOL, trade } from "../bench.ts";
import { World } from "../pit-world.ts";
import { barsOf, connect, put, topicOf } from "./series-calls.ts";

const SERIES = ["1T", "3T", "2.5V", "250N", "0.5R", "0.07R"];
const DAY = 24 * HOUR;
const plain = (text: string, scale: number) => Math.round(Number(text) * 10 ** scale);

/** Trades that stand, as the venue would know them. */
type Standing = {
  readonly id: string;
  readonly ts: number;
  price: string;
  readonly size: string;
  readonly arrival: number;
};

class Market {
  readonly world = new World();
  standing: Standing[] = [];
  #seed: number;
  #ids = 0;
  ts = NOON - 13 * HOUR;

  constructor(seed: number) {
    this.#seed = seed;
  }

  random(below: number): number {
    this.#seed = (this.#seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((this.#seed / 2_147_483_648) * below);
  }

  /** Up to four ticks in one request: mostly trades in order, some late within the horizon, now and then a cancel or a correction. */
  async step(): Promise<void> {
    const ticks: Sent[] = [];
    for (let each = this.random(4) + 1; each > 0; each--) ticks.push(this.#tick());
    expect(await this.world.take(...ticks)).toMatchObject({ value: { accepted: ticks.length } });
  }

  #tick(): Sent {
    this.ts += this.random(60_000);
    const kind = this.random(10);
    if (kind === 0) return quote(this.ts, "99", "101");
    const [chosen] = this.standing.slice(-1 - this.random(5));
    if (kind === 1 && chosen !== undefined && this.ts - chosen.ts < 10 * MINUTE) return this.#amend(chosen);
    const late = this.random(6) === 0 ? this.random(8 * MINUTE) : 0;
    const [price, size] = [(100 + this.random(200) / 100).toFixed(2), String(1 + this.random(3))];
    const one = { id: String(++this.#ids), ts: this.ts - late, price, size, arrival: this.#ids };
    this.standing.push(one);
    return trade(one.ts, price, { id: one.id, size });
  }

  #amend(one: Standing): Sent {
    const { ts, id } = one;
    if (this.random(2) === 0) {
      this.standing = this.standing.filter((each) => each !== one);
      return { type: "cancel", symbol: SYMBOL, ts, id };
    }
    one.price = (100 + this.random(200) / 100).toFixed(2);
    return { type: "correct", symbol: SYMBOL, ts, id, price: one.price, size: one.size };
  }

  /** Each day built at once; without revisions. */
  expected(series: string): object[] {
    const ruled = seriesRule(series, INSTRUMENT);
    if (!ruled.ok) expect.unreachable();
    const trades = this.standing
      .map(({ id, ts, price, size, arrival }) => {
        const key = [ts, Number(id), arrival] as const;
        return { key, price: plain(price, 2), size: plain(size, 3), counts: EVERYTHING };
      })
      .sort(({ key: a }, { key: b }) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]);
    return [...Map.groupBy(trades, ({ key: [ts] }) => Math.floor(ts / DAY))].flatMap(([day, ofDay]) => {
      const { bars, forming } = built(ruled.ok ? ruled.rule : expect.unreachable(), ofDay);
      return [...bars, ...(forming === undefined ? [] : [forming])].map(
        ({ i, o, h, l, c, v, n, first, last, direction }) => ({
          day: new Date(day * DAY).toISOString().slice(0, 10),
          ...{ i, n, t: first[0], end: last[0] },
          prices: [o, h, l, c],
          v: Number(v),
          direction,
        }),
      );
    });
  }
}

const shape = ({ day, i, n, t, end, o, h, l, c, v, direction }: SeriesBarObject) => ({
  ...{ day, i, n, t, end },
  prices: [o, h, l, c].map((text) => plain(text, 2)),
  v: plain(v, 3),
  direction,
});

/** Who listens to all series, over restarts of the object. */
class Listener {
  readonly #world: World;
  readonly #bars = new Map(SERIES.map((series) => [topicOf(series), new Map<string, SeriesBarObject>()]));
  #socket: FakeSocket;

  constructor(world: World, socket: FakeSocket) {
    this.#world = world;
    this.#socket = socket;
  }

  hear(): void {
    const said = this.#socket.take();
    for (const each of said) this.#take(each);
    for (const { topic, seq } of said.filter(({ seq }) => seq % 40 === 0))
      this.#world.sockets.message(this.#socket, JSON.stringify({ op: "ack", topic, seq }));
    expect(this.#socket.closing).toBeUndefined();
    this.#socket = this.#world.port.sockets.at(-1) ?? expect.unreachable();
  }

  bars(series: string): SeriesBarObject[] {
    const bars = [...(this.#bars.get(topicOf(series))?.values() ?? [])];
    return bars.sort((one, other) => one.t - other.t || one.i - other.i);
  }

  #take({ topic, type, data, reset }: Said): void {
    if (topic === undefined || data === null || !["snap", "bar", "rev"].includes(type)) return;
    // After a reset it would have to read the bars again.
    expect(reset).toBeUndefined();
    const bar = seriesBar.parse(data);
    expect(type === "snap" || (type === "rev") === bar.rev > 0).toBe(true);
    const bars = this.#bars.get(topic);
    if (bar.withdrawn === true) bars?.delete(`${bar.day}.${bar.i}`);
    else bars?.set(`${bar.day}.${bar.i}`, bar);
  }
}

describe("after any market, with restarts between", () => {
  test.each(fewOrAll([1, 2], [1, 2, 3, 4]))(
    "the bars are those of the trades that stand, and who listened has what readers get (walk %i)",
    async (seed) => {
      const market = new Market(seed);
      const { world } = market;
      await world.take(quote(market.ts - 1, "99", "101"));
      for (const series of SERIES) await put(world, series);
      const listener = new Listener(world, await connect(world, SERIES.map(topicOf)));
      const check = async (series: string): Promise<number> => {
        const bars = await barsOf(world, series);
        expect(bars.map(shape)).toEqual(market.expected(series));
        expect(listener.bars(series)).toEqual(bars);
        return bars.filter(({ rev }) => rev > 0).length;
      };
      for (let step = 0; step < 150; step++) {
        await market.step();
        if (step % 11 === 5) await world.pit.endFeed(envelope());
        if (step % 7 === 3) world.restart();
        listener.hear();
        if (step % 10 === 0) await Promise.all(SERIES.map(check));
      }
      expect(Math.min(...(await Promise.all(SERIES.map(check))))).toBeGreaterThan(3);
    },
  );

  test("a series that is put at the end has the same bars as one that was there from the beginning", async () => {
    const market = new Market(9);
    const { world } = market;
    await put(world, "3T");
    for (let step = 0; step < 60; step++) await market.step();
    await put(world, "4T");
    const early = await barsOf(world, "3T");
    await world.pit.series.remove(envelope(), "3T");
    expect(await barsOf(world, "3T")).toEqual([]);
    await put(world, "3T");
    const strip = ({ rev: _rev, state: _state, ...bar }: SeriesBarObject) => bar;
    expect((await barsOf(world, "3T")).map(strip)).toEqual(early.map(strip));
    expect((await barsOf(world, "4T")).map(shape)).toEqual(market.expected("4T"));
  });

  test("what came too late for its bars is in the series once it is folded in, when its day closes", async () => {
    const market = new Market(5);
    const { world } = market;
    await world.take(quote(NOON - 3 * DAY, "99", "101"));
    await put(world, "2T");
    const start = NOON - 14 * HOUR;
    for (let minute = 0; minute < 40; minute++) await world.take(trade(start + minute * MINUTE, "100"));
    expect(await world.take(trade(start + 1, "105", { size: "9" }))).toMatchObject({ value: { late: 1 } });
    const sum = async () => (await barsOf(world, "2T")).reduce((total, { v }) => total + Number(v), 0);
    expect(await sum()).toBe(40);
    await world.take(trade(start + 3 * HOUR, "101"));
    expect(await sum()).toBe(50);
    const [first] = await barsOf(world, "2T");
    expect(first).toMatchObject({ h: "105", v: "10", n: 2, rev: 1, state: "revised" });
  });
});

test("a gap that its feed told marks the bars behind it, to the end of the day, until it is filled", async () => {
  const world = new World();
  await world.take(quote(NOON - 3 * DAY, "99", "101"));
  await put(world, "1T");
  const gap = { type: "gap", symbol: SYMBOL, ts: NOON + 5, from: NOON + 1, to: NOON + 5, reason: "cut" };
  await world.take(trade(NOON, "100"), gap, trade(NOON + HOUR, "100"));
  const partial = async () => (await barsOf(world, "1T")).map(({ partial = false }) => partial);
  expect(await partial()).toEqual([false, true]);
  await world.take({ ...gap, ts: NOON + HOUR, filled: true });
  expect(await partial()).toEqual([false, false]);
});
