/** A client that was away goes on where it stopped, or is told that it cannot. */
import { describe, expect, test } from "vitest";
import { WATCHED_AFTER_MS } from "../../../../actors/runtime/streams/topics.ts";
import { type FakeSocket, SocketBench } from "../../../support/fake-sockets.ts";
import { Lists } from "./lists.ts";

async function world() {
  const lists = new Lists("a", "b");
  const bench = new SocketBench(lists.host);
  const put = (...values: readonly number[]) =>
    bench.commit(...values.map((value) => () => lists.put(bench.sockets, "a", value)));
  const socket = await bench.connect();
  bench.say(socket, { op: "subscribe", topics: ["a"] });
  const epoch: string = socket.take()[1].epoch;
  const leave = (left: FakeSocket) => {
    bench.sockets.closed(left);
    bench.port.sockets = bench.port.sockets.filter((other) => other !== left);
  };
  const resume = async (seq: number, of = epoch) => {
    const again = await bench.connect();
    bench.say(again, { op: "resume", id: "r", topic: "a", epoch: of, seq });
    return again;
  };
  return { bench, lists, put, socket, epoch, leave, resume };
}

describe("within the ring", () => {
  test("it gets exactly what it missed, as it would have got it, and then what follows", async () => {
    const { bench, put, socket, resume } = await world();
    put(1);
    put(2, 3);
    put(4);
    const told = socket.take().map((said) => JSON.stringify(said));
    const again = await resume(2);
    const [ack, ...missed] = again.take();
    expect(ack).toMatchObject({ op: "ack", id: "r", topics: [{ topic: "a", seq: 5 }], errors: [] });
    expect(missed.map((said) => JSON.stringify(said))).toEqual(told.slice(1));
    put(5);
    expect(again.take()).toMatchObject([{ seq: 6, data: [5] }]);
    expect(bench.sockets.size).toBe(2);
  });

  test("one that has everything gets nothing but the ack", async () => {
    const { put, resume } = await world();
    put(1);
    expect((await resume(2)).take()).toHaveLength(1);
  });

  test("a crash changes neither epoch nor sequence", async () => {
    const { bench, put, resume, epoch } = await world();
    put(1, 2);
    bench.crash();
    put(3);
    const again = await resume(2);
    expect(again.take()).toMatchObject([
      { op: "ack", topics: [{ epoch, seq: 4 }] },
      { epoch, seq: 3, data: [2] },
      { epoch, seq: 4, data: [3] },
    ]);
  });

  test("on a connection that listens already it goes back without a second copy of what follows", async () => {
    const { bench, put, socket, epoch } = await world();
    put(1, 2);
    socket.take();
    bench.say(socket, { op: "resume", topic: "a", epoch, seq: 2 });
    expect(socket.take()).toMatchObject([{ op: "ack" }, { seq: 3 }]);
    put(3);
    expect(socket.take()).toMatchObject([{ seq: 4 }]);
  });
});

describe("beyond the ring a snapshot says why", () => {
  test("another epoch, or a sequence that never was", async () => {
    const { put, resume } = await world();
    put(1);
    expect((await resume(1, "another")).take()[1]).toMatchObject({
      type: "snap",
      seq: 2,
      data: [1],
      reset: { reason: "epoch" },
    });
    expect((await resume(3)).take()[1]).toMatchObject({ type: "snap", seq: 2, reset: { reason: "ahead" } });
  });

  test("nobody watched for more than a minute, and something happened: the sequence rises once and the ring is empty", async () => {
    const { bench, put, socket, leave, resume, epoch } = await world();
    put(1);
    leave(socket);
    bench.clock.pass(WATCHED_AFTER_MS - 1);
    put(2);
    expect((await resume(2)).take()).toMatchObject([{ op: "ack" }, { seq: 3, data: [2] }]);
    for (const open of [...bench.port.sockets]) leave(open);
    bench.clock.pass(WATCHED_AFTER_MS);
    put(3);
    put(4);
    expect(bench.count("stream_ring")).toBe(0);
    const again = await resume(3);
    expect(again.take()[1]).toMatchObject({
      type: "snap",
      epoch,
      seq: 4,
      data: [1, 2, 3, 4],
      reset: { reason: "beyond-ring" },
    });
    put(5);
    expect(again.take()).toMatchObject([{ seq: 5, data: [5] }]);
  });

  test("nobody watched and nothing happened: then nothing was missed", async () => {
    const { bench, put, socket, leave, resume } = await world();
    put(1);
    leave(socket);
    bench.clock.pass(10 * WATCHED_AFTER_MS);
    bench.load();
    expect((await resume(1)).take()).toMatchObject([{ op: "ack" }, { seq: 2, data: [1] }]);
  });

  test("what was left out is known after a crash in the group that left it out, and after one before it", async () => {
    const { bench, put, socket, leave, resume } = await world();
    put(1);
    leave(socket);
    bench.clock.pass(WATCHED_AFTER_MS);
    bench.crash();
    put(2);
    bench.crash();
    expect((await resume(2)).take()[1]).toMatchObject({
      type: "snap",
      seq: 3,
      reset: { reason: "beyond-ring" },
    });
  });

  test("too much at once is one snapshot for everybody, in its place in the sequence", async () => {
    const { bench, lists, socket, resume } = await world();
    const large = "x".repeat(200_000);
    bench.commit(
      () => lists.put(bench.sockets, "a", 1),
      () => lists.put(bench.sockets, "a", 2, large),
      () => lists.put(bench.sockets, "a", 3, large),
      () => lists.put(bench.sockets, "a", 4, large),
    );
    const snap = { type: "snap", seq: 2, data: [1, 2, 3, 4], reset: { reason: "too-much" } };
    expect(socket.take()).toMatchObject([snap]);
    expect((await resume(1)).take()).toMatchObject([{ op: "ack" }, snap]);
  });

  test("an actor may say itself that it was too much", async () => {
    const { bench, lists, socket } = await world();
    bench.commit(() => {
      lists.put(bench.sockets, "a", 1);
      bench.sockets.leaveOut("a");
    });
    expect(socket.take()).toMatchObject([{ type: "snap", seq: 2, data: [1], reset: { reason: "too-much" } }]);
  });
});

describe("a topic that nobody watches", () => {
  test("costs nothing: no text is built and no row is written", async () => {
    const { bench, lists, put } = await world();
    bench.commit(() => lists.put(bench.sockets, "b", 1));
    expect(lists.built).toBe(0);
    expect(bench.count("stream_ring")).toBe(0);
    expect(bench.count("stream_topic")).toBe(1);
    put(1, 2);
    expect(lists.built).toBe(2);
    expect(bench.count("stream_ring")).toBe(1);
  });
});

describe("conflation", () => {
  test("of messages with one key a group sends the newest, where it happened, built once", async () => {
    const { bench, socket } = await world();
    let built = 0;
    const newest = (value: number) => () => {
      built += 1;
      return `[${value}]`;
    };
    bench.commit(
      () => bench.sockets.publish("a", "delta", newest(1), "key"),
      () => bench.sockets.publish("a", "bar", "[0]"),
      () => bench.sockets.publish("a", "delta", newest(2), "key"),
    );
    expect(socket.take()).toMatchObject([
      { seq: 2, type: "bar" },
      { seq: 3, type: "delta", data: [2] },
    ]);
    expect(built).toBe(1);
  });

  test("what is no news any more at the end of the group takes no number", async () => {
    const { bench, socket } = await world();
    bench.commit(() => bench.sockets.publish("a", "bar", () => undefined, "key"));
    bench.commit(() => bench.sockets.publish("a", "bar", "[1]"));
    expect(socket.take()).toMatchObject([{ seq: 2, data: [1] }]);
  });
});

test("the very same text goes to all who listen to the same topics, one frame for a group", async () => {
  const { bench, lists } = await world();
  const sockets: FakeSocket[] = [];
  for (let each = 0; each < 40; each++) sockets.push(await bench.connect());
  sockets.forEach((socket, index) => {
    const topics = [["a"], ["b"], ["a", "b"]][index % 3];
    bench.say(socket, { op: "subscribe", topics });
    socket.take();
  });
  bench.commit(
    () => lists.put(bench.sockets, "b", 1),
    () => lists.put(bench.sockets, "a", 2),
    () => lists.put(bench.sockets, "b", 3),
  );
  expect(lists.built).toBe(3);
  const frames = sockets.map(({ frames }) => frames);
  expect(frames.every((sent) => sent.length === 1)).toBe(true);
  expect(new Set(frames.flat()).size).toBe(3);
  expect(sockets[2]?.take()).toMatchObject([
    { topic: "b", data: [1] },
    { topic: "a", data: [2] },
    { topic: "b", data: [3] },
  ]);
});

test("attachments are written when topics or acknowledgements change, never for a message", async () => {
  const { bench, put, socket } = await world();
  const before = socket.attached;
  for (let each = 0; each < 50; each++) put(each);
  expect(socket.attached).toBe(before);
  bench.say(socket, { op: "ping" });
  expect(socket.attached).toBe(before);
  bench.say(socket, { op: "ack", topic: "a", seq: 20 });
  expect(socket.attached).toBe(before + 1);
});
