import { describe, expect, expectTypeOf, test } from "vitest";
import type { QuoteReply } from "../../../src/contracts/quote.ts";
import { live, StreamBench, TOPIC, told } from "./stream-bench.ts";

describe("listeners", () => {
  test("of one topic share its subscription: who comes later begins with what is known", async () => {
    const bench = await live();
    bench.socket.says(told(6));
    const late: unknown[] = [];
    const second = bench.stream.subscribe(TOPIC, ({ type, seq }) => late.push([type, seq]));
    await bench.world.pass(0);
    bench.socket.says(told(7));
    expect(late).toEqual([
      ["snap", 6],
      ["delta", 7],
    ]);
    expect(bench.socket.ops("subscribe")).toHaveLength(1);
    second.close();
    await bench.world.pass(0);
    expect(bench.socket.ops("unsubscribe")).toEqual([]);
    bench.socket.says(told(8));
    expect(bench.seqs).toEqual([5, 6, 7, 8]);
    expect(late).toHaveLength(2);
  });

  test("who comes later to a topic of changes begins with a snapshot of the server, and nothing counts as missed", async () => {
    const bench = new StreamBench();
    const topic = "trades.SIM:A";
    bench.hear(topic);
    await bench.opened();
    bench.socket.says({ ...told(3, "snap"), topic }, { ...told(4), topic });
    bench.hear(topic);
    expect(bench.socket.sent.slice(-2)).toEqual([
      { op: "unsubscribe", topics: [topic] },
      { op: "subscribe", topics: [topic] },
    ]);
    bench.socket.says({ ...told(6, "snap"), topic });
    expect([bench.seqs, bench.missed]).toEqual([[3, 4, 6, 6], []]);
  });

  test("leave: a topic that nobody listens to any more is unsubscribed and heard no more", async () => {
    const bench = await live();
    bench.subscriptions[0]?.close();
    await bench.world.pass(0);
    expect(bench.socket.ops("unsubscribe")).toEqual([{ op: "unsubscribe", topics: [TOPIC] }]);
    bench.socket.says(told(6));
    expect([bench.seqs, bench.stream.health]).toEqual([[5], []]);
  });

  test("that throw take nothing from the others", async () => {
    const bench = await live();
    const uncaught = new Promise((resolve) => process.once("uncaughtException", resolve));
    bench.stream.subscribe(TOPIC, ({ seq }) => {
      if (seq === 6) throw new Error("mine");
    });
    bench.hear(TOPIC);
    bench.socket.says(told(6));
    expect(bench.seqs.filter((seq) => seq === 6)).toHaveLength(2);
    await expect(uncaught).resolves.toMatchObject({ message: "mine" });
  });

  test("of a wildcard hear every topic that it means, each in its own order", async () => {
    const bench = new StreamBench();
    bench.hear("bars.*.SIM:A");
    await bench.opened();
    const of = (topic: string, seq: number, type = "bar") => ({ ...told(seq, type), topic });
    bench.socket.says(
      of("bars.1.SIM:A", 4, "snap"),
      of("bars.5.SIM:A", 9, "snap"),
      of("bars.1.SIM:B", 1, "snap"),
    );
    bench.socket.says(of("bars.1.SIM:A", 5), of("bars.5.SIM:A", 11));
    expect(bench.heard.map(({ topic, seq }) => `${topic} ${seq}`)).toEqual([
      "bars.1.SIM:A 4",
      "bars.5.SIM:A 9",
      "bars.1.SIM:A 5",
    ]);
    expect(bench.socket.ops("resume")).toMatchObject([{ topic: "bars.5.SIM:A", seq: 9 }]);
    bench.subscriptions[0]?.close();
    await bench.world.pass(0);
    expect(bench.socket.ops("unsubscribe")).toMatchObject([
      { topics: expect.arrayContaining(["bars.*.SIM:A", "bars.1.SIM:A", "bars.5.SIM:A"]) },
    ]);
  });

  test("get what the topic's name says", () => {
    const bench = new StreamBench();
    bench.stream.subscribe("quote.SIM:A", (message) =>
      expectTypeOf(message.data).toEqualTypeOf<QuoteReply>(),
    );
    bench.stream.subscribe("bars.1.SIM:A", (message) => {
      if (message.type === "bar") expectTypeOf(message.data.o).toEqualTypeOf<string>();
    });
    bench.stream.subscribe("account.main", ({ data }) => expectTypeOf(data).toEqualTypeOf<unknown>());
    bench.stream.close();
    expect(bench.states).toEqual(["closed"]);
  });
});
