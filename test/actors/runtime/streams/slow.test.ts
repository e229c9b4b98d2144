/** Clients that do not keep up: told so, held back, brought up to date, or closed with the place to resume from. */
import { describe, expect, test } from "vitest";
import { LAGGING_MS_MAX } from "../../../../actors/runtime/streams/slow-clients.ts";
import { SocketBench } from "../../../support/fake-sockets.ts";
import { Lists } from "./lists.ts";

const QUARTER = "x".repeat(260_000);

async function world() {
  const lists = new Lists("a", "b");
  const bench = new SocketBench(lists.host);
  const slow = await bench.connect();
  const good = await bench.connect();
  for (const socket of [slow, good]) {
    bench.say(socket, { op: "subscribe", topics: ["a", "b"] });
    socket.take();
  }
  let value = 0;
  const put = (topic = "a") => {
    value += 1;
    bench.commit(() => lists.put(bench.sockets, topic, value, QUARTER));
    bench.say(good, { op: "ack", topic, seq: good.take().at(-1)?.seq });
  };
  return { bench, lists, slow, good, put };
}

describe("a client that lets more than 1 MiB stand", () => {
  test("is told once for each topic and gets nothing more; others hear everything", async () => {
    const { bench, slow, good, put } = await world();
    for (let each = 0; each < 5; each++) put();
    const said = slow.take();
    expect(said.filter(({ type }) => type === "delta")).toHaveLength(5);
    expect(said.slice(-2)).toMatchObject([
      { topic: "a", type: "lagging", seq: 6, data: { acknowledged: 1 } },
      { topic: "b", type: "lagging", seq: 1 },
    ]);
    expect(bench.sockets.lagging).toBe(1);
    put();
    put("b");
    expect(slow.frames).toEqual([]);
    expect(good.closing).toBeUndefined();
  });

  test("gets what it missed when half of it is taken in, also after a sleep", async () => {
    const { bench, slow, put } = await world();
    for (let each = 0; each < 6; each++) put();
    slow.take();
    bench.load();
    bench.say(slow, { op: "ack", topic: "a", seq: 3 });
    expect(slow.frames).toEqual([]);
    bench.load();
    bench.say(slow, { op: "ack", topic: "a", seq: 6 });
    expect(slow.take()).toMatchObject([{ topic: "a", type: "delta", seq: 7 }]);
    expect(bench.sockets.lagging).toBe(0);
    put();
    expect(slow.take()).toMatchObject([{ topic: "a", seq: 8 }]);
  });

  test("gets a snapshot that says so where the ring no longer holds what it missed", async () => {
    const { bench, slow, put, lists } = await world();
    for (let each = 0; each < 11; each++) put();
    slow.take();
    bench.say(slow, { op: "ack", topic: "a", seq: 6 });
    expect(slow.take()).toMatchObject([
      { topic: "a", type: "snap", seq: 12, data: lists.values.get("a"), reset: { reason: "lagging" } },
    ]);
  });

  test("is closed with 4008 ten seconds later, and the reason says from where to resume", async () => {
    const { bench, slow, put } = await world();
    for (let each = 0; each < 5; each++) put();
    bench.clock.pass(LAGGING_MS_MAX - 1);
    put();
    expect(slow.closing).toBeUndefined();
    bench.load();
    bench.clock.pass(1);
    put("b");
    expect(slow.closing).toEqual({ code: 4008, reason: "a=6 b=1" });
    expect(bench.sockets.size).toBe(1);
  });

  test("is closed with 4008 when 4 MiB stand", async () => {
    const { slow, put } = await world();
    for (let each = 0; each < 16; each++) put();
    expect(slow.closing).toBeUndefined();
    put();
    expect(slow.closing).toMatchObject({ code: 4008 });
  });

  test("hears of a topic that it adds meanwhile that nothing follows for now", async () => {
    const { bench, slow, put } = await world();
    bench.say(slow, { op: "unsubscribe", topics: ["b"] });
    for (let each = 0; each < 5; each++) put();
    slow.take();
    bench.say(slow, { op: "subscribe", topics: ["b"] });
    expect(slow.take().slice(1)).toMatchObject([
      { topic: "b", type: "snap" },
      { topic: "b", type: "lagging", seq: 1 },
    ]);
  });
});

test("a group that touches more topics than a round sends leaves no hole, also where the first round is too much", async () => {
  const names = Array.from({ length: 40 }, (_, index) => `t${index}`);
  const lists = new Lists(...names);
  const bench = new SocketBench(lists.host);
  const socket = await bench.connect();
  bench.say(socket, { op: "subscribe", topics: names });
  socket.take();
  const puts = (value: number, padding: string) =>
    names.map((name) => () => lists.put(bench.sockets, name, value, padding));
  bench.commit(...puts(1, "x".repeat(40_000)));
  const said = socket.take();
  expect(said.filter(({ type }) => type === "delta").map(({ topic }) => topic)).toEqual(names);
  expect(said.filter(({ type }) => type === "lagging")).toHaveLength(40);
  bench.commit(...puts(2, ""));
  expect(socket.frames).toEqual([]);
  for (const topic of names) bench.say(socket, { op: "ack", topic, seq: 2 });
  const missed = socket.take();
  expect(missed).toHaveLength(40);
  for (const message of missed) expect(message).toMatchObject({ type: "delta", seq: 3, data: [2] });
});

test("an acknowledgement of what was never sent, or of a topic that is not subscribed, is refused", async () => {
  const { bench, slow, put } = await world();
  put();
  slow.take();
  bench.say(slow, { op: "ack", id: 1, topic: "a", seq: 3 });
  bench.say(slow, { op: "ack", id: 2, topic: "c", seq: 1 });
  expect(slow.take()).toMatchObject([
    { op: "error", id: 1, code: "range" },
    { op: "error", id: 2, code: "topic-not-subscribed" },
  ]);
});

test("a client that was closed and does not read it is not woken with the others", async () => {
  const { bench, slow, good, put } = await world();
  bench.sockets.message(slow, new ArrayBuffer(1));
  expect(slow.closing).toMatchObject({ code: 1008 });
  slow.closing = undefined;
  bench.load();
  expect(bench.sockets.size).toBe(1);
  put();
  expect(slow.frames).toEqual([]);
  expect(good.closing).toBeUndefined();
});
