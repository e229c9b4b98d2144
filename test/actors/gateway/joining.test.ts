/** Who joins a topic that others listen to already: it hears how the topic stands, whatever came last on it. */
import { describe, expect, test } from "vitest";
import { FeedRing } from "../../../actors/gateway/feed-ring.ts";
import { World } from "./gateway-world.ts";

const A = "symbol:T:A";
const BARS = "bars.1.T:A";
const QUOTE = "quote.T:A";

describe("a newcomer to bars", () => {
  async function forming() {
    const world = new World();
    const client = world.connect();
    await client.subscribe(BARS);
    const host = world.host(A);
    host.publish(BARS, "bar", { t: 60_000, c: "2", state: "forming" });
    await world.settle();
    return { world, host, late: async () => (await world.connect().subscribe(BARS)).slice(1) };
  }

  test("begins with the newest one, also where an older one has closed after it began", async () => {
    const { world, host, late } = await forming();
    host.publish(BARS, "bar", { t: 0, c: "1", state: "final" }, false);
    await world.settle();
    expect(await late()).toMatchObject([
      { type: "snap", seq: 2, data: { t: 60_000, state: "forming" } },
      { type: "bar", seq: 3, data: { t: 0, state: "final" } },
    ]);
  });

  test("does not begin with one that is no more", async () => {
    const { world, host, late } = await forming();
    host.publish(BARS, "bar", { t: 60_000, c: "2", state: "forming", withdrawn: true }, false);
    await world.settle();
    expect(await late()).toMatchObject([
      { type: "snap", seq: 2, data: { c: "2" } },
      { type: "bar", seq: 3, data: { withdrawn: true } },
    ]);
  });

  test("begins with a later one as soon as there is one", async () => {
    const { world, host, late } = await forming();
    host.publish(BARS, "bar", { t: 120_000, c: "3", state: "forming" });
    await world.pass(100);
    expect(await late()).toMatchObject([{ type: "snap", seq: 3, data: { t: 120_000 } }]);
  });
});

describe("of a topic that is silent", () => {
  async function mute() {
    const world = new World();
    const client = world.connect();
    await client.subscribe(QUOTE);
    const host = world.host(A);
    host.beat = { ...host.beat, lastTs: 1_000_000_000_000 };
    await world.pass(31_000);
    return { world, client, host };
  }

  test("a newcomer hears so as well, behind the snapshot", async () => {
    const { world } = await mute();
    const said = await world.connect().subscribe(QUOTE);
    expect(said).toMatchObject([
      { op: "ack" },
      { topic: QUOTE, type: "snap", seq: 1 },
      {
        topic: QUOTE,
        type: "status",
        seq: 1,
        data: { state: "mute", ageMs: 31_000, lastTs: 1_000_000_000_000 },
      },
    ]);
  });

  test("whoever comes back hears so as well, and nothing of one that is live", async () => {
    const { world, client, host } = await mute();
    client.leave();
    const back = world.connect();
    const said = await back.ask({ op: "restore", session: client.session });
    expect(said).toMatchObject([{ op: "ack" }, { type: "status", data: { state: "mute" } }]);
    host.publish(QUOTE, "delta", 7);
    await world.pass(100);
    expect((await world.connect().subscribe(QUOTE)).map(({ type }) => type)).toEqual([undefined, "snap"]);
  });
});

test("whoever goes before its snapshot has come is sent one when it comes back, and not what followed alone", async () => {
  const world = new World();
  await world.connect().subscribe("trades.T:A");
  const host = world.host(A);
  for (let each = 0; each < 10; each += 1) host.publish("trades.T:A", "delta", "x".repeat(5_000), false);
  await world.settle();
  const asked = Promise.withResolvers<void>();
  host.beforeReplay = () => asked.promise;
  const late = world.connect();
  expect(await late.subscribe("trades.T:A")).toMatchObject([{ op: "ack" }]);
  late.leave();
  asked.resolve();
  const said = await world.connect().ask({ op: "restore", session: late.session });
  expect(said.filter(({ op }) => op === undefined)).toMatchObject([{ type: "snap", seq: 11 }]);
});

describe("what an actor has sent again", () => {
  const entry = (seq: number) => ({ seq, text: `${seq}`, isLatest: false, key: "" });
  const seqs = (ring: FeedRing, after: number) => ring.after(after).map(({ seq }) => seq);

  test("joins the ring where it reaches it", () => {
    const ring = new FeedRing();
    ring.restart(7);
    ring.append(entry(8));
    ring.backfill(4, [5, 6, 7, 8].map(entry));
    expect(ring.holdsAfter(4)).toBe(true);
    expect(seqs(ring, 4)).toEqual([5, 6, 7, 8]);
  });

  test("is of no use where the ring has begun later meanwhile: nothing between may be missing", () => {
    const ring = new FeedRing();
    ring.restart(7);
    ring.append(entry(8));
    ring.backfill(4, [5, 6].map(entry));
    expect(ring.holdsAfter(4)).toBe(false);
    expect(seqs(ring, 7)).toEqual([8]);
  });
});
