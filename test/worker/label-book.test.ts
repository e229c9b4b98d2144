/** Labels through the whole Worker: as a caller sees them, over evictions and kills, and what sockets hear while the object sleeps between frames. */
import { abortAllDurableObjects, evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import { label, labelVersion } from "../../src/contracts/labels.ts";
import type { Env } from "../../src/env.ts";
import { call, type Json, SocketClient, upgrade } from "./socket-client.ts";

const { LABEL_BOOK } = env as unknown as Env;
const SYMBOL = "XNAS:LABEL";
const TOPIC = `labels.${SYMBOL}`;
const STREAM = "/v1/labels/stream";
const AT = 1_700_000_000_000;
const TEXT = '<script>alert("1")</script>\n\té 中文 👩‍👧 \u202e';

beforeAll(async () => {
  const instrument = {
    ...{
      description: "Label",
      type: "equity",
      exchange: "XNAS",
      currency: "USD",
      tickSize: "0.01",
      lotSize: "1",
    },
    ...{ multiplier: "1", timezone: "America/New_York", session: "24x7", status: "active" },
  };
  expect((await call("PUT", `/v1/instruments/${SYMBOL}`, instrument)).status).toBe(200);
});

type Caller = { readonly tenant: string; readonly headers: Record<string, string> };

/** Of a tenant of its own. */
async function caller(scopes: readonly string[] = ["market:read", "market:write"]): Promise<Caller> {
  const tenant = `t-${crypto.randomUUID()}`;
  const { body } = await call("POST", "/v1/keys", { tenant, scopes });
  return { tenant, headers: { authorization: `Bearer ${body["key"]}` } };
}
const book = ({ tenant }: Caller) => LABEL_BOOK.getByName(tenant);
const noted = (changes: Json = {}) => ({ symbol: SYMBOL, ts: AT, text: "a note", ...changes });
const itemsOf = ({ body }: { body: Json }) => body["items"] as Json[];

/** What a caller is answered, in order. */
const STEPS: readonly (readonly [
  method: string,
  path: string,
  json?: Json,
  headers?: Record<string, string>,
])[] = [
  ["POST", "/v1/labels", noted({ id: "a", text: TEXT, color: "#fa0", metadata: { n: 1.5, yes: true } })],
  ["POST", "/v1/labels", noted({ id: "a", text: TEXT, color: "#fa0", metadata: { yes: true, n: 1.5 } })],
  ["POST", "/v1/labels", noted({ id: "a", text: "other" })],
  ["POST", "/v1/labels", noted({ id: "b", ts: AT + 1 }), { "idempotency-key": "k1" }],
  ["PATCH", "/v1/labels/b", { text: "second", metadata: { side: "buy" } }, { "if-match": "1" }],
  ["PATCH", "/v1/labels/b", { text: "third" }, { "if-match": "1" }],
  ["POST", "/v1/labels", noted({ id: "b", ts: AT + 1 }), { "idempotency-key": "k1" }],
  ["DELETE", "/v1/labels/a"],
  ["DELETE", "/v1/labels/a"],
  ["GET", "/v1/labels/a"],
  ["PATCH", "/v1/labels/a", { text: "x" }],
  ["GET", "/v1/labels/a/history"],
  ["GET", "/v1/labels/b"],
  ["GET", `/v1/labels?symbol=${SYMBOL}`],
  ["DELETE", "/v1/labels/never"],
];
const STATUSES = [201, 201, 409, 201, 200, 412, 201, 204, 204, 404, 404, 200, 200, 200, 404];

/** Without what differs from run to run: moments, request ids, the key's name. */
const steady = (body: Json): unknown =>
  JSON.parse(
    JSON.stringify(body, (name, value) =>
      ["at", "by", "createdAt", "createdBy", "updatedAt", "updatedBy", "instance", "requestId"].includes(name)
        ? name
        : value,
    ),
  );

async function outcome(evictAfter: (step: number) => boolean) {
  const me = await caller();
  const replies: unknown[] = [];
  for (const [index, [method, path, json, headers]] of STEPS.entries()) {
    const { status, body } = await call(method, path, json, { ...me.headers, ...headers });
    replies.push([status, steady(body)]);
    if (evictAfter(index)) await evictDurableObject(book(me));
  }
  return replies;
}

describe("a label book", () => {
  test("evicted between any pair of calls, or between all of them, answers as one that never was", async () => {
    const undisturbed = await outcome(() => false);
    expect(undisturbed.map((reply) => (reply as [number])[0])).toEqual(STATUSES);
    for (const at of [0, 3, 4, 7])
      expect(await outcome((step) => step === at), `evicted after ${at}`).toEqual(undisturbed);
    expect(await outcome(() => true), "evicted after every call").toEqual(undisturbed);
  });

  test("gives text back byte for byte, in the label, the list and the audit", async () => {
    const { headers } = await caller();
    const { body } = await call(
      "POST",
      "/v1/labels",
      noted({ text: TEXT, metadata: { note: TEXT } }),
      headers,
    );
    const made = label.parse(body);
    expect(made).toMatchObject({ text: TEXT, metadata: { note: TEXT }, version: 1 });
    expect(made.id).toMatch(/^l-[0-9a-f]{24}$/);
    expect((await call("GET", `/v1/labels/${made.id}`, undefined, headers)).body).toEqual(made);
    expect(itemsOf(await call("GET", "/v1/labels", undefined, headers))).toEqual([made]);
    const [first] = itemsOf(await call("GET", `/v1/labels/${made.id}/history`, undefined, headers));
    expect(labelVersion.parse(first).label).toEqual(made);
  });

  test("takes none on a symbol that nobody has put", async () => {
    const { headers } = await caller();
    const { status, body } = await call("POST", "/v1/labels", noted({ symbol: "XNAS:NOBODY" }), headers);
    expect([status, body["code"]]).toEqual([404, "symbol-unknown"]);
    expect((await call("GET", "/v1/labels", undefined, headers)).body["total"]).toBe(0);
  });

  test("keeps what was acknowledged over a kill, of calls that came together too", async () => {
    const { headers } = await caller();
    const ids = Array.from({ length: 30 }, (_, index) => `n${index}`);
    await Promise.all(ids.map((id) => call("POST", "/v1/labels", noted({ id }), headers)));
    await abortAllDurableObjects();
    const listed = await call("GET", "/v1/labels?limit=1000", undefined, headers);
    expect(
      itemsOf(listed)
        .map(({ id }) => id)
        .sort(),
    ).toEqual(ids.sort());
    expect(listed.body["total"]).toBe(30);
  });

  test("is a chart's marks, for a key in the path that reads the market alone", async () => {
    const [mine, theirs] = [await caller(), await caller()];
    for (const [id, ts] of [
      ["late", AT + 60_000],
      ["early", AT - 60_000],
      ["at", AT + 999],
    ] as const)
      await call("POST", "/v1/labels", noted({ id, ts, text: TEXT, color: "red" }), mine.headers);
    const { body } = await call("POST", "/v1/keys", { tenant: mine.tenant, scopes: ["market:read"] });
    const range = `symbol=${SYMBOL}&from=${AT / 1_000 - 30}&to=${AT / 1_000}&resolution=1`;
    const { body: shown } = await call("GET", `/udf/k/${body["key"]}/marks?${range}`, undefined, {});
    expect(shown).toMatchObject({
      id: ["at"],
      time: [AT / 1_000],
      color: ["red"],
      text: [TEXT],
      label: ["<"],
    });
    expect((await call("GET", `/udf/marks?${range}`, undefined, theirs.headers)).body).toMatchObject({
      id: [],
    });
  });

  test("shows nothing of another tenant's, and its ids are free to both", async () => {
    const [mine, theirs] = [await caller(), await caller()];
    await call("POST", "/v1/labels", noted({ id: "same" }), mine.headers);
    for (const [method, path, json] of [
      ["GET", "/v1/labels/same"],
      ["GET", "/v1/labels/same/history"],
      ["PATCH", "/v1/labels/same", { text: "mine now" }],
      ["DELETE", "/v1/labels/same"],
    ] as const)
      expect((await call(method, path, json, theirs.headers)).body["code"]).toBe("label-unknown");
    expect((await call("GET", "/v1/labels", undefined, theirs.headers)).body).toEqual({
      items: [],
      nextCursor: null,
      total: 0,
    });
    expect(
      (await call("POST", "/v1/labels", noted({ id: "same", text: "theirs" }), theirs.headers)).status,
    ).toBe(201);
    expect((await call("GET", "/v1/labels/same", undefined, mine.headers)).body["text"]).toBe("a note");
  });
});

/** Changes of two symbols; in the end what a client heard of one. */
async function session(between: (me: Caller) => Promise<unknown>) {
  const me = await caller();
  const change = async (method: string, path: string, json?: Json) => {
    expect((await call(method, path, json, me.headers)).status).toBeLessThan(300);
    await between(me);
  };
  await change("POST", "/v1/labels", noted({ id: "before", text: TEXT }));
  const client = await SocketClient.open(STREAM, me.headers);
  await client.ask({ op: "subscribe", id: "s", topics: [TOPIC] });
  await between(me);
  await change("POST", "/v1/labels", noted({ id: "a" }));
  await change("PATCH", "/v1/labels/a", { text: TEXT });
  await change("PATCH", "/v1/labels/a", { text: TEXT });
  await change("DELETE", "/v1/labels/before");
  await change("DELETE", "/v1/labels/before");
  await change("POST", "/v1/labels", noted({ id: "last" }));
  await client.next(({ data }) => (data as Json | undefined)?.["id"] === "last");
  return { client, me };
}

const heard = ({ messages }: SocketClient) =>
  messages
    .filter(({ topic }) => topic === TOPIC)
    .map(({ epoch: _epoch, ts: _ts, ...message }) => steady(message));

describe("the stream of labels", () => {
  test("tells what stands and each change once; an eviction between any two frames changes nothing", async () => {
    const [stayed, slept] = [
      await session(async () => {}),
      await session((me) => evictDurableObject(book(me))),
    ];
    expect(heard(slept.client)).toEqual(heard(stayed.client));
    expect(heard(stayed.client)).toMatchObject([
      { type: "snap", seq: 1, data: [{ id: "before", text: TEXT }] },
      { type: "delta", seq: 2, data: { id: "a", version: 1 } },
      { type: "delta", seq: 3, data: { id: "a", version: 2, text: TEXT } },
      { type: "delta", seq: 4, data: { id: "before", symbol: SYMBOL, deleted: true, version: 2 } },
      { type: "delta", seq: 5, data: { id: "last" } },
    ]);
    const listed = itemsOf(await call("GET", "/v1/labels", undefined, stayed.me.headers));
    const told = stayed.client.messages.flatMap(({ type, data }) => (type === "delta" ? [data] : []));
    expect(told.filter((data) => listed.some(({ id }) => id === (data as Json)["id"])).slice(1)).toEqual([
      listed.find(({ id }) => id === "a"),
      listed.find(({ id }) => id === "last"),
    ]);
  });

  test("a client that was cut resumes, also after a sleep", async () => {
    const { client, me } = await session(async () => {});
    const [snap] = client.messages.filter(({ type }) => type === "snap");
    client.close();
    await evictDurableObject(book(me));
    const again = await SocketClient.open(STREAM, me.headers);
    await again.ask({ op: "resume", id: "r", topic: TOPIC, epoch: snap?.["epoch"], seq: 3 });
    await again.next(({ seq }) => seq === 5);
    expect(again.messages.filter(({ topic }) => topic === TOPIC).map(({ type, seq }) => [type, seq])).toEqual(
      [
        ["delta", 4],
        ["delta", 5],
      ],
    );
  });

  test("opens with a ticket too, and tells each tenant its own", async () => {
    const [mine, theirs] = [await caller(), await caller()];
    const { body } = await call("POST", "/v1/tickets", {}, mine.headers);
    const client = await SocketClient.open(STREAM, {
      "sec-websocket-protocol": `outcry.v1, ticket.${body["ticket"]}`,
    });
    await client.ask({ op: "subscribe", id: "s", topics: [TOPIC] });
    await call("POST", "/v1/labels", noted({ id: "theirs" }), theirs.headers);
    await call("POST", "/v1/labels", noted({ id: "mine" }), mine.headers);
    const { data } = await client.next(({ type }) => type === "delta");
    expect(data).toMatchObject({ id: "mine" });
  });

  test("is market:read's, and no plain call", async () => {
    const { headers } = await caller(["risk:read"]);
    expect((await upgrade(STREAM, headers)).status).toBe(403);
    expect((await call("GET", STREAM, undefined, (await caller()).headers)).status).toBe(426);
  });
});
