import { describe, expect, test } from "vitest";
import { Refused, Unreachable } from "../../../src/client/refused.ts";
import type { StreamOptions } from "../../../src/client/streams/stream.ts";
import { SESSION, StreamBench, TOPIC, told } from "./stream-bench.ts";

const OTHER = `g-2.${"b".repeat(32)}`;
const welcome = (session = SESSION) => ({
  op: "welcome",
  session,
  gateway: session.slice(0, 3),
  heartbeatMs: 15_000,
});
const at = (seq: number, topic = TOPIC) => ({ topic, epoch: "e1", seq });

async function live(options: StreamOptions = {}): Promise<StreamBench> {
  const bench = new StreamBench(options);
  bench.hear(TOPIC);
  await bench.opened();
  if (options.path === undefined) bench.socket.says(welcome());
  bench.acknowledges([at(5)]);
  bench.socket.says(told(5, "snap"), told(6));
  return bench;
}

/** Cut, and opened anew. */
async function cut(bench: StreamBench, code = 1006): Promise<void> {
  bench.socket.ends(code);
  await bench.world.pass(20_000 - (bench.world.now % 20_000));
  await bench.opened();
}
const restoreOf = (bench: StreamBench) => bench.socket.ops("restore")[0];

describe("after a cut a stream to a gateway", () => {
  test("goes back to the gateway that keeps its session and restores everything from where it was", async () => {
    const bench = await live();
    bench.hear("bars.1.SIM:A");
    await bench.world.pass(0);
    bench.socket.says({ ...told(2, "snap"), topic: "bars.1.SIM:A" });
    await cut(bench);
    expect(bench.socket.url).toBe(`ws://here/v1/stream?session=${SESSION}`);
    expect(bench.socket.sent[0]).toEqual({
      op: "restore",
      id: expect.any(String),
      session: SESSION,
      at: [at(6), at(2, "bars.1.SIM:A")],
    });
    bench.socket.says(welcome(OTHER));
    expect(bench.states.at(-1)).toBe("reconnecting");
    bench.acknowledges([at(8), at(2, "bars.1.SIM:A")], [], restoreOf(bench)?.["id"]);
    bench.socket.says(told(7), told(8));
    expect([bench.states.at(-1), bench.missed]).toEqual(["live", []]);
    expect(bench.seqs).toEqual([5, 6, 2, 7, 8]);
    expect([bench.socket.ops("subscribe"), bench.socket.ops("resume")]).toEqual([[], []]);
    await cut(bench);
    expect(restoreOf(bench)).toMatchObject({ session: OTHER });
  });

  test("asks again for a snapshot that was lost with the connection, though the server has sent it", async () => {
    const bench = await live();
    bench.hear("trades.SIM:A");
    bench.hear("bars.1.*");
    await bench.world.pass(0);
    bench.acknowledges([at(6), at(3, "trades.SIM:A")]);
    await cut(bench);
    const nothing = { topic: "trades.SIM:A", epoch: "", seq: 0 };
    expect(bench.socket.sent[0]).toMatchObject({ op: "restore", at: [nothing, at(6)] });
  });

  test("says afterwards what was subscribed and left in the meantime", async () => {
    const bench = await live();
    bench.socket.ends();
    bench.subscriptions[0]?.close();
    bench.hear("quote.SIM:B");
    await bench.world.pass(1_000);
    await bench.opened();
    expect(bench.socket.ops("subscribe")).toEqual([]);
    bench.socket.says(welcome(OTHER));
    bench.acknowledges([at(6)], [], restoreOf(bench)?.["id"]);
    expect(bench.socket.ops("unsubscribe")).toEqual([{ op: "unsubscribe", topics: [TOPIC] }]);
    expect(bench.socket.ops("subscribe")).toEqual([{ op: "subscribe", topics: ["quote.SIM:B"] }]);
  });

  test("resumes topic by topic where the session is unknown, and subscribes what has a measure of its own", async () => {
    const bench = await live();
    bench.hear("depth.SIM:A", { conflateMs: 250 });
    await bench.world.pass(0);
    bench.socket.says({ ...told(40, "snap"), topic: "depth.SIM:A" });
    await cut(bench);
    bench.socket.says(welcome(OTHER));
    bench.socket.says({ op: "error", id: restoreOf(bench)?.["id"], code: "session-unknown", detail: "" });
    expect(bench.socket.ops("resume")).toMatchObject([{ ...at(6) }]);
    expect(bench.socket.ops("subscribe")).toEqual([
      { op: "subscribe", topics: ["depth.SIM:A"], conflateMs: 250 },
    ]);
    bench.socket.says({ ...told(60, "snap"), topic: "depth.SIM:A" }, told(7));
    expect(bench.missed).toMatchObject([{ topic: "depth.SIM:A", at: { seq: 60 }, reason: "resubscribed" }]);
    expect(bench.seqs).toEqual([5, 6, 40, 60, 7]);
  });

  test("heals by itself where the gateway goes on from what it sent and not from what arrived", async () => {
    const bench = await live();
    await cut(bench);
    bench.acknowledges([at(9)], [], restoreOf(bench)?.["id"]);
    bench.socket.says(told(9));
    expect(bench.socket.ops("resume")).toMatchObject([at(6)]);
    bench.socket.says(told(7), told(8), told(9));
    expect(bench.seqs).toEqual([5, 6, 7, 8, 9]);
  });

  test("names as many places as a frame may hold", async () => {
    const bench = new StreamBench();
    const topics = Array.from({ length: 1_000 }, (_, index) => `bars.1.SIM:${"X".repeat(30)}${index}`);
    for (const topic of topics) bench.hear(topic);
    await bench.opened();
    expect(bench.socket.ops("subscribe")).toHaveLength(10);
    bench.socket.says(
      welcome(),
      ...topics.map((topic) => ({ ...told(1, "snap", "0123456789abcdef"), topic })),
    );
    await cut(bench);
    const places = restoreOf(bench)?.["at"] as unknown[];
    expect(new TextEncoder().encode(JSON.stringify(restoreOf(bench))).length).toBeLessThan(65_536);
    expect(places.length).toBeGreaterThan(500);
  });
});

describe("after a cut a stream to one actor", () => {
  const path = "/v1/accounts/main/stream";

  test("resumes where it was; a snapshot that it did not ask for does not stand in between", async () => {
    const bench = await live({ path });
    await cut(bench);
    expect(bench.socket.url).toBe(`ws://here${path}`);
    const [resume] = bench.socket.ops("resume");
    expect(resume).toMatchObject({ op: "resume", ...at(6) });
    // The stream of an account begins by itself.
    bench.acknowledges([at(8)]);
    bench.socket.says(told(8, "snap"), told(9));
    bench.acknowledges([at(9)], [], resume?.["id"]);
    bench.socket.says(told(7), told(8), told(9), told(10));
    expect([bench.seqs, bench.missed]).toEqual([[5, 6, 7, 8, 9, 10], []]);
  });

  test("takes a new snapshot where the server cannot replay", async () => {
    const bench = await live({ path });
    await cut(bench);
    bench.socket.says({ ...told(2, "snap", "e2"), reset: { reason: "epoch" } }, told(3, "delta", "e2"));
    expect(bench.heard.map(({ epoch, seq }) => `${epoch} ${seq}`)).toEqual(["e1 5", "e1 6", "e2 2", "e2 3"]);
    expect(bench.missed).toMatchObject([{ reason: "epoch" }]);
  });

  test("acknowledges topic by topic, and names no measure", async () => {
    const bench = await live({ path });
    bench.hear("depth.SIM:A", { conflateMs: 50 });
    await bench.world.pass(1_000);
    expect(bench.socket.ops("ack")).toEqual([{ op: "ack", topic: TOPIC, seq: 6 }]);
    expect(bench.socket.ops("subscribe").at(-1)).toEqual({ op: "subscribe", topics: ["depth.SIM:A"] });
  });
});

describe("the next connection", () => {
  test("comes later from try to try, up to a bound, and soon again once the server has answered", async () => {
    const bench = await live();
    const waits: number[] = [];
    for (let attempt = 0; attempt < 9; attempt++) {
      bench.socket.ends();
      const [next, ...others] = [...bench.world.timers];
      expect(others).toEqual([]);
      waits.push((next?.at ?? 0) - bench.world.now);
      await bench.world.pass(waits.at(-1) ?? 0);
    }
    expect(waits).toEqual([188, 375, 750, 1_500, 3_000, 6_000, 11_250, 11_250, 11_250]);
    await bench.opened();
    bench.acknowledges([at(6)]);
    bench.socket.ends();
    const before = bench.world.sockets.length;
    await bench.world.pass(188);
    expect(bench.world.sockets).toHaveLength(before + 1);
  });

  test("waits longest where the server closed it for what it said", async () => {
    const bench = await live();
    bench.socket.ends(1008);
    await bench.world.pass(11_000);
    expect(bench.world.sockets).toHaveLength(1);
    await bench.world.pass(500);
    expect(bench.world.sockets).toHaveLength(2);
  });

  test("comes where no ticket came, and not where the key is refused", async () => {
    const refusal = Response.json({ code: "unauthorized" }, { status: 401 });
    const bench = new StreamBench({}, [new TypeError("down"), refusal]);
    const ready = expect(bench.stream.ready).rejects.toBeInstanceOf(Unreachable);
    await bench.world.pass(60_000);
    await ready;
    expect(bench.states).toEqual(["reconnecting", "refused"]);
    expect(bench.world.sockets).toEqual([]);
  });

  test("replaces one that answers nothing, in its handshake too", async () => {
    const bench = await live({ path: "/v1/symbols/SIM:A/stream" });
    const first = bench.socket;
    await bench.world.pass(10_000);
    first.says({ op: "pong" });
    await bench.world.pass(10_000);
    expect([first.closed, first.ops("ping").length]).toEqual([false, 3]);
    await bench.world.pass(10_000);
    expect([first.closed, bench.states.at(-1)]).toEqual([true, "reconnecting"]);
    await bench.world.pass(1_000);
    expect(bench.world.sockets).toHaveLength(2);
    await bench.world.pass(21_000);
    expect(bench.world.sockets).toHaveLength(3);
  });

  test("is announced by a notice, and everything that was taken in is acknowledged before", async () => {
    const bench = await live();
    bench.socket.says({ op: "notice", reason: "restart", inMs: 5_000, session: SESSION });
    expect(bench.notices).toMatchObject([{ inMs: 5_000 }]);
    expect(bench.socket.ops("ack")).toEqual([{ op: "ack", topics: [{ topic: TOPIC, seq: 6 }] }]);
  });
});

test("nothing is said once it is closed", async () => {
  const bench = await live();
  const { socket } = bench;
  bench.stream.close();
  expect([socket.closed, socket.onmessage]).toEqual([true, null]);
  await bench.world.pass(60_000);
  expect([bench.world.sockets.length, bench.world.timers.size, bench.states.at(-1)]).toEqual([
    1,
    0,
    "closed",
  ]);
});

describe("a frame with an answer", () => {
  const orders = { op: "order" as const, orders: [] };

  test("gets it by its id, a refusal as one", async () => {
    const bench = await live({ path: "/v1/accounts/main/stream" });
    const answers = [bench.stream.ask(orders), bench.stream.ask(orders)];
    const [first, second] = bench.socket.ops("order");
    bench.socket.says({ op: "error", id: second?.["id"], code: "overloaded", detail: "later" });
    bench.socket.says({ op: "decisions", id: first?.["id"], decisions: [] });
    await expect(answers[0]).resolves.toMatchObject({ op: "decisions", decisions: [] });
    await expect(answers[1]).rejects.toBeInstanceOf(Refused);
    await expect(answers[1]).rejects.toMatchObject({ code: "overloaded" });
  });

  test("has an unknown outcome where the connection is lost, or there is none", async () => {
    const bench = await live({ path: "/v1/accounts/main/stream" });
    const answer = bench.stream.ask(orders);
    bench.socket.ends();
    await expect(answer).rejects.toBeInstanceOf(Unreachable);
    await expect(bench.stream.ask(orders)).rejects.toBeInstanceOf(Unreachable);
  });
});
