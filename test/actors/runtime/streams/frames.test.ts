/** What clients say: strict frames, three mistakes, how fast and how large, and ops of an actor's own. */
import { describe, expect, test } from "vitest";
import type { SocketOp } from "../../../../actors/runtime/sockets.ts";
import { OWN_FRAME_BYTES_MAX } from "../../../../actors/runtime/streams/client-frames.ts";
import { REPLIED_UNITS_MAX } from "../../../../actors/runtime/streams/listening.ts";
import {
  FRAME_BURST_MAX,
  FRAMES_PER_SECOND_MAX,
  REFUSED_BURST_MAX,
  REPLY_UNITS_BURST_MAX,
} from "../../../../actors/runtime/streams/rates.ts";
import { type FakeSocket, SocketBench } from "../../../support/fake-sockets.ts";
import { Lists } from "./lists.ts";

async function world(ops?: Readonly<Record<string, SocketOp>>) {
  const lists = new Lists("a");
  const bench = new SocketBench({ ...lists.host, ...(ops === undefined ? {} : { ops }) });
  const socket = await bench.connect();
  return { bench, socket, lists };
}

describe("a frame", () => {
  test.each([
    ["not JSON", "json-invalid", undefined],
    ["[]", "json-invalid", undefined],
    ["null", "json-invalid", undefined],
    ['{"op":"subscribe","id":"s","topics":[]}', "range", "s"],
    ['{"op":"subscribe","id":"s"}', "required", "s"],
    ['{"op":"subscribe","id":"s","topics":"a"}', "type", "s"],
    ['{"op":"subscribe","id":"s","topics":["a"],"since":3}', "unknown-field", "s"],
    ['{"op":"subscribe","id":1.5,"topics":["a"]}', "type", undefined],
    ['{"op":"resume","topic":"a","epoch":"e","seq":"1"}', "type", undefined],
    ['{"op":"ack","id":7,"topic":"a","seq":-1}', "range", 7],
    ['{"id":"x"}', "required", "x"],
  ])("%s is refused and counts as a mistake", async (text, code, id) => {
    const { bench, socket } = await world();
    bench.say(socket, text);
    const [said] = socket.take();
    expect(said).toMatchObject({ op: "error", code });
    expect(said.id).toBe(id);
    expect(socket.closing).toBeUndefined();
  });

  test("that cannot be read closes the connection the third time, also when the object slept in between", async () => {
    const { bench, socket } = await world();
    bench.say(socket, "{");
    bench.load();
    bench.say(socket, { op: "ack" });
    bench.load();
    bench.say(socket, { op: "ping", at: 1 });
    expect(socket.take()).toHaveLength(3);
    expect(socket.closing).toMatchObject({ code: 1008 });
    expect(bench.sockets.size).toBe(0);
  });

  test("with an op that is not known is refused and is no mistake", async () => {
    const { bench, socket } = await world();
    for (let each = 0; each < 5; each++) bench.say(socket, { op: "order", id: each });
    expect(socket.take()).toMatchObject(
      [0, 1, 2, 3, 4].map((id) => ({ op: "error", id, code: "op-unknown" })),
    );
    expect(socket.closing).toBeUndefined();
  });

  test("of bytes closes the connection", async () => {
    const { bench, socket } = await world();
    bench.sockets.message(socket, new ArrayBuffer(4));
    expect(socket.closing).toMatchObject({ code: 1008 });
  });
});

describe("ping", () => {
  test("is answered by pong and the last sequence of each topic", async () => {
    const { bench, socket, lists } = await world();
    bench.say(socket, { op: "subscribe", topics: ["a"] });
    bench.commit(() => lists.put(bench.sockets, "a", 1));
    socket.take();
    bench.say(socket, { op: "ping", id: "p" });
    expect(socket.take()).toMatchObject([
      { op: "pong", id: "p" },
      { topic: "a", type: "hb", seq: 2 },
    ]);
  });
});

describe("how large", () => {
  const padded = (op: string, bytes: number) => {
    const empty = JSON.stringify({ op, pad: "" });
    return JSON.stringify({ op, pad: "x".repeat(bytes - empty.length) });
  };

  test("a frame of 64 KiB is read, one byte more closes with 1009", async () => {
    const { bench, socket } = await world();
    bench.say(socket, padded("ping", 65_536));
    expect(socket.take()).toMatchObject([{ op: "error", code: "unknown-field" }]);
    bench.say(socket, padded("ping", 65_537));
    expect(socket.closing).toMatchObject({ code: 1009 });
  });

  test("letters of three bytes count as three", async () => {
    const { bench, socket } = await world();
    bench.say(socket, JSON.stringify({ op: "ping", pad: "€".repeat(21_900) }));
    expect(socket.closing).toMatchObject({ code: 1009 });
  });

  test("an op of the actor's own may take 1 MiB, every other op of that actor 64 KiB", async () => {
    const got: number[] = [];
    const ops = {
      order: (_connection: unknown, _message: unknown, text: string) => void got.push(text.length),
    };
    const one = await world(ops);
    one.bench.say(one.socket, padded("order", OWN_FRAME_BYTES_MAX));
    await Promise.resolve();
    expect(got).toEqual([OWN_FRAME_BYTES_MAX]);
    one.bench.say(one.socket, padded("order", OWN_FRAME_BYTES_MAX + 1));
    expect(one.socket.closing).toMatchObject({ code: 1009 });
    const other = await world(ops);
    other.bench.say(other.socket, padded("ping", 65_537));
    expect(other.socket.closing).toMatchObject({ code: 1009 });
  });
});

describe("how fast", () => {
  const flood = (bench: SocketBench, socket: FakeSocket, frames: number) => {
    for (let each = 0; each < frames; each++) bench.say(socket, { op: "ping" });
  };

  test("a burst and then a steady pace is heard, one frame more closes with 1008", async () => {
    const { bench, socket } = await world();
    flood(bench, socket, FRAME_BURST_MAX);
    for (let second = 0; second < 5; second++) {
      bench.clock.pass(1_000);
      flood(bench, socket, FRAMES_PER_SECOND_MAX);
    }
    expect(socket.closing).toBeUndefined();
    flood(bench, socket, 1);
    expect(socket.closing).toMatchObject({ code: 1008, reason: "too many frames" });
    expect(socket.take()).toHaveLength(FRAME_BURST_MAX + 5 * FRAMES_PER_SECOND_MAX);
  });

  test("ops of the actor's own are not counted: its mailbox refuses them", async () => {
    let orders = 0;
    const { bench, socket } = await world({ order: () => void orders++ });
    for (let each = 0; each < 10 * FRAME_BURST_MAX; each++) bench.say(socket, { op: "order" });
    expect(orders).toBe(10 * FRAME_BURST_MAX);
    expect(socket.closing).toBeUndefined();
  });
});

describe("how much is replied", () => {
  const MEGABYTE = 1_048_576;
  async function replying() {
    const reply = JSON.stringify({ op: "pong", id: "x".repeat(MEGABYTE - 21) });
    const made = await world({ order: (connection) => bench.sockets.reply(connection, reply) });
    const { bench, socket } = made;
    /** Whether the order was performed. */
    const order = (): boolean => {
      bench.say(socket, { op: "order", id: 1 });
      bench.runArmed();
      const frame = socket.frames.splice(0).join("");
      expect(frame.length > MEGABYTE / 2 || frame.includes('"overloaded"')).toBe(true);
      return frame.length > MEGABYTE / 2;
    };
    return { ...made, order };
  }

  test("a client that listens and acknowledges nothing is refused further ops, until it does", async () => {
    const { bench, socket, lists, order } = await replying();
    bench.say(socket, { op: "subscribe", topics: ["a"] });
    bench.commit(() => lists.put(bench.sockets, "a", 1));
    socket.take();
    for (let each = 0; each <= REPLIED_UNITS_MAX / MEGABYTE; each++) expect(order()).toBe(true);
    expect(order()).toBe(false);
    bench.clock.pass(60_000);
    expect(order()).toBe(false);
    bench.say(socket, { op: "ack", topic: "a", seq: 2 });
    expect(order()).toBe(true);
    expect(socket.closing).toBeUndefined();
  });

  test("a client that listens to nothing is held to a rate and is never closed", async () => {
    const { bench, socket, order } = await replying();
    let performed = 0;
    for (let each = 0; each < 40; each++) performed += order() ? 1 : 0;
    expect(performed).toBeGreaterThanOrEqual(REPLY_UNITS_BURST_MAX / MEGABYTE);
    expect(performed).toBeLessThan(REPLY_UNITS_BURST_MAX / MEGABYTE + 2);
    bench.clock.pass(1_000);
    expect(order()).toBe(true);
    expect(socket.closing).toBeUndefined();
  });

  test("frames that an op refuses before it queues them are counted: who goes on with them is closed", async () => {
    const { bench, socket } = await world({ order: (connection) => bench.sockets.refused(connection) });
    const flood = async (frames: number) => {
      for (let each = 0; each < frames; each++) bench.say(socket, { op: "order", id: each });
      await Promise.resolve();
    };
    await flood(REFUSED_BURST_MAX);
    bench.clock.pass(1_000);
    await flood(FRAMES_PER_SECOND_MAX);
    expect(socket.closing).toBeUndefined();
    await flood(1);
    expect(socket.closing).toEqual({ code: 1008, reason: "too many refused frames" });
    expect(bench.left).toBe(1);
  });
});

describe("an op of the actor's own", () => {
  test("replies in its turn leave with the commit, in one frame with what was published", async () => {
    const turns: (() => void)[] = [];
    const { bench, socket, lists } = await world({
      order: (connection, message) => {
        turns.push(() => {
          bench.sockets.reply(connection, JSON.stringify({ op: "pong", id: message["id"] }));
          lists.put(bench.sockets, "a", Number(message["id"]));
        });
      },
    });
    bench.say(socket, { op: "subscribe", topics: ["a"] });
    socket.take();
    bench.say(socket, { op: "order", id: 1 });
    bench.say(socket, { op: "order", id: 2 });
    expect(socket.frames).toEqual([]);
    bench.commit(...turns);
    expect(socket.frames).toHaveLength(1);
    expect(socket.take()).toMatchObject([
      { op: "pong", id: 1 },
      { op: "pong", id: 2 },
      { topic: "a", seq: 2, data: [1] },
      { topic: "a", seq: 3, data: [2] },
    ]);
  });

  test("replies outside a turn gather into one frame", async () => {
    const { bench, socket } = await world({
      order: (connection, { id }) => bench.sockets.reply(connection, JSON.stringify({ op: "pong", id })),
    });
    for (const id of [1, 2, 3]) bench.say(socket, { op: "order", id });
    expect(socket.frames).toEqual([]);
    bench.runArmed();
    expect(socket.frames).toHaveLength(1);
    expect(socket.take()).toMatchObject([{ id: 1 }, { id: 2 }, { id: 3 }]);
  });

  test("that throws is answered: its outcome is not known", async () => {
    const { bench, socket } = await world({
      order: () => {
        throw new Error("thrown");
      },
      late: () => Promise.reject(new Error("rejected")),
    });
    bench.say(socket, { op: "order", id: "o" });
    bench.say(socket, { op: "late", id: "l" });
    await new Promise((resolve) => setTimeout(resolve, 0));
    bench.runArmed();
    expect(socket.take()).toMatchObject([
      { op: "error", id: "o", code: "outcome-unknown" },
      { op: "error", id: "l", code: "outcome-unknown" },
    ]);
  });

  test("may call a frame malformed, which counts as a mistake", async () => {
    const { bench, socket } = await world({
      order: (connection) => bench.sockets.malformed(connection, "o", "required", "orders: missing"),
    });
    for (let each = 0; each < 3; each++) bench.say(socket, { op: "order" });
    expect(socket.take()).toHaveLength(3);
    expect(socket.closing).toMatchObject({ code: 1008 });
  });

  test("knows who asks: each command has an envelope of its own, also after a sleep", async () => {
    const ids = new Set<string>();
    const { bench, socket } = await world({
      order: (connection) => {
        const { requestId, principal } = connection.envelope();
        expect(principal).toEqual({ tenant: "t", subject: "key-1" });
        expect(requestId).toMatch(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/);
        ids.add(requestId);
      },
    });
    for (let each = 0; each < 10; each++) {
      bench.say(socket, { op: "order" });
      bench.load();
    }
    expect(ids.size).toBe(10);
  });
});
