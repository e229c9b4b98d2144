/** Clients that do not keep up: less at first, then nothing and a word of it, then the close with the session to come back with. */
import { describe, expect, test } from "vitest";
import { World } from "./gateway-world.ts";

const A = "symbol:T:A";
const TRADES = "trades.T:A";
const QUOTE = "quote.T:A";
const LARGE = "x".repeat(200_000);

async function world() {
  const made = new World();
  const [slow, good] = [made.connect(), made.connect()];
  for (const client of [slow, good]) await client.subscribe(TRADES, QUOTE);
  const host = made.host(A);
  const put = async (topic = TRADES) => {
    host.publish(topic, "delta", LARGE, topic === QUOTE);
    await made.settle();
    for (const said of good.take())
      if (said.topic !== undefined) good.say({ op: "ack", topic: said.topic, seq: said.seq });
  };
  return { world: made, slow, good, host, put };
}

describe("a client that acknowledges nothing", () => {
  test("hears that it lags once, gets nothing more, and what it missed when it has caught up; others hear everything", async () => {
    const { world: at, slow, put } = await world();
    for (let each = 0; each < 8; each += 1) await put();
    const said = slow.take();
    expect(said.filter(({ type }) => type === "delta")).toHaveLength(6);
    expect(said.filter(({ type }) => type === "lagging")).toMatchObject([
      { topic: TRADES, seq: 7, data: { acknowledged: 1 } },
    ]);
    slow.say({ op: "ack", topic: TRADES, seq: 7 });
    await at.settle();
    expect(slow.take().map(({ type, seq }) => [type, seq])).toEqual([
      ["delta", 8],
      ["delta", 9],
    ]);
    await put();
    expect(slow.take()).toMatchObject([{ type: "delta", seq: 10 }]);
  });

  test("of a latest topic gets the newest alone, which says from where it skips", async () => {
    const { world: at, slow, host, put } = await world();
    for (let each = 0; each < 6; each += 1) await put();
    slow.take();
    for (let price = 1; price <= 5; price += 1) {
      host.publish(QUOTE, "delta", price);
      await at.pass(100);
    }
    expect(slow.take().filter(({ topic }) => topic === QUOTE)).toEqual([]);
    slow.say({ op: "ack", topics: [{ topic: TRADES, seq: 7 }] });
    expect(slow.take()).toMatchObject([{ topic: QUOTE, type: "delta", seq: 6, prev: 1, data: 5 }]);
  });

  test("gets latest messages once a second before it lags, and at its own pace again afterwards", async () => {
    const { world: at, slow, host, put } = await world();
    for (let each = 0; each < 3; each += 1) await put();
    await at.pass(1_000);
    slow.take();
    const quotes = async (count: number) => {
      for (let each = 0; each < count; each += 1) {
        host.publish(QUOTE, "delta", each);
        await at.pass(100);
      }
      return slow.take().filter(({ type }) => type === "delta").length;
    };
    expect(await quotes(10)).toBe(1);
    slow.say({ op: "ack", topic: TRADES, seq: 4 });
    await at.pass(1_000);
    slow.take();
    expect(await quotes(10)).toBeGreaterThanOrEqual(9);
  });

  test("that lags before anybody has slowed it skips nothing without a word when its pace changes", async () => {
    const { world: at, slow, host, put } = await world();
    for (let each = 0; each < 6; each += 1) await put();
    const quotes = async (from: number) => {
      for (let price = from; price < from + 3; price += 1) {
        host.publish(QUOTE, "delta", price);
        await at.pass(100);
      }
    };
    await quotes(1);
    await at.pass(1_500);
    await quotes(4);
    slow.take();
    slow.say({ op: "ack", topic: TRADES, seq: 7 });
    expect(slow.take()).toMatchObject([{ topic: QUOTE, seq: 7, prev: 1, data: 6 }]);
  });

  test("is closed ten seconds later with the session to come back with, and misses nothing by it", async () => {
    const { world: at, slow, put } = await world();
    for (let each = 0; each < 7; each += 1) await put();
    slow.take();
    await at.pass(9_000);
    expect(slow.socket.closing).toBeUndefined();
    await at.pass(2_000);
    expect(slow.socket.closing).toEqual({ code: 4008, reason: `session=${slow.session}` });
    const back = at.connect();
    const said = await back.ask({ op: "restore", session: slow.session });
    expect(said.filter(({ topic }) => topic === TRADES)).toMatchObject([{ type: "delta", seq: 8 }]);
  });

  test("is sent a snapshot that says so where its ring does not reach back any more and the actor's neither", async () => {
    const { world: at, slow, host, put } = await world();
    for (let each = 0; each < 9; each += 1) await put();
    slow.take();
    host.topic(TRADES).from = 9;
    slow.say({ op: "ack", topic: TRADES, seq: 7 });
    await at.settle();
    expect(slow.take()).toMatchObject([
      { topic: TRADES, type: "snap", seq: 10, reset: { reason: "beyond-ring" } },
    ]);
    await put();
    expect(slow.take()).toMatchObject([{ type: "delta", seq: 11 }]);
  });
});

test("an acknowledgement of a message that was not sent is an error, and of an older one nothing", async () => {
  const { slow, put } = await world();
  await put();
  slow.take();
  slow.say({
    op: "ack",
    id: 3,
    topics: [
      { topic: TRADES, seq: 9 },
      { topic: "trades.T:B", seq: 1 },
      { topic: TRADES, seq: 1 },
    ],
  });
  expect(slow.take()).toMatchObject([
    { op: "error", id: 3, code: "range" },
    { op: "error", id: 3, code: "topic-not-subscribed" },
  ]);
});
