/**
 * The same numbers on REST, UDF and WebSocket: after each stretch of a random history, with late trades, repeats, cancels and corrections,
 * with the symbol evicted in between, each bar of every width is the same one on all three, digit for digit.
 */
import { evictDurableObject, SELF } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import type { BarObject } from "../../src/contracts/bars.ts";
import type { TicksReply } from "../../src/contracts/ticks.ts";
import type { Env } from "../../src/env.ts";
import { APPLE } from "../support/instruments.ts";
import { isMessage } from "../support/stream-messages.ts";
import { StreamClient } from "./stream-client.ts";

const { SYMBOL, TEST_ROOT_KEY } = env as unknown as Env & { TEST_ROOT_KEY: string };
const HEADERS = { authorization: `Bearer ${TEST_ROOT_KEY}`, "content-type": "application/json" };
/** Folded from single trades, as far back as those are kept. */
const SECONDS = ["1S", "5S"];
const WIDTHS = [...SECONDS, "1", "3", "5", "15", "30", "60", "240", "1D", "1W", "1M"];
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** A Thursday some weeks ago: the histories run over a week's end, and over a month's wherever that is. */
const START = Math.floor(Date.now() / DAY) * DAY - 40 * DAY + 10 * HOUR;

async function call<Body>(method: string, path: string, json?: unknown): Promise<Body> {
  const body = json === undefined ? null : JSON.stringify(json);
  const response = await SELF.fetch(`http://outcry.test${path}`, { method, headers: HEADERS, body });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return JSON.parse(text) as Body;
}

/** Small and even; the same history for the same seed. */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** What a market does next: mostly a trade a little later, sometimes a silence, a late trade, a repeat, a cancel or a correction. */
class Market {
  readonly #symbol: string;
  readonly #random: (below: number) => number;
  #at = START;
  #ids = 0;
  #trades: { readonly id: string; readonly ts: number }[] = [];

  constructor(symbol: string, random: (below: number) => number) {
    this.#symbol = symbol;
    this.#random = random;
  }

  ticks(count: number): object[] {
    return Array.from({ length: count }, () => this.#tick());
  }

  #tick(): object {
    const dice = this.#random(100);
    const past = this.#trades.slice(-30)[this.#random(30)];
    if (dice < 6 && past !== undefined) return { type: "cancel", symbol: this.#symbol, ...past };
    if (dice < 12 && past !== undefined)
      return { type: "correct", symbol: this.#symbol, ...past, ...this.#print() };
    if (dice < 16 && past !== undefined) return { ...this.#tradeAt(past.ts), id: past.id };
    if (dice < 34) return this.#tradeAt(this.#at - this.#random(15 * MINUTE));
    this.#at += dice < 40 ? this.#random(20 * HOUR) : this.#random(12 * MINUTE);
    return this.#tradeAt(this.#at);
  }

  #tradeAt(ts: number): object {
    const id = `t${this.#ids++}`;
    this.#trades.push({ id, ts });
    return { type: "trade", symbol: this.#symbol, id, ts, ...this.#print() };
  }

  readonly #print = () => ({
    price: `${90 + this.#random(20)}.${this.#random(9_999)}1`.slice(0, 7),
    size: String(1 + this.#random(500)),
  });
}

/** A chart that follows the stream: the last thing that was told of each bar. */
class Chart {
  readonly bars = new Map<string, Map<number, BarObject>>(WIDTHS.map((width) => [width, new Map()]));
  readonly #client: StreamClient;

  constructor(client: StreamClient, symbol: string) {
    this.#client = client;
    client.say({ op: "subscribe", id: 1, topics: WIDTHS.map((width) => `bars.${width}.${symbol}`) });
  }

  async hear(): Promise<void> {
    const taken = new Map<string, number>();
    for (const said of (await this.#client.settled()).filter(isMessage)) {
      taken.set(said.topic, said.seq);
      // A gap of the feed is told on the same topic.
      const bar = said.type === "gap" ? null : (said.data as BarObject | null);
      if (bar !== null) this.#draw(said.topic.split(".")[1] ?? "", bar);
    }
    for (const [topic, seq] of taken) this.#client.say({ op: "ack", topic, seq });
  }

  #draw(width: string, bar: BarObject): void {
    const drawn = this.bars.get(width);
    // Its last trade was cancelled.
    if (bar.withdrawn === true) drawn?.delete(bar.t);
    else drawn?.set(bar.t, bar);
  }

  of(width: string): BarObject[] {
    return [...(this.bars.get(width) ?? [])].map(([, bar]) => bar).sort((one, other) => one.t - other.t);
  }
}

async function restBars(symbol: string, width: string): Promise<BarObject[]> {
  const bars: BarObject[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const query = `resolution=${width}&limit=97${cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`}`;
    const page: { bars: BarObject[]; nextCursor: string | null } = await call(
      "GET",
      `/v1/symbols/${symbol}/bars?${query}`,
    );
    bars.unshift(...page.bars);
    cursor = page.nextCursor;
  }
  return bars;
}

type Row = readonly [t: number, ...numbers: string[]];
/** Read from the text: parsing the numbers would round away what is to be seen. */
async function udfRows(symbol: string, width: string): Promise<Row[]> {
  const to = Math.floor(Date.now() / 1_000);
  const path = `/udf/history?symbol=${symbol}&resolution=${width}&to=${to}&countback=1000`;
  const response = await SELF.fetch(`http://outcry.test${path}`, { headers: HEADERS });
  const text = await response.text();
  const columns = ["t", "o", "h", "l", "c", "v"].map(
    (name) => new RegExp(`"${name}":\\[([^\\]]*)\\]`).exec(text)?.[1]?.split(",") ?? [],
  );
  return (columns[0] ?? []).map((t, index) => [
    Number(t),
    ...columns.slice(1).map((column) => column[index] ?? ""),
  ]);
}

/** The date of the trading day that begins at a moment: with its session, or hours before it. */
type Zone = { readonly timeZone: string; readonly dayBegins: number; readonly weekdays: boolean };

function placeOf(width: string, t: number, { timeZone, dayBegins, weekdays }: Zone): number {
  if (!["1D", "1W", "1M"].includes(width)) return t / 1_000;
  const date = new Intl.DateTimeFormat("en-CA", { timeZone, dateStyle: "short" }).format(t + dayBegins);
  let day = Date.parse(date);
  const isWeekend = (at: number) => [0, 6].includes(new Date(at).getUTCDay());
  while (width === "1M" && weekdays && isWeekend(day)) day += DAY;
  return day / 1_000;
}

const rowOf = (width: string, { t, o, h, l, c, v }: BarObject, zone: Zone): Row => [
  placeOf(width, t, zone),
  o,
  h,
  l,
  c,
  v,
];

const MARKETS = {
  "ONE:ALWAYS": {
    terms: { timezone: "UTC", session: "24x7" },
    zone: { timeZone: "UTC", dayBegins: 0, weekdays: false },
  },
  "ONE:INDIA": {
    terms: { timezone: "Asia/Kolkata", session: "0915-1530:23456" },
    zone: { timeZone: "Asia/Kolkata", dayBegins: 0, weekdays: true },
  },
  "ONE:FX": {
    terms: { timezone: "America/New_York", session: "1700-1700:23456", calendar: "FX" },
    zone: { timeZone: "America/New_York", dayBegins: 7 * HOUR, weekdays: true },
  },
};

const OUTCOMES = ["accepted", "duplicates", "late"] as const;

async function expectOneTruth(symbol: string, chart: Chart, zone: Zone): Promise<void> {
  for (const width of WIDTHS) {
    const bars = await restBars(symbol, width);
    expect(bars.length, width).toBeGreaterThan(0);
    // Of seconds that left the log a chart may know more than is read now.
    const since = SECONDS.includes(width) ? (bars[0]?.t ?? 0) : 0;
    const drawn = chart.of(width).filter(({ t }) => t >= since);
    expect(drawn, `${width}: the stream`).toEqual(bars);
    const rows = bars.map((bar) => rowOf(width, bar, zone));
    expect(await udfRows(symbol, width), `${width}: the chart`).toEqual(rows);
  }
}

describe.each(Object.entries(MARKETS))("%s", (symbol, { terms, zone }) => {
  test.each([1, 2])(
    "has the same bars on REST, UDF and WebSocket after history %i, evicted on the way",
    async (seed) => {
      const name = `${symbol}${seed}`;
      const { symbol: _, ...listing } = APPLE;
      await call("PUT", `/v1/instruments/${name}`, { ...listing, ...terms });
      const random = seeded(seed * 7_919 + symbol.length);
      const market = new Market(name, random);
      const chart = new Chart(await StreamClient.open(SYMBOL.getByName(name)), name);
      const outcomes = { accepted: 0, duplicates: 0, late: 0 };
      for (let round = 1; round <= 45; round++) {
        const ticks = market.ticks(1 + random(8));
        const reply = await call<TicksReply>("POST", "/v1/ticks", { source: "history", ticks });
        for (const outcome of OUTCOMES) outcomes[outcome] += reply[outcome];
        if (random(3) === 0) await evictDurableObject(SYMBOL.getByName(name), { webSockets: "hibernate" });
        await chart.hear();
        if (round % 15 === 0) await expectOneTruth(name, chart, zone);
      }
      expect(
        Object.values(outcomes).every((count) => count > 0),
        JSON.stringify(outcomes),
      ).toBe(true);
      expect((await restBars(name, "1")).some(({ rev }) => rev > 0)).toBe(true);
    },
  );
});
