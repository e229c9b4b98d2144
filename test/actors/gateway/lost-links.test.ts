/** An actor that no longer tells a gateway what it follows: silence alone would not say so. */
import { expect, test, vi } from "vitest";
import { Feed } from "../../../actors/gateway/feed.ts";
import { IDLE_MS_MAX, OPENING_MS_MAX } from "../../../actors/gateway/limits.ts";
import { headOf, messageText, readHead } from "../../../actors/runtime/streams/message-text.ts";
import { World } from "./gateway-world.ts";

const ACTOR = "symbol:T:A";
const TOPIC = "trades.T:A";
const PULSE = { lastTs: null, isOpen: true, isAway: false };
const isMessage = ({ topic, type }: { topic?: string; type?: string }) =>
  topic === TOPIC && type !== "status" && type !== "hb";

async function listening() {
  const world = new World();
  const host = world.host(ACTOR);
  const client = world.connect();
  await client.subscribe(TOPIC);
  return { world, host, client };
}

test.each([
  ["has given up the link", []],
  ["has told further than came", [{ topic: TOPIC, epoch: "e1", seq: 3 }]],
])("an actor that %s is asked for what is missing, and clients miss nothing", async (_what, linked) => {
  const { world, host, client } = await listening();
  host.linked.clear();
  host.publish(TOPIC, "delta", [1]);
  host.publish(TOPIC, "delta", [2]);
  host.beat = { ...PULSE, linked };
  await world.pass(31_000);
  expect(client.take().filter(isMessage)).toMatchObject([
    { type: "delta", seq: 2, data: [1] },
    { type: "delta", seq: 3, data: [2] },
  ]);
  host.publish(TOPIC, "delta", [3], false);
  await world.settle();
  expect(client.take().filter(isMessage)).toMatchObject([{ type: "delta", seq: 4 }]);
});

test("whoever resumes a topic that it alone listens to goes on hearing it", async () => {
  const { world, host, client } = await listening();
  await client.ask({ op: "resume", topic: TOPIC, epoch: "e1", seq: 1 });
  host.publish(TOPIC, "delta", [1]);
  await world.settle();
  expect(client.take().filter(isMessage)).toMatchObject([{ type: "delta", seq: 2 }]);
});

test("a topic that had to make room while others were waited for is refused, and not listened to in vain", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    const world = new World();
    world.host("symbol:T:B").isAway = true;
    const client = world.connect();
    client.say({ op: "subscribe", topics: [TOPIC, "trades.T:B"] });
    await world.pass(IDLE_MS_MAX + 2_000);
    await vi.advanceTimersByTimeAsync(OPENING_MS_MAX);
    await world.settle();
    const [ack] = client.take().filter(({ op }) => op === "ack");
    expect(ack).toMatchObject({ topics: [], errors: [{ topic: TOPIC }, { topic: "trades.T:B" }] });
    expect(await client.subscribe(TOPIC)).toMatchObject([{ op: "ack", errors: [] }, { type: "snap" }]);
  } finally {
    vi.useRealTimers();
  }
});

test("one that is linked and quiet is not, nor one that does not say", async () => {
  const { world, host } = await listening();
  const frames = host.frames.length;
  host.beat = { ...PULSE, linked: [{ topic: TOPIC, epoch: "e1", seq: 1 }] };
  await world.pass(31_000);
  host.beat = PULSE;
  await world.pass(120_000);
  expect(host.frames).toHaveLength(frames);
});

test("a topic whose snapshot a kill of its actor has kept back is asked for when the actor says how far it is", () => {
  const feed = new Feed(ACTOR, TOPIC, 0);
  const take = (type: string) => {
    const text = messageText(headOf(TOPIC, "e1"), 3, 1, type, "[]");
    return feed.take(readHead(text) ?? expect.unreachable(), text, () => {});
  };
  expect([take("delta"), take("hb"), feed.place]).toEqual([
    "known",
    "behind",
    { topic: TOPIC, epoch: "", seq: 0 },
  ]);
  expect([take("snap"), take("hb")]).toEqual(["news", "known"]);
});
