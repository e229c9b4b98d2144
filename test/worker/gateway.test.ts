/** A gateway inside workerd, with the actors that host topics: evictions and crashes of symbols, a crash of the gateway. With connections a gateway is never evicted: a timer keeps it. */
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, expect, test } from "vitest";
import { INSTRUMENT_DIRECTORY as DIRECTORY_NAME } from "../../actors/instrument-directory/address.ts";
import type { InstrumentDirectoryApi } from "../../actors/instrument-directory/messages.ts";
import type { SocketCredential } from "../../actors/runtime/connection.ts";
import type { SymbolApi } from "../../actors/symbol/messages.ts";
import type { Env } from "../../src/env.ts";
import { APPLE } from "../support/instruments.ts";
import type { Said } from "../support/stream-messages.ts";
import { envelopeNow } from "./envelope-now.ts";
import { until, upgrade } from "./stream-client.ts";

const { INSTRUMENT_DIRECTORY, SYMBOL, GATEWAY } = env as unknown as Env;
const READER: SocketCredential = { tenant: "default", subject: "root", scopes: ["market:read"] };
const HOUR_AGO = Math.floor(Date.now() / 3_600_000 - 26) * 3_600_000;

// SAFETY: as in wiring.ts.
const symbolApi = (name: string) => SYMBOL.getByName(name) as unknown as SymbolApi;

let seconds = 0;
async function trade(symbol: string, price: string): Promise<void> {
  seconds += 1;
  const tick = { symbol, type: "trade", ts: HOUR_AGO + seconds * 1_000, price, size: "1" };
  expect(await symbolApi(symbol).ticks(envelopeNow(), "test", JSON.stringify([[0, tick]]))).toMatchObject({
    ok: true,
  });
}

/** Reads as the contract says, and keeps every place: whatever is missing without a word is found. */
class Reader {
  readonly said: Said[] = [];
  readonly places = new Map<string, { epoch: string; seq: number }>();
  readonly gaps: string[] = [];
  session = "";
  closing: { code: number; reason: string } | undefined;
  socket!: WebSocket;

  async open(gateway: string): Promise<this> {
    const response = await upgrade(GATEWAY.getByName(gateway), READER);
    if (response.webSocket === null) throw new Error(await response.text());
    this.closing = undefined;
    this.socket = response.webSocket;
    this.socket.addEventListener("message", ({ data }) => this.#read(String(data)));
    this.socket.addEventListener("close", ({ code, reason }) => {
      this.closing ??= { code, reason };
    });
    this.socket.accept();
    await until(() => this.said.some(({ op }) => op === "welcome"));
    return this;
  }

  say(frame: unknown): void {
    this.socket.send(JSON.stringify(frame));
  }

  async ask(frame: Record<string, unknown>): Promise<Said> {
    const id = `ask-${this.said.length}`;
    this.say({ ...frame, id });
    const isAnswer = (said: Said) => said.id === id;
    await until(() => this.said.some(isAnswer));
    return this.said.find(isAnswer);
  }

  async reach(topic: string, isThere: (said: Said) => boolean): Promise<Said> {
    const find = () => this.said.findLast((said) => said.topic === topic && isThere(said));
    await until(() => find() !== undefined);
    return find();
  }

  get at() {
    return [...this.places].map(([topic, place]) => ({ topic, ...place }));
  }

  #read(frame: string): void {
    const parsed: unknown = JSON.parse(frame);
    for (const said of Array.isArray(parsed) ? parsed : [parsed]) {
      this.said.push(said);
      if (said.op === "welcome") this.session = said.session;
      if (typeof said.topic === "string" && !ASIDE.has(said.type)) this.#hear(said);
    }
  }

  #hear(said: Said): void {
    const { topic, epoch, seq, prev = seq - 1 } = said;
    const place = this.places.get(topic);
    const isNext = place !== undefined && place.epoch === epoch && prev <= place.seq && place.seq < seq;
    const isBeginning = said.type === "snap" && (place === undefined || said.reset !== undefined);
    if (!isNext && !isBeginning) this.gaps.push(`${JSON.stringify(place)} -> ${JSON.stringify(said)}`);
    this.places.set(topic, { epoch, seq });
  }
}

const ASIDE: ReadonlySet<string> = new Set(["hb", "lagging", "status"]);

beforeAll(async () => {
  const lines = ["T:G-ONE", "T:G-TWO", "T:G-EVICT", "T:G-KILL"].map((symbol) => ({
    ...APPLE,
    symbol,
  }));
  // SAFETY: as in wiring.ts.
  const directory = INSTRUMENT_DIRECTORY.getByName(DIRECTORY_NAME) as unknown as InstrumentDirectoryApi;
  expect(await directory.put(envelopeNow(), JSON.stringify(lines))).toMatchObject({ ok: true });
});

test("one socket hears several symbols, at the sequences of their own streams", async () => {
  const reader = await new Reader().open("g-101");
  const topics = ["trades.T:G-ONE", "trades.T:G-TWO", "quote.T:G-ONE"];
  const ack = await reader.ask({ op: "subscribe", topics: [...topics, "trades.T:NOBODY"] });
  expect(ack).toMatchObject({
    topics: topics.map((topic) => ({ topic })),
    errors: [{ topic: "trades.T:NOBODY", code: "symbol-unknown" }],
  });
  await trade("T:G-ONE", "10");
  await trade("T:G-TWO", "20");
  expect(await reader.reach(topics[0] ?? "", ({ type }) => type === "delta")).toMatchObject({
    seq: 2,
    data: [{ price: "10" }],
  });
  expect(await reader.reach(topics[1] ?? "", ({ type }) => type === "delta")).toMatchObject({
    seq: 2,
    data: [{ price: "20" }],
  });
  expect(await reader.reach(topics[2] ?? "", ({ type }) => type === "delta")).toMatchObject({
    data: { last: { price: "10" } },
  });
  expect(reader.gaps).toEqual([]);
});

test("an eviction and a crash of a symbol leave no hole", async () => {
  const symbol = "T:G-EVICT";
  const reader = await new Reader().open("g-102");
  await reader.ask({ op: "subscribe", topics: [`trades.${symbol}`, `bars.1.${symbol}`] });
  for (let price = 1; price <= 6; price += 1) {
    await trade(symbol, String(price));
    if (price % 2 === 0) await evictDurableObject(SYMBOL.getByName(symbol), { webSockets: "hibernate" });
    if (price % 3 === 0)
      await runInDurableObject(SYMBOL.getByName(symbol), (_instance, context) =>
        context.abort("crashed"),
      ).catch(() => undefined);
  }
  await reader.reach(`trades.${symbol}`, ({ data }) => data?.at(-1)?.price === "6");
  const prices = reader.said
    .filter(({ topic, type }) => topic === `trades.${symbol}` && type === "delta")
    .flatMap(({ data }) => data.map(({ price }: { price: string }) => price));
  expect(prices).toEqual(["1", "2", "3", "4", "5", "6"]);
  expect(reader.gaps).toEqual([]);
});

test("after a crash of the gateway a client restores its topics and hears what it missed", async () => {
  const symbol = "T:G-KILL";
  const topic = `trades.${symbol}`;
  const reader = await new Reader().open("g-103");
  await reader.ask({ op: "subscribe", topics: [topic, `quote.${symbol}`] });
  await trade(symbol, "1");
  await reader.reach(topic, ({ type }) => type === "delta");
  const { session } = reader;
  await runInDurableObject(GATEWAY.getByName("g-103"), (_instance, context) =>
    context.abort("crashed"),
  ).catch(() => undefined);
  await trade(symbol, "2");
  await trade(symbol, "3");
  await reader.open("g-103");
  const ack = await reader.ask({ op: "restore", session, at: reader.at });
  expect(ack).toMatchObject({ op: "ack", topics: [{ topic }, { topic: `quote.${symbol}` }], errors: [] });
  await trade(symbol, "4");
  await reader.reach(topic, ({ data }) => data?.at(-1)?.price === "4");
  const prices = reader.said
    .filter((said) => said.topic === topic && said.type === "delta")
    .flatMap(({ data }) => data.map(({ price }: { price: string }) => price));
  expect(prices).toEqual(["1", "2", "3", "4"]);
  expect(reader.gaps).toEqual([]);
});
