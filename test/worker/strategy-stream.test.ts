/** A strategy's socket through the whole Worker: candles as they form, close and are revised, and the object sleeps in between. */
import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import { encodePriceBatch, encodePriceUpdate, type PriceUpdate } from "../../actors/price-hub/messages.ts";
import type { StrategyApi } from "../../actors/strategy/messages.ts";
import { m2mCandle, strategyPnl } from "../../src/contracts/strategies.ts";
import type { Symbol } from "../../src/domain/ids.ts";
import type { EpochMs } from "../../src/domain/time.ts";
import type { Env } from "../../src/env.ts";
import { envelopeNow } from "./envelope-now.ts";
import { call, type Json, type Message, SocketClient, upgrade } from "./socket-client.ts";

const { STRATEGY } = env as unknown as Env;
const SYMBOL = "XNAS:SOCKET" as Symbol;
const MINUTE = 60_000;
/** Half an hour ago: the clock closes nothing, only event time does. */
const T0 = Math.floor(Date.now() / MINUTE) * MINUTE - 30 * MINUTE;

const object = (id: string) => STRATEGY.getByName(`default/${id}`);
const streamOf = (id: string) => `/v1/strategies/${id}/stream`;

beforeAll(async () => {
  const instrument = {
    description: "Socket",
    type: "equity",
    exchange: "XNAS",
    currency: "USD",
    tickSize: "0.01",
    lotSize: "1",
    multiplier: "1",
    timezone: "America/New_York",
    session: "24x7",
    status: "active",
  };
  expect((await call("PUT", `/v1/instruments/${SYMBOL}`, instrument)).status).toBe(200);
  await call("PUT", "/v1/accounts/book", { currency: "USD", equity: "1000000" });
});

async function opened(name: string): Promise<string> {
  const legs = [{ symbol: SYMBOL, qty: "5", avgPrice: "90" }];
  const body = { name, account: "book", instruments: legs, tags: [] };
  const { status, body: reply } = await call("POST", "/v1/strategies", body);
  expect(status).toBe(201);
  return String(reply["id"]);
}

/** As the hub tells it; nobody else tells of this symbol. */
async function price(id: string, n: number, ts: number, last: number): Promise<void> {
  const mark = { last, lastTs: ts as EpochMs, lastChanges: n };
  const update: PriceUpdate = { symbol: SYMBOL, mark, changes: [[n, ts, last]], sampled: false };
  // SAFETY: as in wiring.ts.
  const api = object(id) as unknown as StrategyApi;
  expect(
    await api.prices(envelopeNow(), encodePriceBatch("hub-0", [encodePriceUpdate(update)])),
  ).toMatchObject({ ok: true });
}

/** An order of the strategy; the price reaches its account a moment after the tick. */
async function accepted(strategy: string): Promise<string> {
  for (let tried = 1; ; tried++) {
    const clientOrderId = `late-${tried}`;
    const order = {
      clientOrderId,
      strategy,
      symbol: SYMBOL,
      side: "buy",
      type: "limit",
      qty: "2",
      price: "100",
    };
    const { body } = await call("POST", "/v1/accounts/book/orders", order);
    if ((body["decisions"] as Json[])[0]?.["decision"] === "accept") return clientOrderId;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const isCandle = ({ type }: Message): boolean => type === "bar" || type === "rev";
const isOf = (topic: string) => (message: Message) => message["topic"] === topic && message.type !== "snap";

/** Prices of three minutes; in the end one comes late. */
async function session(id: string, between: () => Promise<unknown>): Promise<SocketClient> {
  const client = await SocketClient.open(streamOf(id));
  await client.ask({ op: "subscribe", id: "p", topics: [`pnl.${id}`] });
  await between();
  for (let step = 1; step <= 10; step++) {
    await price(id, step, T0 + step * 20_000, 1_000_000 + step * 1_000);
    await client.next(isOf(`m2m.1.${id}`));
    await between();
  }
  return client;
}

const said = (id: string, messages: readonly Message[]) =>
  messages
    .filter(({ topic }) => topic !== undefined)
    .map(({ epoch: _epoch, ts: _ts, ...message }) =>
      JSON.parse(JSON.stringify(message).replaceAll(id, "STRATEGY")),
    );

describe("a strategy's stream", () => {
  test("an eviction between any two frames changes nothing", async () => {
    const [stays, sleeps] = [await opened("stays"), await opened("sleeps")];
    const stayed = await session(stays, () => Promise.resolve());
    const slept = await session(sleeps, () => evictDurableObject(object(sleeps)));
    expect(said(sleeps, slept.messages)).toEqual(said(stays, stayed.messages));
    for (const id of [`m2m.1.${stays}`, `pnl.${stays}`]) {
      const seqs = stayed.messages.filter(({ topic }) => topic === id).map(({ seq }) => Number(seq));
      expect(seqs).toEqual(seqs.map((_seq, index) => (seqs[0] ?? 0) + index));
    }
  });

  test("ends with what HTTP shows, candle by candle", async () => {
    const id = await opened("shown");
    const client = await session(id, () => Promise.resolve());
    const newest = new Map<number, Json>();
    for (const { data } of client.messages.filter(isCandle)) {
      const candle = m2mCandle.parse(data);
      newest.set(candle.t, candle);
    }
    const { body } = await call("GET", `/v1/strategies/${id}/m2m`);
    expect([...newest.values()]).toEqual(body["candles"]);
    const profit = client.messages.filter(isOf(`pnl.${id}`)).at(-1)?.data;
    expect(strategyPnl.parse(profit)).toEqual((await call("GET", `/v1/strategies/${id}/pnl`)).body);
  });

  test("a fill that comes late revises the candle that was final", async () => {
    const id = await opened("late");
    const client = await session(id, () => Promise.resolve());
    await call("PUT", "/v1/accounts/book/limits", {
      limits: [{ id: "l", kind: "max-order-qty", threshold: "100", action: "reject" }],
    });
    const trade = { type: "trade", symbol: SYMBOL, ts: Date.now(), price: "100", size: "1", id: `t-${id}` };
    await call("POST", "/v1/ticks", { source: "test", ticks: [trade] });
    const clientOrderId = await accepted(id);
    const fill = { type: "fill", execId: `late-${id}`, clientOrderId, qty: "2", price: "100" };
    const executions = [{ ...fill, ts: T0 + 30_000 }];
    await call("POST", "/v1/accounts/book/executions", { executions });
    const { data } = await client.next(({ type }) => type === "rev");
    expect(m2mCandle.parse(data)).toMatchObject({ state: "revised", rev: 1 });
  });

  test("of a topic that is not built, or not its own, it says so", async () => {
    const id = await opened("topics");
    const client = await SocketClient.open(streamOf(id));
    const topics = [`m2m.3.${id}`, "m2m.1.other", "quote.XNAS:SOCKET", `pnl.${id}`];
    expect(await client.ask({ op: "subscribe", id: "t", topics })).toMatchObject({
      topics: [{ topic: `m2m.1.${id}` }, { topic: `pnl.${id}` }],
      errors: [
        { topic: topics[0], code: "topic-unsupported" },
        { topic: topics[1], code: "topic-unknown" },
        { topic: topics[2], code: "topic-unknown" },
      ],
    });
    expect(client.messages.filter(({ type }) => type === "snap").map(({ data }) => data)).toEqual([
      null,
      expect.objectContaining({ strategy: id, method: "average" }),
    ]);
  });

  test("of another tenant it is unknown, and of nobody too", async () => {
    const id = await opened("tenants");
    const { body } = await call("POST", "/v1/keys", { tenant: "stranger", scopes: ["strategy:read"] });
    const headers = { authorization: `Bearer ${body["key"]}` };
    for (const response of [await upgrade(streamOf(id), headers), await upgrade(streamOf("nobody"))]) {
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ code: "strategy-unknown" });
    }
  });
});
