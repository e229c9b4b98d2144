import { describe, expect, test } from "vitest";
import { live, SESSION, StreamBench, TOPIC, told } from "./stream-bench.ts";

describe("a stream to a gateway", () => {
  test("opens with a ticket as its subprotocol and subscribes what was asked for, in one frame for each measure", async () => {
    const bench = new StreamBench();
    for (const topic of ["bars.1.SIM:A", TOPIC, "bars.1.SIM:B"]) bench.hear(topic);
    bench.hear("depth.SIM:A", { conflateMs: 250 });
    await bench.opened();
    expect(bench.socket.url).toBe("ws://here/v1/stream");
    expect(bench.socket.protocols).toEqual(["outcry.v1", `ticket.${"t".repeat(32)}`]);
    expect(bench.socket.ops("subscribe")).toEqual([
      { op: "subscribe", topics: ["bars.1.SIM:A", TOPIC, "bars.1.SIM:B"] },
      { op: "subscribe", topics: ["depth.SIM:A"], conflateMs: 250 },
    ]);
    expect(bench.states).toEqual([]);
  });

  test("is live from the server's word on, and tells the snapshot and what follows it, once and in order", async () => {
    const bench = await live();
    bench.socket.says(told(6), told(7), told(7), told(6), told(8));
    expect(bench.states).toEqual(["live"]);
    expect(bench.seqs).toEqual([5, 6, 7, 8]);
  });

  test("takes nothing before the first snapshot", async () => {
    const bench = new StreamBench();
    bench.hear(TOPIC);
    await bench.opened();
    bench.socket.says(told(4), told(5, "snap"), told(6));
    expect(bench.seqs).toEqual([5, 6]);
  });

  test("takes a conflated message over what was left out on purpose, and says how many that were", async () => {
    const bench = await live();
    bench.socket.says({ ...told(9), prev: 5 }, { ...told(12), prev: 9 }, told(13));
    expect(bench.seqs).toEqual([5, 9, 12, 13]);
    expect(bench.heard.map(({ skipped }) => skipped)).toEqual([0, 3, 2, 0]);
    expect(bench.socket.ops("resume")).toEqual([]);
    expect(bench.stream.healthOf(TOPIC)).toMatchObject({ skipped: 5, missed: 0 });
  });

  test("asks once for what it missed, also behind a conflated message, and takes nothing out of order", async () => {
    const bench = await live();
    bench.socket.says({ ...told(9), prev: 7 }, told(10));
    expect(bench.socket.ops("resume")).toEqual([
      { op: "resume", id: expect.any(String), topic: TOPIC, epoch: "e1", seq: 5 },
    ]);
    expect(bench.stream.healthOf(TOPIC)).toMatchObject({ state: "behind", seq: 5 });
    bench.socket.says(told(6), told(7), told(8), told(9), told(10));
    expect(bench.seqs).toEqual([5, 6, 7, 8, 9, 10]);
    expect(bench.stream.healthOf(TOPIC)).toMatchObject({ state: "live", seq: 10 });
  });

  test("asks again a second later where the server was asked for too much", async () => {
    const bench = await live();
    bench.socket.says(told(8));
    const [resume] = bench.socket.ops("resume");
    bench.socket.says({ op: "error", id: resume?.["id"], code: "overloaded", detail: "" });
    await bench.world.pass(999);
    expect(bench.socket.ops("resume")).toHaveLength(1);
    await bench.world.pass(1);
    expect(bench.socket.ops("resume")).toHaveLength(2);
  });

  test("says what is lost for good, before the snapshot that stands for it", async () => {
    const bench = await live();
    const reset = { reason: "beyond-ring" as const };
    bench.socket.says({ ...told(90, "snap"), reset }, told(91));
    const missed = {
      topic: TOPIC,
      after: { epoch: "e1", seq: 5 },
      at: { epoch: "e1", seq: 90 },
      reason: "beyond-ring",
    };
    expect(bench.missed).toEqual([missed]);
    expect(bench.heard.map((message) => message.missed)).toEqual([undefined, missed, undefined]);
    bench.socket.says({ ...told(3, "snap", "e2"), reset: { reason: "epoch" } });
    expect(bench.missed.at(-1)).toMatchObject({ at: { epoch: "e2", seq: 3 }, reason: "epoch" });
  });

  test("passes over what it does not understand", async () => {
    const bench = await live();
    bench.socket.says(
      { op: "news" },
      { op: "ack" },
      { topic: TOPIC, type: "delta", seq: "6", epoch: "e1" },
      told(6),
    );
    bench.socket.onmessage?.({ data: new ArrayBuffer(3) });
    bench.socket.onmessage?.({ data: "{" });
    expect(bench.seqs).toEqual([5, 6]);
  });
});

describe("acknowledgements", () => {
  test("come within a second, or after fifty messages, of many topics in one frame", async () => {
    const bench = await live();
    bench.hear("trades.SIM:A");
    bench.socket.says({ ...told(3, "snap"), topic: "trades.SIM:A" });
    await bench.world.pass(1_000);
    expect(bench.socket.ops("ack")).toEqual([
      {
        op: "ack",
        topics: [
          { topic: TOPIC, seq: 5 },
          { topic: "trades.SIM:A", seq: 3 },
        ],
      },
    ]);
    bench.socket.says(...Array.from({ length: 50 }, (_, index) => told(6 + index)));
    await bench.world.pass(25);
    expect(bench.socket.ops("ack").at(-1)).toEqual({ op: "ack", topics: [{ topic: TOPIC, seq: 55 }] });
    await bench.world.pass(5_000);
    expect(bench.socket.ops("ack")).toHaveLength(2);
  });

  test("of a flood are no flood of frames", async () => {
    const bench = await live();
    for (let seq = 6; seq < 10_006; seq += 100) {
      bench.socket.says(...Array.from({ length: 100 }, (_, index) => told(seq + index)));
      await bench.world.pass(10);
    }
    expect(bench.seqs.at(-1)).toBe(10_005);
    expect(bench.socket.ops("ack").length).toBeLessThanOrEqual(41);
    expect(bench.socket.ops("ack").length).toBeGreaterThan(10);
  });

  test("leave at once when it is told that it lags", async () => {
    const bench = await live();
    bench.socket.says(told(6), told(6, "lagging"));
    expect(bench.socket.ops("ack")).toEqual([{ op: "ack", topics: [{ topic: TOPIC, seq: 6 }] }]);
    expect(bench.socket.ops("resume")).toEqual([]);
  });
});

describe("a heartbeat", () => {
  const beat = (seq: number, epoch = "e1") => ({
    op: "hb",
    ts: 1,
    topics: [{ topic: TOPIC, epoch, seq, ageMs: 1 }],
  });

  test("names what has not come: who still lacks it at the next one asks for it", async () => {
    const bench = await live();
    bench.socket.says(beat(7));
    bench.socket.says(told(6), told(7));
    bench.socket.says(beat(9));
    expect(bench.socket.ops("resume")).toEqual([]);
    bench.socket.says(beat(9));
    expect(bench.socket.ops("resume")).toMatchObject([{ topic: TOPIC, epoch: "e1", seq: 7 }]);
  });

  test("is waited for as long as the server says; a connection without is left", async () => {
    const bench = new StreamBench();
    bench.hear(TOPIC);
    await bench.opened();
    const first = bench.socket;
    first.says({ op: "welcome", session: SESSION, gateway: "g-1", heartbeatMs: 15_000 });
    await bench.world.pass(19_000);
    first.says(beat(5));
    await bench.world.pass(20_000);
    expect(first.closed).toBe(false);
    await bench.world.pass(1_000);
    expect([first.closed, bench.states.at(-1)]).toEqual([true, "reconnecting"]);
  });
});

describe("how late a topic is", () => {
  test("is told by the server's clock, whatever ours says", async () => {
    const bench = await live();
    const ahead = 3_600_000;
    await bench.world.pass(40);
    bench.socket.says({ op: "pong" }, { op: "hb", ts: ahead + 20, topics: [] });
    bench.world.now += 110;
    bench.socket.says({ ...told(6), ts: ahead + 100 });
    expect(bench.stream.healthOf(TOPIC)).toMatchObject({ state: "live", lagMs: 50, ageMs: 0 });
    await bench.world.pass(2_000);
    expect(bench.stream.healthOf(TOPIC)).toMatchObject({ lagMs: 50, ageMs: 2_000 });
  });

  test("tells no lag of what was caught up with, after a snapshot or a cut", async () => {
    const bench = await live();
    const clock = () => bench.socket.says({ op: "pong" }, { op: "hb", ts: bench.world.now, topics: [] });
    clock();
    await bench.world.pass(10_000);
    bench.socket.says(told(7, "snap"), { ...told(8), ts: bench.world.now - 5_000 });
    expect(bench.stream.healthOf(TOPIC)).toMatchObject({ seq: 8, lagMs: null });
    bench.socket.onclose?.({ code: 1006, reason: "" });
    await bench.world.pass(20_000);
    await bench.opened();
    clock();
    bench.acknowledges([{ topic: TOPIC, epoch: "e1", seq: 9 }]);
    bench.socket.says({ ...told(9), ts: bench.world.now - 3_000 });
    expect(bench.stream.healthOf(TOPIC)).toMatchObject({ seq: 9, lagMs: null });
    bench.world.now += 40;
    bench.socket.says({ ...told(10), ts: bench.world.now - 30 });
    expect(bench.stream.healthOf(TOPIC)).toMatchObject({ lagMs: 30 });
  });

  test("is unknown before the server's clock is", async () => {
    const bench = await live();
    bench.socket.says(told(6));
    expect(bench.stream.healthOf(TOPIC)).toMatchObject({ lagMs: null });
  });

  test("names the server's reason for silence until the topic speaks again", async () => {
    const bench = await live();
    bench.socket.says({ ...told(5, "status"), data: { state: "mute", ageMs: 30_000, lastTs: 1 } });
    expect(bench.stream.healthOf(TOPIC)).toMatchObject({ state: "mute" });
    bench.socket.says({ ...told(5, "status"), data: { state: "strange" } });
    expect(bench.stream.healthOf(TOPIC)).toMatchObject({ state: "mute" });
    bench.socket.says(told(6));
    expect(bench.stream.healthOf(TOPIC)).toMatchObject({ state: "live" });
    expect(bench.seqs).toEqual([5, 6]);
  });
});

test("a topic that the server refuses makes the stream partial, says why, and is asked for again half a minute later", async () => {
  const bench = await live();
  bench.hear("bars.7.SIM:A");
  await bench.world.pass(0);
  const error = { topic: "bars.7.SIM:A", code: "topic-unknown", detail: "" };
  bench.acknowledges([{ topic: TOPIC, epoch: "e1", seq: 5 }], [error]);
  expect(bench.states.at(-1)).toBe("partial");
  expect(bench.stream.healthOf("bars.7.SIM:A")).toMatchObject({ state: "refused", error });
  for (let beat = 0; beat < 4; beat++) {
    await bench.world.pass(8_000);
    bench.socket.says({ op: "pong" });
  }
  expect(bench.socket.ops("subscribe").slice(1)).toEqual([
    { op: "subscribe", topics: ["bars.7.SIM:A"] },
    { op: "subscribe", topics: ["bars.7.SIM:A"] },
  ]);
  bench.acknowledges([error, { topic: TOPIC }].map(({ topic }) => ({ topic, epoch: "e1", seq: 5 })));
  expect(bench.states.at(-1)).toBe("live");
});

test("frames leave no faster than the server takes them", async () => {
  const bench = new StreamBench();
  await bench.opened();
  for (let at = 0; at < 120; at++) {
    bench.hear(`trades.SIM:${at}`, at % 2 === 0 ? {} : { conflateMs: 50 });
    await bench.world.pass(0);
  }
  expect(bench.socket.sent).toHaveLength(50);
  await bench.world.pass(1_000);
  expect(bench.socket.sent).toHaveLength(100);
  await bench.world.pass(1_000);
  expect(bench.socket.ops("subscribe")).toHaveLength(120);
});
