/** A symbol's stream inside workerd: real sockets that hibernate, and an object that is evicted between every two frames. */
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import { INSTRUMENT_DIRECTORY as DIRECTORY_NAME } from "../../actors/instrument-directory/address.ts";
import type { InstrumentDirectoryApi } from "../../actors/instrument-directory/messages.ts";
import type { SymbolApi } from "../../actors/symbol/messages.ts";
import type { Env } from "../../src/env.ts";
import { APPLE } from "../support/instruments.ts";
import type { Said } from "../support/stream-messages.ts";
import { envelopeNow } from "./envelope-now.ts";
import { StreamClient, upgrade } from "./stream-client.ts";

const { INSTRUMENT_DIRECTORY, SYMBOL } = env as unknown as Env;
const MINUTE = 60_000;
const HOUR_AGO = Math.floor((Date.now() - 26 * 60 * MINUTE) / (60 * MINUTE)) * 60 * MINUTE;

const object = (name: string) => SYMBOL.getByName(name);
// SAFETY: as in wiring.ts.
const api = (name: string) => object(name) as unknown as SymbolApi;
const evict = (name: string) => evictDurableObject(object(name), { webSockets: "hibernate" });

/** As a failed statement ends it: nothing is drained. */
const crash = (name: string) =>
  runInDurableObject(object(name), (_instance, context) => context.abort("crashed")).catch(() => undefined);

type Sent = Readonly<Record<string, unknown>>;
async function post(symbol: string, ...ticks: readonly Sent[]): Promise<void> {
  const body = JSON.stringify(ticks.map((tick, index) => [index, { symbol, ...tick }]));
  expect(await api(symbol).ticks(envelopeNow(), "test", body)).toMatchObject({ ok: true });
}
const trade = (ts: number, price: string, over: Sent = {}): Sent => ({
  type: "trade",
  ts,
  price,
  size: "2",
  ...over,
});
const quoted = (ts: number, bid: string, ask: string): Sent => ({
  type: "quote",
  ts,
  bid,
  bidSize: "1",
  ask,
  askSize: "1",
});

beforeAll(async () => {
  const names = [
    "T:S-FIRST",
    "T:S-LASTING",
    "T:S-EVICTED",
    "T:S-RESTART",
    "T:S-CRASH",
    "T:S-MANY",
    "T:S-ODD",
  ];
  // Hours of the clock are hours of its bars, whenever this runs.
  const lines = names.map((symbol) => ({ ...APPLE, symbol, session: "24x7", timezone: "UTC" }));
  // SAFETY: as in wiring.ts.
  const directory = INSTRUMENT_DIRECTORY.getByName(DIRECTORY_NAME) as unknown as InstrumentDirectoryApi;
  expect(await directory.put(envelopeNow(), JSON.stringify(lines))).toMatchObject({ ok: true });
});

test("a subscriber hears quote, trades and bars: a snapshot, then what a turn changed, in one frame", async () => {
  const symbol = "T:S-FIRST";
  await post(symbol, trade(HOUR_AGO, "10", { id: "1" }));
  const client = await StreamClient.open(object(symbol));
  const topics = [`quote.${symbol}`, `trades.${symbol}`, `bars.1.${symbol}`, `bars.60.${symbol}`];
  const said = await client.ask(
    { op: "subscribe", id: 1, topics: [...topics, "quote.T:OTHER", `odd.${symbol}`] },
    5,
  );
  expect(said).toMatchObject([
    {
      op: "ack",
      errors: [{ code: "topic-unknown" }, { code: "topic-unknown" }],
      topics: topics.map((topic) => ({ topic, seq: 1 })),
    },
    { topic: topics[0], type: "snap", seq: 1, data: { last: { price: "10" } } },
    { topic: topics[1], type: "snap", seq: 1, data: [{ ts: HOUR_AGO, price: "10", size: "2", id: "1" }] },
    { topic: topics[2], type: "snap", seq: 1, data: { t: HOUR_AGO, c: "10", state: "forming" } },
    { topic: topics[3], type: "snap", seq: 1, data: { t: HOUR_AGO, c: "10", state: "forming" } },
  ]);
  await post(symbol, trade(HOUR_AGO + 5, "11", { id: "2" }), trade(HOUR_AGO + 70_000, "12"));
  const [frame] = await Promise.all([client.take(5)]);
  expect(frame).toMatchObject([
    { topic: topics[0], type: "delta", seq: 2, data: { last: { price: "12" } } },
    { topic: topics[1], type: "delta", seq: 2, data: [{ price: "11", id: "2" }, { price: "12" }] },
    { topic: topics[2], type: "bar", seq: 2, data: { t: HOUR_AGO, c: "11", state: "final" } },
    { topic: topics[2], type: "bar", seq: 3, data: { t: HOUR_AGO + MINUTE, state: "forming" } },
    { topic: topics[3], type: "bar", seq: 2, data: { t: HOUR_AGO, c: "12", state: "forming" } },
  ]);
  await post(symbol, trade(HOUR_AGO + 9, "9"));
  expect((await client.take(4)).find(({ type }) => type === "rev")).toMatchObject({
    topic: topics[2],
    data: { t: HOUR_AGO, l: "9", rev: 1, state: "revised" },
  });
});

/** Ticks, and what a client says, in turn; every frame is a step. */
const STEPS: readonly ((
  symbol: string,
  client: StreamClient,
  epochs: Map<string, string>,
) => Promise<void> | void)[] = [
  (symbol, client) =>
    client.say({
      op: "subscribe",
      id: 1,
      topics: [`quote.${symbol}`, `trades.${symbol}`, `bars.1.${symbol}`],
    }),
  (symbol) => post(symbol, trade(HOUR_AGO, "10", { id: "1" })),
  (symbol) => post(symbol, trade(HOUR_AGO + 10, "11", { id: "2" }), quoted(HOUR_AGO + 11, "10", "11")),
  (symbol, client) => client.say({ op: "ack", topic: `quote.${symbol}`, seq: 2 }),
  (symbol) => post(symbol, trade(HOUR_AGO + 2 * MINUTE, "12")),
  (_symbol, client) => client.say({ op: "ping", id: "p" }),
  (symbol, client) => client.say({ op: "subscribe", topics: [`bars.5.${symbol}`, "quote.T:OTHER"] }),
  (symbol) => post(symbol, trade(HOUR_AGO + 20, "9", { id: "late" })),
  (symbol, client) => client.say({ op: "unsubscribe", topics: [`trades.${symbol}`] }),
  (symbol) => post(symbol, trade(HOUR_AGO + 6 * MINUTE, "13")),
  (symbol, client, epochs) =>
    client.say({
      op: "resume",
      id: "r",
      topic: `trades.${symbol}`,
      epoch: epochs.get(`trades.${symbol}`),
      seq: 2,
    }),
  (_symbol, client) => client.say({ op: "nonsense" }),
  (symbol) => post(symbol, trade(HOUR_AGO + 7 * MINUTE, "14")),
  (symbol, client) => client.say({ op: "ack", id: "wrong", topic: `quote.${symbol}`, seq: 99 }),
  (_symbol, client) => client.say("not a frame"),
  (symbol, client) => client.say({ op: "unsubscribe", topics: [`quote.${symbol}`, `bars.1.${symbol}`] }),
  (symbol) => post(symbol, trade(HOUR_AGO + 8 * MINUTE, "15")),
  (_symbol, client) => client.say({ op: "ping" }),
];

/** Without what is different in every run. */
function plain(said: Said, symbol: string): Said {
  const text = JSON.stringify(said, (name, value) =>
    ["epoch", "ts", "ageMs"].includes(name) && typeof value !== "object" ? "-" : value,
  );
  return JSON.parse(text.replaceAll(symbol, "SYMBOL"));
}

async function walk(symbol: string, between: () => Promise<unknown>): Promise<Said[][]> {
  const client = await StreamClient.open(object(symbol));
  const heard: Said[][] = [];
  const epochs = new Map<string, string>();
  for (const step of STEPS) {
    await between();
    await step(symbol, client, epochs);
    const said = await client.settled();
    for (const { topic, epoch } of said) if (topic !== undefined) epochs.set(topic, epoch);
    heard.push(said.map((each) => plain(each, symbol)));
  }
  return heard;
}

describe("hibernation", () => {
  test("between every two frames changes nothing of what a client hears", async () => {
    const lasting = await walk("T:S-LASTING", () => Promise.resolve());
    const evicted = await walk("T:S-EVICTED", () => evict("T:S-EVICTED"));
    expect(evicted).toEqual(lasting);
    const all = lasting.flat();
    expect(all.filter(({ op }) => op === "error")).toMatchObject([
      { code: "op-unknown" },
      { code: "range" },
      { code: "json-invalid" },
    ]);
    expect(new Set(all.map(({ type }) => type))).toEqual(
      new Set([undefined, "snap", "delta", "bar", "rev", "hb"]),
    );
  });

  test("of an object with many clients: each hears what it subscribed to, once", async () => {
    const symbol = "T:S-MANY";
    await post(symbol, trade(HOUR_AGO, "10"));
    const clients = await Promise.all(Array.from({ length: 30 }, () => StreamClient.open(object(symbol))));
    await Promise.all(
      clients.map((client, index) =>
        client.ask(
          { op: "subscribe", topics: [index % 2 === 0 ? `quote.${symbol}` : `trades.${symbol}`] },
          2,
        ),
      ),
    );
    await evict(symbol);
    await post(symbol, trade(HOUR_AGO + 1, "11"));
    for (const [index, client] of clients.entries()) {
      expect(await client.take(1)).toMatchObject([
        { topic: `${index % 2 === 0 ? "quote" : "trades"}.${symbol}`, seq: 2 },
      ]);
    }
    clients[0]?.socket.close(1000, "done");
    await evict(symbol);
    await post(symbol, trade(HOUR_AGO + 2, "12"));
    expect(await clients[2]?.take(1)).toMatchObject([{ seq: 3 }]);
    expect(clients[0]?.frames).toEqual([]);
  });
});

describe("a restart", () => {
  test.each(["T:S-RESTART", "T:S-CRASH"])(
    "of %s ends the connections and keeps epoch and sequence: a client resumes and misses nothing",
    async (symbol) => {
      await post(symbol, trade(HOUR_AGO, "10"));
      const client = await StreamClient.open(object(symbol));
      const [, snap] = await client.ask({ op: "subscribe", topics: [`trades.${symbol}`] }, 2);
      await post(symbol, trade(HOUR_AGO + 1, "11"));
      await client.take();
      if (symbol === "T:S-CRASH") await crash(symbol);
      else await evictDurableObject(object(symbol), { webSockets: "close" });
      await client.closed();
      await post(symbol, trade(HOUR_AGO + 2, "12"), trade(HOUR_AGO + 3, "13"));
      const again = await StreamClient.open(object(symbol));
      const resume = { op: "resume", topic: `trades.${symbol}`, epoch: snap.epoch, seq: 2 };
      expect(await again.ask(resume, 2)).toMatchObject([
        { op: "ack", topics: [{ epoch: snap.epoch, seq: 3 }] },
        { type: "delta", epoch: snap.epoch, seq: 3, data: [{ price: "12" }, { price: "13" }] },
      ]);
    },
  );
});

describe("what the platform carries", () => {
  test("a frame that is too large, bytes, three mistakes: each closes with its code, and others stay", async () => {
    const symbol = "T:S-ODD";
    const good = await StreamClient.open(object(symbol));
    await good.ask({ op: "subscribe", topics: [`quote.${symbol}`] }, 2);
    const ended = async (misbehave: (client: StreamClient) => void) => {
      const client = await StreamClient.open(object(symbol));
      misbehave(client);
      return (await client.closed())?.code;
    };
    expect(await ended((client) => client.say("x".repeat(70_000)))).toBe(1009);
    expect(await ended((client) => client.socket.send(new ArrayBuffer(2)))).toBe(1008);
    expect(await ended((client) => [1, 2, 3].map(() => client.say("{")))).toBe(1008);
    await post(symbol, trade(HOUR_AGO, "10"));
    expect(await good.take(1)).toMatchObject([{ type: "delta", seq: 2 }]);
  });

  test("only the edge's upgrade is served, and the subprotocol that it names is answered", async () => {
    const refused = await object("T:S-ODD").fetch("https://actor/stream");
    expect(refused.status).not.toBe(101);
    expect(await refused.json()).toMatchObject({ ok: false, code: "not-found" });
    const unknown = await upgrade(object("T:S-NOBODY"));
    expect(await unknown.json()).toMatchObject({ ok: false, code: "symbol-unknown" });
    const opened = await upgrade(object("T:S-ODD"), undefined, "outcry.v1");
    expect(opened.headers.get("sec-websocket-protocol")).toBe("outcry.v1");
    opened.webSocket?.accept();
    opened.webSocket?.close(1000, "done");
  });
});
