/** Series inside workerd: an object that is evicted between every two steps, or crashes, has the bars of one that lives on. */
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, expect, test } from "vitest";
import { INSTRUMENT_DIRECTORY as DIRECTORY_NAME } from "../../actors/instrument-directory/address.ts";
import type { InstrumentDirectoryApi } from "../../actors/instrument-directory/messages.ts";
import type { SymbolApi } from "../../actors/symbol/messages.ts";
import { type SeriesBarObject, seriesBar } from "../../src/contracts/series.ts";
import type { Env } from "../../src/env.ts";
import { APPLE } from "../support/instruments.ts";
import type { Said } from "../support/stream-messages.ts";
import { envelopeNow } from "./envelope-now.ts";
import { StreamClient } from "./stream-client.ts";

const { INSTRUMENT_DIRECTORY, SYMBOL } = env as unknown as Env;
const SERIES = ["2T", "5V", "500N", "0.5R"];
const START = Math.floor((Date.now() - 26 * 3_600_000) / 3_600_000) * 3_600_000;

const object = (name: string) => SYMBOL.getByName(name);
// SAFETY: as in wiring.ts.
const api = (name: string) => object(name) as unknown as SymbolApi;
const evict = (name: string) => evictDurableObject(object(name), { webSockets: "hibernate" });
const crash = (name: string) =>
  runInDurableObject(object(name), (_instance, context) => context.abort("crashed")).catch(() => undefined);

type Sent = Readonly<Record<string, unknown>>;
async function post(symbol: string, ...ticks: readonly Sent[]): Promise<void> {
  const body = JSON.stringify(ticks.map((tick, index) => [index, { symbol, ...tick }]));
  const reply = await api(symbol).ticks(envelopeNow(), "test", body);
  expect(JSON.parse(reply.ok ? reply.value : "{}")).toMatchObject({ accepted: ticks.length });
}
const trade = (second: number, price: string, id: string): Sent => ({
  ...{ type: "trade", ts: START + second * 1_000, price, size: "2", id },
});

const STEPS: readonly ((symbol: string) => Promise<unknown>)[] = [
  (symbol) => post(symbol, trade(0, "100", "1"), trade(1, "100.6", "2"), trade(2, "101.3", "3")),
  async (symbol) => {
    for (const series of SERIES)
      expect(await api(symbol).putSeries(envelopeNow(), series)).toMatchObject({ ok: true });
  },
  (symbol) => post(symbol, trade(10, "99.2", "4"), trade(11, "99.4", "5")),
  (symbol) => post(symbol, trade(12, "102", "6")),
  (symbol) => post(symbol, trade(5, "98", "late")),
  (symbol) => post(symbol, { type: "cancel", ts: START + 10_000, id: "4" }),
  (symbol) => post(symbol, { type: "correct", ts: START + 1_000, id: "2", price: "100.1", size: "3" }),
  (symbol) => post(symbol, trade(20, "102.2", "7"), trade(21, "100.9", "8"), trade(22, "101", "9")),
  (symbol) => api(symbol).deleteSeries(envelopeNow(), "5V"),
  (symbol) => post(symbol, trade(19, "103", "late-2"), trade(86_400, "104", "10")),
];

async function bars(symbol: string, series: string): Promise<SeriesBarObject[]> {
  const page = await api(symbol).seriesBars(envelopeNow(), series, { limit: 1_000 });
  return page.ok ? page.value.bars.map((text) => seriesBar.parse(JSON.parse(text))) : [];
}
const all = async (symbol: string) =>
  Promise.all(SERIES.map(async (series) => [series, await bars(symbol, series)]));

/** Without what is different in every run. */
const plain = ({ topic, type, data, seq }: Said, symbol: string) => [
  topic.replace(symbol, "S"),
  seq,
  type,
  // When a silence was noticed is no matter of what is compared.
  type === "gap" ? { ...data, foundAt: 0 } : data,
];

beforeAll(async () => {
  const lines = ["T:SR-LASTING", "T:SR-EVICTED", "T:SR-CRASHED"].map((symbol) => ({ ...APPLE, symbol }));
  // SAFETY: as in wiring.ts.
  const directory = INSTRUMENT_DIRECTORY.getByName(DIRECTORY_NAME) as unknown as InstrumentDirectoryApi;
  expect(await directory.put(envelopeNow(), JSON.stringify(lines))).toMatchObject({ ok: true });
});

/** What stood after each step, and what a subscriber was told from the second on. */
async function walked(symbol: string, between: (symbol: string) => Promise<unknown>) {
  const stood: unknown[] = [];
  const told: unknown[] = [];
  let client: StreamClient | undefined;
  for (const [index, step] of STEPS.entries()) {
    if (index > 0) await between(symbol);
    await step(symbol);
    await between(symbol);
    stood.push(await all(symbol));
    if (index === 1) {
      client = await StreamClient.open(object(symbol));
      client.say({ op: "subscribe", topics: SERIES.map((series) => `series.${series}.${symbol}`) });
    }
    const said = (await client?.settled()) ?? [];
    const news = said.filter(({ op, type }) => op === undefined && type !== "hb");
    // Nothing is promised of the order between topics.
    told.push(
      Map.groupBy(
        news.map((each) => plain(each, symbol)),
        ([topic]) => topic,
      ),
    );
  }
  return { stood, told };
}

test("an evicted object tells and has what one that lives on does, after every step", async () => {
  const lasting = await walked("T:SR-LASTING", async () => undefined);
  const evicted = await walked("T:SR-EVICTED", evict);
  expect(evicted).toEqual(lasting);
  const final = await bars("T:SR-EVICTED", "2T");
  expect(final.map(({ i, n }) => [i, n])).toEqual([
    [0, 2],
    [1, 2],
    [2, 2],
    [3, 2],
    [4, 2],
    [0, 1],
  ]);
  expect(final.filter(({ rev }) => rev > 0).length).toBeGreaterThan(2);
  expect(await bars("T:SR-EVICTED", "5V")).toEqual([]);
  expect(await api("T:SR-EVICTED").allSeries(envelopeNow(), { limit: 10 })).toMatchObject({
    value: { total: 3 },
  });
});

test("one that crashes after each acknowledged step has the same bars", async () => {
  const { stood } = await walked("T:SR-CRASHED", async () => undefined);
  await crash("T:SR-CRASHED");
  expect(await all("T:SR-CRASHED")).toEqual(stood.at(-1));
});
