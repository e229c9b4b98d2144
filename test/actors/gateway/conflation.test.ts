/** Paces: of `latest` messages the newest at each tick, lossless ones at once and in order, and what was left out is said. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Said } from "../../support/stream-messages.ts";
import type { FakeHost } from "./fake-host.ts";
import { type Visitor, World } from "./gateway-world.ts";

const A = "symbol:T:A";
const QUOTE = "quote.T:A";
const BARS = "bars.1.T:A";
const bar = (t: number, state: string, c = "1") => ({ t, c, state });
/** Without heartbeats, of which each connection has its own second. */
const told = (said: Said[]) =>
  said
    .filter(({ topic }) => topic !== undefined)
    .map(({ type, seq, prev, data }) => [type, seq, prev, data.c ?? data]);

async function listening(topic: string, conflateMs?: number) {
  const world = new World();
  const client = world.connect();
  await client.ask({ op: "subscribe", topics: [topic], conflateMs });
  return { world, client, host: world.host(A) };
}

describe("a latest topic", () => {
  test("is told at most once in 100 ms where nothing else is asked, and says which message it was told before", async () => {
    const { world, client, host } = await listening(QUOTE);
    for (let price = 1; price <= 5; price += 1) host.publish(QUOTE, "delta", price);
    await world.settle();
    expect(client.take()).toEqual([]);
    await world.pass(100);
    expect(told(client.take())).toEqual([["delta", 6, 1, 5]]);
  });

  test("says nothing of a message before it where none was left out", async () => {
    const { world, client, host } = await listening(QUOTE, 50);
    host.publish(QUOTE, "delta", 1);
    await world.pass(50);
    expect(client.socket.frames[0]).not.toContain("prev");
  });

  test("comes at the same moments to all of a pace, as the same text", async () => {
    const { world, client, host } = await listening(QUOTE, 250);
    const other = world.connect();
    await other.ask({ op: "subscribe", topics: [QUOTE], conflateMs: 250 });
    host.publish(QUOTE, "delta", 1);
    await world.settle();
    world.clock.pass(1);
    host.publish(QUOTE, "delta", 2);
    await world.pass(250);
    expect(client.socket.frames).toHaveLength(1);
    expect(client.socket.frames).toEqual(other.socket.frames);
  });

  test("goes on at another pace when it is subscribed again, without a snapshot and without a hole", async () => {
    const { world, client, host } = await listening(QUOTE, 1_000);
    host.publish(QUOTE, "delta", 1);
    await world.settle();
    const said = await client.ask({ op: "subscribe", topics: [QUOTE], conflateMs: 50 });
    expect(said.map(({ op, type, seq }) => op ?? [type, seq])).toEqual([["delta", 2], "ack"]);
    host.publish(QUOTE, "delta", 2);
    await world.pass(50);
    expect(told(client.take())).toEqual([["delta", 3, undefined, 2]]);
  });
});

describe("bars", () => {
  test("that form wait, a final one goes at once behind the one that waits", async () => {
    const { world, client, host } = await listening(BARS, 1_000);
    host.publish(BARS, "bar", bar(0, "forming", "a"));
    host.publish(BARS, "bar", bar(0, "forming", "b"));
    host.publish(BARS, "bar", bar(0, "final", "c"));
    host.publish(BARS, "bar", bar(60, "forming", "d"));
    await world.settle();
    expect(told(client.take())).toEqual([
      ["bar", 3, 1, "b"],
      ["bar", 4, undefined, "c"],
    ]);
    await world.pass(1_000);
    expect(told(client.take())).toEqual([["bar", 5, undefined, "d"]]);
  });

  test("that form do not take each other's place", async () => {
    const { world, client, host } = await listening(BARS, 1_000);
    host.publish(BARS, "bar", bar(0, "forming", "a"));
    host.publish(BARS, "bar", bar(60, "forming", "b"));
    await world.pass(1_000);
    expect(told(client.take())).toEqual([
      ["bar", 2, undefined, "a"],
      ["bar", 3, undefined, "b"],
    ]);
  });

  test("that lost their last trade, and revisions, never wait", async () => {
    const { world, client, host } = await listening(BARS, 1_000);
    host.publish(BARS, "bar", { ...bar(0, "forming"), withdrawn: true });
    host.publish(BARS, "rev", bar(0, "revised"), false);
    await world.settle();
    expect(client.take()).toHaveLength(2);
  });
});

test("a newcomer and those who were there hear the same from then on", async () => {
  const { world, client, host } = await listening(QUOTE, 1_000);
  host.publish(QUOTE, "delta", 1);
  await world.settle();
  const late = world.connect();
  const answer = await late.ask({ op: "subscribe", topics: [QUOTE], conflateMs: 1_000 });
  expect(answer.slice(1)).toMatchObject([{ type: "snap", seq: 2, data: 1 }]);
  expect(told(client.take())).toEqual([["delta", 2, undefined, 1]]);
  host.publish(QUOTE, "delta", 2);
  await world.pass(1_000);
  const said = (frames: readonly string[]) => frames.filter((frame) => !frame.includes('"op":"hb"'));
  expect(said(client.socket.frames)).toHaveLength(1);
  expect(said(late.socket.frames)).toEqual(said(client.socket.frames));
});

type Heard = { readonly client: Visitor; readonly first: readonly Said[] };

async function joined(world: World, conflateMs: number): Promise<Heard> {
  const client = world.connect();
  return { client, first: (await client.ask({ op: "subscribe", topics: [BARS], conflateMs })).slice(1) };
}

/** Reads as the contract says; what it was not sent was left out on purpose, and is never a lossless message. */
function read({ client, first }: Heard, host: FakeHost): void {
  const { seq: last, messages } = host.topic(BARS);
  const from = first[0]?.seq ?? 0;
  const said = [...first.slice(1), ...client.take().filter(({ topic }) => topic === BARS)];
  let place = from;
  for (const { seq, prev = seq - 1 } of said) {
    expect(prev <= place && place < seq).toBe(true);
    place = seq;
  }
  expect(place).toBe(last);
  const heard = new Set(said.map(({ seq }) => seq));
  const missing = messages.filter(({ seq }) => seq > from && !heard.has(seq));
  expect(missing.filter(({ data }) => (data as { state: string }).state !== "forming")).toEqual([]);
}

test("whatever happens: places only rise, every skip is said, every lossless message arrives, and the last state is the newest", async () => {
  const step = fc.record({
    kind: fc.constantFrom("forming", "forming", "final", "revised", "pass", "join"),
    n: fc.integer({ min: 0, max: 120 }),
  });
  const walk = async (steps: readonly { kind: string; n: number }[], conflateMs: number) => {
    const world = new World();
    const readers = [await joined(world, conflateMs)];
    const host = world.host(A);
    for (const { kind, n } of steps) {
      if (kind === "pass") await world.pass(n);
      else if (kind === "join") readers.push(await joined(world, conflateMs));
      else host.publish(BARS, kind === "revised" ? "rev" : "bar", bar(n % 3, kind), kind !== "revised");
    }
    await world.pass(1_000);
    for (const reader of readers) read(reader, host);
  };
  const steps = fc.array(step, { maxLength: 30 });
  await fc.assert(fc.asyncProperty(steps, fc.constantFrom(50, 100, 250, 1_000), walk), { numRuns: 40 });
});
