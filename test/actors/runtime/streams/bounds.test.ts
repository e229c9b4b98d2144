/** Each collection of the streams at its bound. */
import { serialize } from "node:v8";
import { expect, test } from "vitest";
import { ATTACHMENT_BYTES_MAX } from "../../../../actors/runtime/streams/client.ts";
import { CONNECTIONS_MAX, TENANT_PLACES_MAX } from "../../../../actors/runtime/streams/crowd.ts";
import { RING_ROWS_MAX, RING_TRIM_SLACK, RING_UNITS_MAX } from "../../../../actors/runtime/streams/ring.ts";
import { TOPICS_HOSTED_MAX } from "../../../../actors/runtime/streams/topics.ts";
import { TOPICS_PER_CONNECTION_MAX } from "../../../../src/contracts/streams.ts";
import { CREDENTIAL, SocketBench } from "../../../support/fake-sockets.ts";
import { Lists } from "./lists.ts";

const anyTopic = (name: (index: number) => string = (index) => `t${index}`) => {
  const names = Array.from({ length: 400 }, (_, index) => name(index));
  return { names, bench: new SocketBench(new Lists(...names).host) };
};

test("bound runtime/memory:connections: the connection after the last is refused and nothing is opened; a place is free when one goes", async () => {
  const { bench } = anyTopic();
  for (let each = 0; each < CONNECTIONS_MAX; each++) await bench.connect();
  const refused = await bench.upgrade();
  expect(await refused.json()).toMatchObject({
    ok: false,
    code: "overloaded",
    retryAfterMs: expect.any(Number),
  });
  expect(bench.port.sockets).toHaveLength(CONNECTIONS_MAX);
  const [first] = bench.port.sockets;
  if (first !== undefined) bench.sockets.closed(first);
  await bench.connect();
  expect(bench.sockets.size).toBe(CONNECTIONS_MAX);
});

test("one tenant does not take all places of an actor that tenants share; of its own it does", async () => {
  const shared = new SocketBench({ ...new Lists("a").host, isShared: true });
  for (let each = 0; each < TENANT_PLACES_MAX; each++) {
    await shared.connect({ ...CREDENTIAL, subject: `key-${each % 3}` });
  }
  expect(await (await shared.upgrade()).json()).toMatchObject({ ok: false, code: "overloaded" });
  shared.load();
  expect(await (await shared.upgrade()).json()).toMatchObject({ ok: false, code: "overloaded" });
  await shared.connect({ ...CREDENTIAL, tenant: "other" });
  const [first] = shared.port.sockets;
  if (first !== undefined) shared.sockets.closed(first);
  expect(shared.left).toBe(1);
  await shared.connect();
  expect(shared.port.sockets).toHaveLength(TENANT_PLACES_MAX + 2);
});

test("bound runtime/memory:topics: a connection holds 100 topics, each further one is refused by its name", async () => {
  const { bench, names } = anyTopic();
  const socket = await bench.connect();
  bench.say(socket, { op: "subscribe", topics: names.slice(0, TOPICS_PER_CONNECTION_MAX + 2) });
  const [ack, ...snaps] = socket.take();
  expect(ack.topics).toHaveLength(TOPICS_PER_CONNECTION_MAX);
  expect(snaps).toHaveLength(TOPICS_PER_CONNECTION_MAX);
  expect(ack.errors).toMatchObject([
    { topic: "t100", code: "too-many-topics" },
    { topic: "t101", code: "too-many-topics" },
  ]);
  bench.say(socket, { op: "resume", topic: "t102", epoch: "e", seq: 1 });
  expect(socket.take()[0].errors).toMatchObject([{ topic: "t102", code: "too-many-topics" }]);
});

test("bound runtime/memory:attachment: topics that no longer fit are refused, the others stay, also after a sleep", async () => {
  const { bench, names } = anyTopic((index) => `${String(index).padStart(3, "0")}${"t".repeat(120)}`);
  const scopes = Array.from({ length: 60 }, (_, index) => `${index}${"s".repeat(60)}`);
  const socket = await bench.connect({ ...CREDENTIAL, scopes });
  bench.say(socket, { op: "subscribe", topics: names.slice(0, TOPICS_PER_CONNECTION_MAX) });
  const [ack] = socket.take();
  expect(ack.errors.length).toBeGreaterThan(0);
  expect(ack.topics.length).toBeGreaterThan(40);
  expect(ack.topics.length + ack.errors.length).toBe(TOPICS_PER_CONNECTION_MAX);
  expect(serialize(socket.deserializeAttachment()).length).toBeLessThan(ATTACHMENT_BYTES_MAX);
  bench.load();
  bench.say(socket, { op: "ping" });
  expect(socket.take()).toHaveLength(1 + ack.topics.length);
});

test("bound runtime/table:stream_topic: one that nobody listens to any more leaves with its epoch, for the next", async () => {
  const { bench, names } = anyTopic();
  for (let from = 0; from < TOPICS_HOSTED_MAX; from += 64) {
    const socket = await bench.connect();
    bench.say(socket, { op: "subscribe", topics: names.slice(from, from + 64) });
  }
  const [first] = bench.port.sockets;
  const { epoch, seq } = first!.take()[0].topics[3];
  bench.say(first!, { op: "unsubscribe", topics: ["t3"] });
  const next = await bench.connect();
  bench.say(next, { op: "subscribe", topics: ["t300"] });
  expect(next.take()[0]).toMatchObject({ topics: [{ topic: "t300", seq: 1 }], errors: [] });
  expect(bench.count("stream_topic")).toBe(TOPICS_HOSTED_MAX);
  bench.load();
  bench.say(next, { op: "resume", topic: "t3", epoch, seq });
  expect(next.take()[0]).toMatchObject({ errors: [{ topic: "t3", code: "too-many" }] });
  bench.say(next, { op: "unsubscribe", topics: ["t300"] });
  bench.say(next, { op: "resume", topic: "t3", epoch, seq });
  expect(next.take().at(-1)).toMatchObject({ topic: "t3", type: "snap", reset: { reason: "epoch" } });
});

test("bound runtime/table:stream_topic: a further topic is refused", async () => {
  const { bench, names } = anyTopic();
  for (let from = 0; from < TOPICS_HOSTED_MAX; from += 64) {
    const socket = await bench.connect();
    bench.say(socket, { op: "subscribe", topics: names.slice(from, from + 64) });
  }
  const socket = await bench.connect();
  bench.say(socket, { op: "subscribe", topics: ["t0", `t${TOPICS_HOSTED_MAX}`] });
  expect(socket.take()[0]).toMatchObject({
    topics: [{ topic: "t0" }],
    errors: [{ topic: `t${TOPICS_HOSTED_MAX}`, code: "too-many" }],
  });
  expect(bench.count("stream_topic")).toBe(TOPICS_HOSTED_MAX);
});

test("bound runtime/table:stream_ring: the oldest messages leave, by number and by size; the newest can be resumed", async () => {
  const lists = new Lists("a", "b");
  const bench = new SocketBench(lists.host);
  const socket = await bench.connect();
  bench.say(socket, { op: "subscribe", topics: ["a", "b"] });
  const [, { epoch }] = socket.take();
  for (let each = 0; each < RING_ROWS_MAX + RING_TRIM_SLACK + 1; each++) {
    bench.commit(() => lists.put(bench.sockets, "a", each));
    expect(bench.count("stream_ring")).toBeLessThanOrEqual(RING_ROWS_MAX + RING_TRIM_SLACK);
    bench.say(socket, { op: "ack", topic: "a", seq: each + 2 });
    bench.clock.pass(20);
    if (each % 500 === 0) bench.load();
  }
  expect(bench.count("stream_ring")).toBe(RING_ROWS_MAX);
  const seq = RING_ROWS_MAX + RING_TRIM_SLACK + 2;
  const resumed = async (from: number) => {
    const again = await bench.connect();
    bench.say(again, { op: "resume", topic: "a", epoch, seq: from });
    return again.take().slice(1);
  };
  expect(await resumed(seq - RING_ROWS_MAX)).toHaveLength(RING_ROWS_MAX);
  expect(await resumed(seq - RING_ROWS_MAX - 1)).toMatchObject([
    { type: "snap", reset: { reason: "beyond-ring" } },
  ]);

  const large = "x".repeat(100_000);
  for (let each = 0; each < 30; each++) {
    bench.commit(() => lists.put(bench.sockets, "b", each, large));
    const held = bench.sql.exec<{ units: number }>(
      "SELECT SUM(length(messages)) AS units FROM stream_ring WHERE topic = 'b'",
    );
    expect(held[0]?.units ?? 0).toBeLessThanOrEqual(RING_UNITS_MAX);
  }
});
