import { describe, expect, test } from "vitest";
import { type SocketLike, Stream, type StreamState } from "../../src/console/stream.ts";
import type { TopicMessage } from "../../src/console/stream-message.ts";

const TOPIC = "quote.SIM:A";

class FakeSocket implements SocketLike {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  readonly sent: Record<string, unknown>[] = [];
  closed = false;
  readonly protocols: readonly string[];

  constructor(protocols: readonly string[]) {
    this.protocols = protocols;
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }
  close(): void {
    this.closed = true;
  }
  says(...messages: object[]): void {
    this.onmessage?.({ data: JSON.stringify(messages.length === 1 ? messages[0] : messages) });
  }
  ops(op: string): Record<string, unknown>[] {
    return this.sent.filter((message) => message["op"] === op);
  }
}

type Timer = { at: number; run: () => void };

class World {
  readonly sockets: FakeSocket[] = [];
  readonly states: StreamState[] = [];
  readonly messages: TopicMessage[] = [];
  readonly timers = new Set<Timer>();
  tickets: (() => Promise<string | undefined>)[] = [];
  now = 0;
  readonly stream: Stream;

  constructor(topics: readonly string[] = [TOPIC], tickets: World["tickets"] = []) {
    this.tickets = tickets;
    const world = {
      ticket: () => this.tickets.shift()?.() ?? Promise.resolve("t".repeat(32)),
      open: (protocols: readonly string[]) => {
        this.sockets.push(new FakeSocket(protocols));
        return this.socket;
      },
      later: (run: () => void, ms: number) => {
        const timer = { at: this.now + ms, run };
        this.timers.add(timer);
        return () => void this.timers.delete(timer);
      },
      random: () => 0.5,
    };
    this.stream = new Stream(world, topics, {
      state: (state) => this.states.push(state),
      message: (message) => this.messages.push(message),
    });
  }

  get socket(): FakeSocket {
    return this.sockets.at(-1)!;
  }

  /** Lets time pass, timer by timer, with what each of them sets off. */
  async pass(ms: number): Promise<void> {
    const end = this.now + ms;
    for (;;) {
      await settled();
      const due = [...this.timers].filter(({ at }) => at <= end).sort((one, other) => one.at - other.at)[0];
      if (due === undefined) break;
      this.timers.delete(due);
      this.now = due.at;
      due.run();
    }
    this.now = end;
  }

  async opened(): Promise<FakeSocket> {
    await settled();
    this.socket.onopen?.();
    return this.socket;
  }
}

const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn++) await Promise.resolve();
};
const message = (seq: number, type = "delta", epoch = "e1") => ({
  ...{ topic: TOPIC, epoch, seq, ts: 1, type, data: { seq } },
});
const seqs = (world: World): number[] => world.messages.map(({ seq }) => seq);

async function live(seq = 5): Promise<World> {
  const world = new World();
  const socket = await world.opened();
  socket.says(
    { op: "ack", id: "start", topics: [{ topic: TOPIC, epoch: "e1", seq }], errors: [] },
    message(seq, "snap"),
  );
  return world;
}

describe("a stream", () => {
  test("opens with a ticket as its subprotocol and subscribes", async () => {
    const world = new World();
    const socket = await world.opened();
    expect(socket.protocols).toEqual(["outcry.v1", `ticket.${"t".repeat(32)}`]);
    expect(socket.sent).toEqual([{ op: "subscribe", id: "start", topics: [TOPIC] }]);
    expect(world.states).toEqual(["connecting"]);
  });

  test("is live from the server's ack on, and tells the snapshot and what follows it, once and in order", async () => {
    const world = await live();
    world.socket.says(message(6), message(7), message(7), message(6), message(8));
    expect(world.states.at(-1)).toBe("live");
    expect(seqs(world)).toEqual([5, 6, 7, 8]);
  });

  test("asks once for what it missed and takes nothing out of order", async () => {
    const world = await live();
    world.socket.says(message(8), message(9));
    expect(world.socket.ops("resume")).toEqual([{ op: "resume", topic: TOPIC, epoch: "e1", seq: 5 }]);
    world.socket.says(message(6), message(7), message(8), message(9));
    expect(seqs(world)).toEqual([5, 6, 7, 8, 9]);
  });

  test("resumes where it was after a cut", async () => {
    const world = await live();
    world.socket.says(message(6));
    world.socket.onclose?.({ code: 1006, reason: "" });
    expect(world.states.at(-1)).toBe("reconnecting");
    await world.pass(1_000);
    const socket = await world.opened();
    expect(world.sockets).toHaveLength(2);
    expect(socket.sent).toEqual([{ op: "resume", topic: TOPIC, epoch: "e1", seq: 6 }]);
    socket.says({ op: "ack", topics: [], errors: [] }, message(7));
    expect([world.states.at(-1), seqs(world)]).toEqual(["live", [5, 6, 7]]);
  });

  test("takes a new snapshot where the server cannot replay, also one of another epoch", async () => {
    const world = await live();
    world.socket.onclose?.({ code: 1012, reason: "" });
    await world.pass(1_000);
    const socket = await world.opened();
    socket.says({ op: "ack", topics: [], errors: [] }, message(2, "snap", "e2"), message(3, "delta", "e2"));
    expect(world.messages.map(({ epoch, seq }) => `${epoch} ${seq}`)).toEqual(["e1 5", "e2 2", "e2 3"]);
  });

  test("acknowledges within a second, or after fifty messages", async () => {
    const world = await live();
    await world.pass(1_000);
    expect(world.socket.ops("ack")).toEqual([{ op: "ack", topic: TOPIC, seq: 5 }]);
    world.socket.says(...Array.from({ length: 50 }, (_, index) => message(6 + index)));
    expect(world.socket.ops("ack").at(-1)).toEqual({ op: "ack", topic: TOPIC, seq: 55 });
    await world.pass(5_000);
    expect(world.socket.ops("ack")).toHaveLength(2);
  });

  test("learns from a heartbeat that it missed something, and acknowledges when it is told that it lags", async () => {
    const world = await live();
    world.socket.says(message(5, "hb"));
    expect(world.socket.ops("resume")).toEqual([]);
    world.socket.says(message(7, "hb"));
    expect(world.socket.ops("resume")).toEqual([{ op: "resume", topic: TOPIC, epoch: "e1", seq: 5 }]);
    expect(world.socket.ops("ack")).toEqual([{ op: "ack", topic: TOPIC, seq: 5 }]);
    expect(seqs(world)).toEqual([5]);
  });

  test("pings, and leaves a connection that answers nothing", async () => {
    const world = await live();
    const first = world.socket;
    await world.pass(10_000);
    expect(first.ops("ping")).toHaveLength(1);
    first.says({ op: "pong" });
    await world.pass(10_000);
    expect([first.closed, first.ops("ping").length]).toEqual([false, 2]);
    await world.pass(10_000);
    expect([first.closed, world.states.at(-1)]).toEqual([true, "reconnecting"]);
  });

  test("waits longer from try to try, up to a bound, and from the beginning once it was live", async () => {
    const world = await live();
    const waits: number[] = [];
    for (let attempt = 0; attempt < 9; attempt++) {
      world.socket.onclose?.({ code: 1006, reason: "" });
      const cutAt = world.now;
      const before = world.sockets.length;
      while (world.sockets.length === before) await world.pass(25);
      waits.push(world.now - cutAt);
    }
    expect(waits).toEqual([250, 375, 625, 1_125, 2_125, 4_125, 7_625, 7_625, 7_625]);
    (await world.opened()).says({ op: "ack", topics: [], errors: [] });
    world.socket.onclose?.({ code: 1006, reason: "" });
    const before = world.sockets.length;
    await world.pass(250);
    expect(world.sockets).toHaveLength(before + 1);
  });

  test("tries again where no ticket came, and not where the key is refused", async () => {
    const world = new World(
      [TOPIC],
      [() => Promise.reject(new Error("down")), () => Promise.resolve(undefined)],
    );
    await world.pass(60_000);
    expect(world.states).toEqual(["connecting", "reconnecting", "refused"]);
    expect(world.sockets).toEqual([]);
  });

  test("leaves topics and takes up others on the same connection", async () => {
    const world = await live();
    world.stream.follow(["bars.5.SIM:A"]);
    expect(world.socket.sent.slice(-2)).toEqual([
      { op: "unsubscribe", id: "left", topics: [TOPIC] },
      { op: "subscribe", id: "added", topics: ["bars.5.SIM:A"] },
    ]);
    world.socket.says(message(6));
    expect(seqs(world)).toEqual([5]);
  });

  test("says nothing once it is closed", async () => {
    const world = await live();
    const { socket } = world;
    world.stream.close();
    expect([socket.closed, socket.onmessage]).toEqual([true, null]);
    await world.pass(60_000);
    expect(world.sockets).toHaveLength(1);
    expect(world.timers.size).toBe(0);
  });

  test("says that it is partial where the server lacks a topic, and live once it does not", async () => {
    const world = new World([TOPIC, "bars.7.SIM:A"]);
    const socket = await world.opened();
    const errors = [{ topic: "bars.7.SIM:A", code: "topic-unknown", detail: "" }];
    socket.says({ op: "ack", id: "start", topics: [{ topic: TOPIC, epoch: "e1", seq: 5 }], errors });
    expect(world.states.at(-1)).toBe("partial");
    socket.says(message(5, "snap"), message(6));
    expect(seqs(world)).toEqual([5, 6]);
    world.stream.follow([TOPIC]);
    socket.says({ op: "ack", id: "left", topics: [{ topic: TOPIC, epoch: "e1", seq: 6 }], errors: [] });
    expect(world.states.at(-1)).toBe("live");
  });

  test("passes over what it does not understand", async () => {
    const world = await live();
    world.socket.says({ op: "news" }, { topic: TOPIC, type: "delta", seq: "6", epoch: "e1" }, message(6));
    world.socket.onmessage?.({ data: new ArrayBuffer(3) });
    world.socket.onmessage?.({ data: "{" });
    expect(seqs(world)).toEqual([5, 6]);
  });
});
