/** Indicators inside workerd: an object that is evicted or crashes between every two steps tells what one that lives on does, to the last bit. */
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, expect, test } from "vitest";
import { INSTRUMENT_DIRECTORY as DIRECTORY_NAME } from "../../actors/instrument-directory/address.ts";
import type { InstrumentDirectoryApi } from "../../actors/instrument-directory/messages.ts";
import type { SymbolApi } from "../../actors/symbol/messages.ts";
import { indicatorBar } from "../../src/contracts/indicators.ts";
import type { Env } from "../../src/env.ts";
import { APPLE } from "../support/instruments.ts";
import type { Said } from "../support/stream-messages.ts";
import { envelopeNow } from "./envelope-now.ts";
import { StreamClient } from "./stream-client.ts";

const { INSTRUMENT_DIRECTORY, SYMBOL } = env as unknown as Env;
const DEFINITIONS = ["sma_3", "ema_5", "macd_2_4_3", "obv", "ts-trix_3", "cdl-engulfing"];
const WIDTHS = ["1", "5S"];
const MINUTE = 60_000;
const START = Math.floor((Date.now() - 26 * 3_600_000) / 3_600_000) * 3_600_000;

const object = (name: string) => SYMBOL.getByName(name);
// SAFETY: as in wiring.ts.
const api = (name: string) => object(name) as unknown as SymbolApi;
const evict = (name: string) => evictDurableObject(object(name), { webSockets: "hibernate" });
const crash = (name: string) =>
  runInDurableObject(object(name), (_instance, context) => context.abort("crashed")).catch(() => undefined);
const topicsOf = (symbol: string) =>
  DEFINITIONS.flatMap((definition) => WIDTHS.map((width) => `indicator.${definition}@${width}.${symbol}`));

type Sent = Readonly<Record<string, unknown>>;
async function post(symbol: string, ...ticks: readonly Sent[]): Promise<void> {
  const body = JSON.stringify(ticks.map((tick, index) => [index, { symbol, ...tick }]));
  const reply = await api(symbol).ticks(envelopeNow(), "test", body);
  expect(JSON.parse(reply.ok ? reply.value : "{}")).toMatchObject({ accepted: ticks.length });
}
const trade = (minute: number, price: string, id = `t${minute}`): Sent => ({
  ...{ type: "trade", ts: START + Math.round(minute * MINUTE), price, size: "2", id },
});

/** After the first one somebody watches. */
const STEPS: readonly ((symbol: string) => Promise<unknown>)[] = [
  (symbol) => post(symbol, trade(0, "100"), trade(1, "101.5"), trade(2, "99.25"), trade(3, "103.1")),
  (symbol) => post(symbol, trade(4, "102.2"), trade(4.5, "100.05")),
  (symbol) => post(symbol, trade(5, "98"), trade(6, "107.3"), trade(7, "101.1")),
  (symbol) => post(symbol, trade(3.5, "111", "late")),
  (symbol) => post(symbol, { type: "cancel", ts: START + 6 * MINUTE, id: "t6" }),
  (symbol) => post(symbol, { type: "correct", ts: START + MINUTE, id: "t1", price: "100.1", size: "3" }),
  (symbol) => post(symbol, trade(8, "104"), trade(8.2, "103.7")),
  (symbol) => api(symbol).endFeed(envelopeNow()),
  (symbol) => post(symbol, trade(8.7, "99.9", "early"), trade(9, "100")),
];

/** Messages by topic. */
type Heard = Map<string, [topic: string, seq: number, type: string, data: Said][]>;
const ofMinutes = (step: Heard): Heard => new Map([...step].filter(([topic]) => topic.includes("@1.")));

/** Without what is different in every run. */
const plain = ({ topic, type, data, seq }: Said, symbol: string): [string, number, string, Said] => [
  topic.replace(symbol, "S"),
  seq,
  type,
  data,
];

beforeAll(async () => {
  const lines = ["T:IN-LASTING", "T:IN-EVICTED", "T:IN-CRASHED", "T:IN-LASTING-2"].map((symbol) => ({
    ...APPLE,
    symbol,
  }));
  // SAFETY: as in wiring.ts.
  const directory = INSTRUMENT_DIRECTORY.getByName(DIRECTORY_NAME) as unknown as InstrumentDirectoryApi;
  expect(await directory.put(envelopeNow(), JSON.stringify(lines))).toMatchObject({ ok: true });
});

const open = async (symbol: string, frame: unknown): Promise<StreamClient> => {
  const client = await StreamClient.open(object(symbol));
  client.say(frame);
  return client;
};

/** What a subscriber was told after each step; nothing is promised of the order between topics. */
async function told(symbol: string, between: (symbol: string) => Promise<unknown>) {
  const heard: Heard[] = [];
  let client: StreamClient | undefined;
  for (const [index, step] of STEPS.entries()) {
    await step(symbol);
    await between(symbol);
    client ??= await open(symbol, { op: "subscribe", topics: topicsOf(symbol) });
    const news = (await client.settled()).filter(({ op, type }) => op === undefined && type !== "hb");
    if (index === 0) expect(news).toHaveLength(DEFINITIONS.length * WIDTHS.length);
    for (const { data } of news) indicatorBar.parse(data);
    heard.push(
      Map.groupBy(
        news.map((each) => plain(each, symbol)),
        ([topic]) => topic,
      ),
    );
  }
  return heard;
}

test("one that is evicted after every step tells what one that lives on does", async () => {
  const lasting = await told("T:IN-LASTING", async () => undefined);
  const evicted = await told("T:IN-EVICTED", evict);
  // Of seconds nothing is kept of what was told: a revision tells again what may not have changed.
  expect(evicted.map(ofMinutes)).toEqual(lasting.map(ofMinutes));
  const [known, found] = [new StreamValues(lasting), new StreamValues(evicted)];
  for (const topic of topicsOf("S")) expect([topic, found.of(topic)]).toEqual([topic, known.of(topic)]);
  const kinds = lasting.flatMap((step) => [...step.values()].flat().map(([, , type]) => type));
  expect(new Set(kinds)).toEqual(new Set(["snap", "bar", "rev"]));
});

test("one that crashes after every step goes on, resumed, with the values of one that lives on", async () => {
  const symbol = "T:IN-CRASHED";
  const values = new Map<string, Map<number, unknown>>();
  const places = new Map<string, { epoch: string; seq: number }>();
  for (const [index, step] of STEPS.entries()) {
    await step(symbol);
    if (index > 0) await crash(symbol);
    const client = await StreamClient.open(object(symbol));
    if (index === 0) client.say({ op: "subscribe", topics: topicsOf(symbol) });
    for (const [topic, place] of places) client.say({ op: "resume", topic, ...place });
    for (const { op, topic, epoch, seq, data, reset } of await client.settled()) {
      if (op !== undefined) continue;
      expect([index, topic, seq, reset]).toEqual([index, topic, seq, undefined]);
      places.set(topic, { epoch, seq });
      const rows = values.get(topic) ?? new Map<number, unknown>();
      values.set(topic, rows.set(data.t, data));
    }
    client.socket.close();
  }
  const lasting = new StreamValues(await told("T:IN-LASTING-2", async () => undefined));
  for (const [topic, rows] of values)
    expect([topic, rows]).toEqual([topic, lasting.of(topic.replace(symbol, "S"))]);
});

/** The newest of each bar. */
class StreamValues {
  readonly #rows = new Map<string, Map<number, unknown>>();

  constructor(steps: readonly Heard[]) {
    for (const step of steps) {
      for (const [topic, messages] of step) {
        const rows = this.#rows.get(topic) ?? new Map<number, unknown>();
        this.#rows.set(topic, rows);
        for (const [, , , data] of messages) rows.set(data.t, data);
      }
    }
  }

  of(topic: string) {
    return this.#rows.get(topic);
  }
}
