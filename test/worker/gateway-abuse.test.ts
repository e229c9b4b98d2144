/** Clients of `/v1/stream` that misbehave, through the front door: each is closed with the right code or refused by name, and those beside them notice nothing. */

import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import { FRAMES_AT_ONCE_MAX } from "../../actors/gateway/limits.ts";
import type { Env } from "../../src/env.ts";
import { APPLE } from "../support/instruments.ts";
import { call, type Json, type Message, SocketClient, upgrade } from "./socket-client.ts";

const { GATEWAY } = env as unknown as Env;
const PATH = "/v1/stream";
const SYMBOL = "T:ABUSED";
const TOPIC = `trades.${SYMBOL}`;
const CLIENTS = 30;
const FLOOD_STEP = 50;
let reader: Record<string, string>;

beforeAll(async () => {
  const { symbol: _, ...instrument } = APPLE;
  expect((await call("PUT", `/v1/instruments/${SYMBOL}`, instrument)).status).toBe(200);
  const key = await call("POST", "/v1/keys", { scopes: ["market:read"], tenant: "reader" });
  reader = { authorization: `Bearer ${key.body["key"]}` };
});

const welcomed = (client: SocketClient): Promise<Message> => client.next(({ op }) => op === "welcome");
async function listening(session?: string): Promise<{ client: SocketClient; session: string }> {
  const client = await SocketClient.open(session === undefined ? PATH : `${PATH}?session=${session}`);
  const welcome = await welcomed(client);
  return { client, session: String(welcome["session"]) };
}
const pong = (client: SocketClient) => client.ask({ op: "ping", id: "still-here" });
let ids = 0;
const traded = async (): Promise<string> => {
  const id = `trade-${ids++}`;
  const ticks = [{ type: "trade", symbol: SYMBOL, ts: Date.now(), price: "10", size: "1", id }];
  expect((await call("POST", "/v1/ticks", { source: "test", ticks })).body).toMatchObject({ accepted: 1 });
  return id;
};

describe("before anything is said", () => {
  test("nobody without a credential gets a socket, nor with one that is none", async () => {
    const statuses = [
      await upgrade(PATH, {}),
      await upgrade(PATH, { authorization: `Bearer ok_x_${"a".repeat(43)}` }),
      await upgrade(PATH, { "sec-websocket-protocol": `outcry.v1, ticket.${"0".repeat(32)}` }),
    ].map(({ status }) => status);
    expect(statuses).toEqual([401, 401, 401]);
  });
});

describe("a client is closed", () => {
  test("that floods: all that it may say at once, and on; one beside it is answered still", async () => {
    const [offender, neighbour] = [await listening(), await listening()];
    const ping = (): void => offender.client.send('{"op":"ping"}');
    for (let sent = 0; sent < FRAMES_AT_ONCE_MAX; sent++) ping();
    expect(await pong(neighbour.client)).toMatchObject({ op: "pong" });
    // A slow machine gives time, and time gives frames: only so many more as it takes.
    while (offender.client.closing === undefined) {
      for (let sent = 0; sent < FLOOD_STEP; sent++) ping();
      await pong(offender.client).catch(() => undefined);
    }
    expect(offender.client.closing).toMatchObject({ code: 1008 });
    expect(await pong(neighbour.client)).toMatchObject({ op: "pong" });
  });

  test.each([
    ["whose frame is too big", [JSON.stringify({ op: "ping", id: "x".repeat(70_000) })], 1009],
    ["that a third time says what is no frame", ["{", "[]", '{"op":"subscribe"}'], 1008],
  ])("%s, and one beside it is answered still", async (_who, frames: readonly string[], code) => {
    const [offender, neighbour] = [await listening(), await listening()];
    for (const frame of frames) offender.client.send(frame);
    expect(await offender.client.closed()).toMatchObject({ code });
    expect(await pong(neighbour.client)).toMatchObject({ op: "pong" });
  });
});

describe("a client is told, and stays", () => {
  test("what op there is not, and that a session is not its own", async () => {
    const { client } = await listening();
    expect(await client.ask({ op: "order", id: 1, orders: [] })).toMatchObject({ code: "op-unknown" });
    const foreign = `g-1.${"0".repeat(32)}`;
    expect(await client.ask({ op: "restore", id: 2, session: foreign })).toMatchObject({
      code: "session-unknown",
    });
    expect(await pong(client)).toMatchObject({ op: "pong" });
  });

  test("of 10,000 topics, each by its name, why it does not get it", async () => {
    const { client } = await listening();
    const codes = new Map<string, number>();
    for (let from = 0; from < 10_000; from += 2_000) {
      const topics = Array.from({ length: 2_000 }, (_, each) => `quote.T:N${from + each}`);
      const ack = await client.ask({ op: "subscribe", id: from, topics });
      expect(ack).toMatchObject({ op: "ack", topics: [] });
      for (const { code } of ack["errors"] as { code: string }[]) codes.set(code, (codes.get(code) ?? 0) + 1);
    }
    expect(Object.fromEntries(codes)).toEqual({ "symbol-unknown": 5_000, "too-many-topics": 5_000 });
    expect(await pong(client)).toMatchObject({ op: "pong" });
  });

  test("which topics need another scope, or are another tenant's", async () => {
    await call("PUT", "/v1/accounts/abused", { currency: "USD", equity: "1" });
    const client = await SocketClient.open(PATH, reader);
    await welcomed(client);
    const topics = ["account.abused", "pnl.one", "orders.T:X", "bars.*.*", "quote.*"];
    const ack = await client.ask({ op: "subscribe", id: 1, topics });
    const codes = (ack["errors"] as Json[]).map(({ topic, code }) => [topic, code]);
    expect(Object.fromEntries(codes)).toEqual({
      "account.abused": "forbidden",
      "pnl.one": "forbidden",
      "orders.T:X": "topic-unknown",
      "bars.*.*": "wildcard-unsupported",
      "quote.*": "wildcard-unsupported",
    });
  });

  test("nothing of an account that another tenant has", async () => {
    const made = await call("POST", "/v1/keys", { scopes: ["market:read", "risk:read"], tenant: "stranger" });
    const stranger = { authorization: `Bearer ${made.body["key"]}` };
    const client = await SocketClient.open(PATH, stranger);
    await welcomed(client);
    const ack = await client.ask({ op: "subscribe", id: 1, topics: ["account.abused"] });
    expect(ack["errors"]).toMatchObject([{ topic: "account.abused", code: "account-unknown" }]);
  });
});

test(`a storm: ${CLIENTS} clients whose gateway ends come back with their sessions, and each has every trade once`, async () => {
  const first = await Promise.all(Array.from({ length: CLIENTS }, () => listening()));
  await Promise.all(first.map(({ client }) => client.ask({ op: "subscribe", id: 1, topics: [TOPIC] })));
  const before = await traded();
  const places = await Promise.all(first.map(async ({ client }) => place(await heard(client, before))));
  const gateways = new Set(first.map(({ session }) => session.slice(0, session.indexOf("."))));
  for (const gateway of gateways)
    await runInDurableObject(GATEWAY.getByName(gateway), (_instance, context) =>
      context.abort("killed"),
    ).catch(() => undefined);
  const missed = await traded();
  const back = await Promise.all(first.map(({ session }) => listening(session)));
  await Promise.all(
    back.map(({ client }, index) =>
      client.ask({ op: "restore", id: 1, session: first[index]?.session, at: [places[index]] } as Json),
    ),
  );
  const after = await traded();
  for (const { client } of back) {
    await heard(client, after);
    const deltas = client.messages.filter(({ type }) => type !== undefined);
    expect(deltas.map(({ type, data }) => [type, (data as Json[])[0]?.["id"]])).toEqual([
      ["delta", missed],
      ["delta", after],
    ]);
  }
});

const heard = (client: SocketClient, id: string): Promise<Message> =>
  client.next(({ type, data }) => type !== undefined && JSON.stringify(data).includes(`"${id}"`));
const place = ({ topic, epoch, seq }: Message) => ({ topic, epoch, seq });
