/** A credential that no longer holds ends its connections: looked at when something moves, at most every four seconds. */
import { afterEach, describe, expect, test, vi } from "vitest";
import {
  ANSWER_MS_MAX,
  CHECK_MS_MIN,
  UNANSWERED_MS_MAX,
} from "../../../../actors/runtime/streams/credential-watch.ts";
import { WAITING_FRAMES_MAX, WAITING_UNITS_TOTAL_MAX } from "../../../../actors/runtime/streams/listening.ts";
import { CREDENTIAL, SocketBench } from "../../../support/fake-sockets.ts";
import { START } from "../../../support/runtime-fakes.ts";
import { Lists } from "./lists.ts";

class Issuer {
  asked = 0;
  answer: () => Promise<boolean> = () => Promise.resolve(true);
  readonly stillValid = () => {
    this.asked += 1;
    return this.answer();
  };
}

function world() {
  const issuer = new Issuer();
  const lists = new Lists("a");
  const orders: unknown[] = [];
  const host = {
    ...lists.host,
    ops: { order: (_: unknown, message: { id?: unknown }) => void orders.push(message.id) },
  };
  const bench = new SocketBench(host, issuer.stillValid);
  const put = () => bench.commit(() => lists.put(bench.sockets, "a", 1));
  return { issuer, bench, orders, put };
}
afterEach(() => void vi.useRealTimers());
const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

describe("after a message", () => {
  test("the issuer is asked once for all connections of a credential, and all are closed when it says no", async () => {
    const { issuer, bench, put } = world();
    const sockets = [await bench.connect(), await bench.connect()];
    const other = await bench.connect({ ...CREDENTIAL, subject: "key-2" });
    for (const socket of [...sockets, other]) bench.say(socket, { op: "subscribe", topics: ["a"] });
    await settled();
    expect(issuer.asked).toBe(2);
    bench.clock.pass(CHECK_MS_MIN - 1);
    put();
    expect(issuer.asked).toBe(2);
    bench.clock.pass(1);
    // The first two share a credential, which was there first.
    issuer.answer = () => Promise.resolve(issuer.asked !== 3);
    put();
    await settled();
    expect(issuer.asked).toBe(4);
    for (const socket of sockets) expect(socket.closing).toMatchObject({ code: 1008 });
    expect(other.closing).toBeUndefined();
    expect(bench.sockets.size).toBe(1);
  });
});

describe("on a frame", () => {
  test("a credential whose time is over is closed without a question", async () => {
    const { issuer, bench } = world();
    const socket = await bench.connect({ ...CREDENTIAL, expiresAt: START + 100 });
    bench.clock.pass(100);
    bench.say(socket, { op: "subscribe", topics: ["a"] });
    expect(socket.closing).toMatchObject({ code: 1008 });
    expect(socket.frames).toEqual([]);
    expect(issuer.asked).toBe(0);
  });

  test("an order waits for the answer, and so does what comes after it: in order of arrival", async () => {
    const { issuer, bench, orders } = world();
    let say: (holds: boolean) => void = () => {};
    issuer.answer = () =>
      new Promise((resolve) => {
        say = resolve;
      });
    const socket = await bench.connect();
    bench.say(socket, { op: "order", id: 1 });
    bench.say(socket, { op: "subscribe", topics: ["a"] });
    bench.say(socket, { op: "order", id: 2 });
    await settled();
    expect(orders).toEqual([]);
    expect(socket.frames).toEqual([]);
    say(true);
    await settled();
    expect(orders).toEqual([1, 2]);
    expect(socket.take()).toHaveLength(2);
    bench.say(socket, { op: "order", id: 3 });
    expect(orders).toEqual([1, 2, 3]);
    expect(issuer.asked).toBe(1);
  });

  test("an order of a credential that was revoked is never performed", async () => {
    const { issuer, bench, orders } = world();
    const socket = await bench.connect();
    issuer.answer = () => Promise.resolve(false);
    bench.say(socket, { op: "order", id: 1 });
    bench.say(socket, { op: "order", id: 2 });
    await settled();
    expect(orders).toEqual([]);
    expect(socket.closing).toMatchObject({ code: 1008 });
  });

  test("while nobody answers orders are refused and the stream goes on, for half a minute", async () => {
    const { issuer, bench, orders, put } = world();
    const socket = await bench.connect();
    issuer.answer = () => Promise.reject(new Error("away"));
    bench.say(socket, { op: "subscribe", topics: ["a"] });
    bench.say(socket, { op: "order", id: "o" });
    await settled();
    bench.runArmed();
    expect(socket.take().at(-1)).toMatchObject({ op: "error", id: "o", code: "dependency-unavailable" });
    put();
    expect(socket.take()).toHaveLength(1);
    bench.clock.pass(UNANSWERED_MS_MAX + 1);
    put();
    await settled();
    expect(orders).toEqual([]);
    expect(socket.closing).toMatchObject({ code: 1008 });
  });

  test("one question without an answer closes nobody, however long the connection was quiet before", async () => {
    const { issuer, bench, put } = world();
    const socket = await bench.connect();
    bench.say(socket, { op: "subscribe", topics: ["a"] });
    await settled();
    for (const answer of [() => Promise.reject(new Error("away")), () => Promise.resolve(true)]) {
      bench.clock.pass(100 * UNANSWERED_MS_MAX);
      issuer.answer = answer;
      put();
      await settled();
    }
    bench.clock.pass(100 * UNANSWERED_MS_MAX);
    issuer.answer = () => Promise.reject(new Error("away again"));
    put();
    await settled();
    expect(issuer.asked).toBe(4);
    expect(socket.closing).toBeUndefined();
  });

  test("an issuer that hangs has not answered: the order is refused, and the next question is asked", async () => {
    vi.useFakeTimers();
    const { issuer, bench, orders } = world();
    issuer.answer = () => new Promise(() => {});
    const socket = await bench.connect();
    bench.say(socket, { op: "order", id: 1 });
    await vi.advanceTimersByTimeAsync(ANSWER_MS_MAX);
    bench.runArmed();
    expect(socket.take()).toMatchObject([{ op: "error", id: 1, code: "dependency-unavailable" }]);
    issuer.answer = () => Promise.resolve(true);
    bench.clock.pass(ANSWER_MS_MAX);
    bench.say(socket, { op: "order", id: 2 });
    await vi.advanceTimersByTimeAsync(0);
    expect(orders).toEqual([2]);
  });

  test("bound runtime/memory:waitingUnits: what one frame more would bring beyond the bound of all is refused, until others are judged", async () => {
    const { issuer, bench, orders } = world();
    let say: (holds: boolean) => void = () => {};
    issuer.answer = () =>
      new Promise((resolve) => {
        say = resolve;
      });
    const large = { op: "order", id: "large", pad: "" };
    large.pad = "x".repeat(1_048_576 - JSON.stringify(large).length);
    for (let each = 0; each < WAITING_UNITS_TOTAL_MAX / 1_048_576; each++) {
      bench.say(await bench.connect(), large);
    }
    const socket = await bench.connect();
    bench.say(socket, { op: "order", id: "late" });
    bench.say(socket, { op: "subscribe", topics: ["a"] });
    bench.runArmed();
    expect(socket.take()).toMatchObject([
      { op: "error", id: "late", code: "overloaded" },
      { op: "ack" },
      { type: "snap" },
    ]);
    expect(orders).toEqual([]);
    say(true);
    await settled();
    bench.say(socket, { op: "order", id: "again" });
    expect(orders).toHaveLength(17);
    expect(orders.at(-1)).toBe("again");
  });

  test("bound runtime/memory:waitingFrames: one frame more than may wait for the issuer closes the connection", async () => {
    const { issuer, bench, orders } = world();
    issuer.answer = () => new Promise(() => {});
    const socket = await bench.connect();
    for (let each = 0; each < WAITING_FRAMES_MAX; each++) bench.say(socket, { op: "order", id: each });
    expect(socket.closing).toBeUndefined();
    bench.say(socket, { op: "order" });
    expect(socket.closing).toMatchObject({ code: 1008 });
    expect(orders).toEqual([]);
  });
});
