/** Topics that gateways are linked to, inside workerd: by RPC, over evictions and kills, and past a gateway that is away. */
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { INSTRUMENT_DIRECTORY as DIRECTORY_NAME } from "../../actors/instrument-directory/address.ts";
import type { InstrumentDirectoryApi } from "../../actors/instrument-directory/messages.ts";
import type { LinkHostApi } from "../../actors/runtime/streams/link.ts";
import type { SymbolApi } from "../../actors/symbol/messages.ts";
import type { Env } from "../../src/env.ts";
import { APPLE } from "../support/instruments.ts";
import { messagesOf } from "../support/stream-messages.ts";
import { envelopeNow } from "./envelope-now.ts";
import { call } from "./socket-client.ts";
import { StreamClient } from "./stream-client.ts";
import { ToldGateway } from "./told-gateway.ts";

const { INSTRUMENT_DIRECTORY, LABEL_BOOK, RISK_SHARD, STRATEGY, SYMBOL } = env as unknown as Env;
const MINUTE = 60_000;
const T0 = Math.floor(Date.now() / MINUTE) * MINUTE - 30 * MINUTE;

const object = (symbol: string) => SYMBOL.getByName(symbol);
// SAFETY: as in wiring.ts.
const api = (symbol: string) => object(symbol) as unknown as SymbolApi;
const hostOf = (stub: unknown) => stub as LinkHostApi;

let trades = 0;
async function trade(symbol: string): Promise<string> {
  trades += 1;
  const id = String(trades);
  const tick = { type: "trade", symbol, ts: T0 + trades * 1_000, price: "10", size: "1", id };
  const reply = await api(symbol).ticks(envelopeNow(), "test", JSON.stringify([[0, tick]]));
  expect(reply.ok && JSON.parse(reply.value)).toMatchObject({ accepted: 1 });
  return id;
}

async function linked(gateway: ToldGateway, host: LinkHostApi, topic: string): Promise<void> {
  const frame = JSON.stringify({ op: "subscribe", id: "s", topics: [topic] });
  expect(await host.link(envelopeNow(), gateway.name, frame)).toEqual({ ok: true, value: null });
}

beforeAll(async () => {
  const names = ["K:SAME", "K:EVICTED", "K:AWAY", "K:KILLED", "K:PULSE"];
  const lines = names.map((symbol) => ({ ...APPLE, symbol }));
  // SAFETY: as in wiring.ts.
  const directory = INSTRUMENT_DIRECTORY.getByName(DIRECTORY_NAME) as unknown as InstrumentDirectoryApi;
  expect(await directory.put(envelopeNow(), JSON.stringify(lines))).toMatchObject({ ok: true });
});

afterAll(() => ToldGateway.restore());

test("a gateway hears the very messages that a socket hears", async () => {
  const gateway = await ToldGateway.open("g-901");
  const topic = "trades.K:SAME";
  const client = await StreamClient.open(object("K:SAME"));
  await client.ask({ op: "subscribe", topics: [topic] }, 2);
  await linked(gateway, api("K:SAME"), topic);
  await gateway.messages(1);
  for (let times = 0; times < 5; times++) await trade("K:SAME");
  const told = await gateway.messages(6);
  const heard = await client.take(5);
  expect(told.slice(1).map(({ actor: _actor, ...said }) => said)).toEqual(heard);
  expect(told[0]).toMatchObject({ actor: "symbol:K:SAME", type: "snap" });
});

test("an eviction between any two messages changes nothing", async () => {
  const gateway = await ToldGateway.open("g-902");
  await linked(gateway, api("K:EVICTED"), "trades.K:EVICTED");
  const ids: string[] = [];
  for (let times = 1; times <= 4; times++) {
    await gateway.messages(times);
    await evictDurableObject(object("K:EVICTED"));
    ids.push(await trade("K:EVICTED"));
  }
  const [snap, ...deltas] = await gateway.messages(5);
  expect(deltas.map(({ seq }) => seq)).toEqual(ids.map((_id, index) => snap?.seq + 1 + index));
  expect(deltas.map(({ data }) => data[0].id)).toEqual(ids);
  expect(new Set([snap, ...deltas].map(({ epoch }) => epoch)).size).toBe(1);
});

test("a gateway that is away hears everything once it is back, and ticks never wait for it", async () => {
  const gateway = await ToldGateway.open("g-903");
  await linked(gateway, api("K:AWAY"), "trades.K:AWAY");
  await gateway.messages(1);
  let failures = 2;
  gateway.behave = () => {
    failures -= 1;
    return failures >= 0 ? "away" : {};
  };
  const ids: string[] = [];
  for (let times = 0; times < 5; times++) ids.push(await trade("K:AWAY"));
  const [, ...deltas] = await gateway.messages(6);
  expect(deltas.map(({ data }) => data[0].id)).toEqual(ids);
  expect(deltas.some(({ reset }) => reset !== undefined)).toBe(false);
});

test("a trade that was acknowledged before a kill is told by the alarm, though nobody calls the symbol again", async () => {
  const gateway = await ToldGateway.open("g-904");
  await linked(gateway, api("K:KILLED"), "trades.K:KILLED");
  const [snap] = await gateway.messages(1);
  // The calls arrive and are lost with the object that waits for their answers.
  let hangs = true;
  gateway.behave = (texts) => {
    if (hangs) return new Promise(() => {});
    const beat = texts.flatMap((text) => messagesOf(text)).find(({ type }) => type === "hb");
    const { topic, epoch, seq } = snap ?? expect.unreachable();
    return beat === undefined ? {} : { behind: [{ topic, epoch, seq }] };
  };
  const id = await trade("K:KILLED");
  while (gateway.calls < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  hangs = false;
  // Half a minute later, to the timer.
  await runInDurableObject(object("K:KILLED"), async (_instance, context) => {
    context.storage.sql.exec("UPDATE timer SET due = due - 60000 WHERE name = 'links'");
    await context.storage.sync();
    context.abort("crashed");
  }).catch(() => undefined);
  await runDurableObjectAlarm(object("K:KILLED"));
  const [, delta] = await gateway.messages(2);
  expect(delta).toMatchObject({ type: "delta", seq: snap?.seq + 1, data: [{ id }] });
});

test("what was missed is replayed, and how the feed stands is answered", async () => {
  const gateway = await ToldGateway.open("g-905");
  await linked(gateway, api("K:PULSE"), "trades.K:PULSE");
  const [snap] = await gateway.messages(1);
  const none = await api("K:PULSE").pulse(envelopeNow());
  expect(none).toEqual({ ok: true, value: { lastTs: null, isOpen: expect.any(Boolean), isAway: false } });
  await trade("K:PULSE");
  const { epoch, seq } = snap ?? expect.unreachable();
  const replayed = await api("K:PULSE").replay(envelopeNow(), "trades.K:PULSE", { epoch, seq });
  expect(replayed.ok && replayed.value.flatMap(messagesOf)).toMatchObject([{ seq: seq + 1, type: "delta" }]);
  const lastTs = T0 + trades * 1_000;
  expect(await api("K:PULSE").pulse(envelopeNow())).toMatchObject({ value: { lastTs, isAway: false } });
  await api("K:PULSE").endFeed(envelopeNow());
  expect(await api("K:PULSE").pulse(envelopeNow())).toMatchObject({ value: { lastTs, isAway: true } });
});

test("a symbol, an account or a strategy that does not exist is linked to nobody", async () => {
  const frame = JSON.stringify({ op: "subscribe", topics: ["quote.K:NOBODY"] });
  const asked = (stub: unknown) => hostOf(stub).link(envelopeNow(), "g-906", frame);
  expect(await asked(object("K:NOBODY"))).toMatchObject({ ok: false, code: "symbol-unknown" });
  expect(await asked(RISK_SHARD.getByName("default/nobody"))).toMatchObject({ code: "account-unknown" });
  expect(await asked(STRATEGY.getByName("default/nobody"))).toMatchObject({ code: "strategy-unknown" });
});

test("label books, accounts and strategies tell their topics too, also after an eviction", async () => {
  const gateway = await ToldGateway.open("g-907");
  await call("PUT", "/v1/accounts/linked", { currency: "USD", equity: "1000" });
  const body = { name: "linked", account: "linked", instruments: [{ symbol: "K:SAME" }], tags: [] };
  const { body: made } = await call("POST", "/v1/strategies", body);
  const strategy = String(made["id"]);
  const [book, shard] = [LABEL_BOOK.getByName("default"), RISK_SHARD.getByName("default/linked")];
  const follower = STRATEGY.getByName(`default/${strategy}`);
  await linked(gateway, hostOf(book), "labels.K:SAME");
  await linked(gateway, hostOf(shard), "account.linked");
  await linked(gateway, hostOf(follower), `pnl.${strategy}`);
  const snaps = await gateway.messages(3, ({ type }) => type === "snap");
  expect(new Set(snaps.map(({ actor }) => actor))).toEqual(
    new Set(["label-book:default", "risk-shard:default/linked", `strategy:default/${strategy}`]),
  );
  for (const stub of [book, shard]) await evictDurableObject(stub);
  const label = { symbol: "K:SAME", ts: T0, text: "note" };
  expect((await call("POST", "/v1/labels", label)).status).toBe(201);
  const state = { scope: { kind: "account" }, state: "halted", reason: "drill", by: "root" };
  await call("POST", "/v1/accounts/linked/state", state);
  const [noted] = await gateway.messages(
    1,
    ({ topic, type }) => topic === "labels.K:SAME" && type === "delta",
  );
  expect(noted).toMatchObject({ data: { text: "note" } });
  const [halted] = await gateway.messages(1, ({ type }) => type === "state");
  expect(halted).toMatchObject({ topic: "account.linked", data: { state: "halted" } });
});
