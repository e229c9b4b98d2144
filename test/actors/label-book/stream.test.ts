/** What a label book's subscribers hold is what its list shows, whatever happened, and through sleeps. */
import { expect, test } from "vitest";
import { SNAPSHOT_LABELS_MAX, SNAPSHOT_UNITS_MAX } from "../../../actors/label-book/label-stream.ts";
import { label, labelGone } from "../../../src/contracts/labels.ts";
import { AT, noted, SYMBOL } from "../../support/label-bench.ts";
import { LabelWorld } from "./label-world.ts";

const TOPIC = `labels.${SYMBOL}`;

test("a subscriber gets the newest labels and then each change, as the label or as deleted", async () => {
  const world = new LabelWorld();
  world.create(noted({ id: "a" }));
  world.create(noted({ id: "b", ts: AT + 1 }));
  world.create(noted({ id: "other", symbol: "XNAS:MSFT" }));
  const socket = await world.connect();
  world.say(socket, { op: "subscribe", topics: [TOPIC] });
  const [ack, snap] = socket.take();
  expect(ack).toMatchObject({ topics: [{ topic: TOPIC }], errors: [] });
  expect(snap).toMatchObject({ type: "snap", data: [{ id: "b" }, { id: "a" }] });
  world.change("a", { text: "<b>changed</b>" });
  world.change("a", { text: "<b>changed</b>" });
  world.remove("b");
  world.remove("b");
  world.create(noted({ id: "c", symbol: "XNAS:MSFT" }));
  world.create(noted({ id: "a" }));
  const deltas = socket.take();
  expect(deltas.map(({ type, seq }) => [type, seq])).toEqual([
    ["delta", snap.seq + 1],
    ["delta", snap.seq + 2],
  ]);
  expect(label.parse(deltas[0].data)).toMatchObject({ id: "a", version: 2, text: "<b>changed</b>" });
  expect(labelGone.parse(deltas[1].data)).toEqual({ id: "b", symbol: SYMBOL, deleted: true, version: 2 });
});

test("changes of one group are told one by one, in their order", async () => {
  const world = new LabelWorld();
  const socket = await world.connect();
  world.say(socket, { op: "subscribe", topics: [TOPIC] });
  socket.take();
  world.group(
    world.createTurn(noted({ id: "a" })),
    world.changeTurn("a", { text: "two" }),
    world.turns.remove("a", undefined, "key-1"),
  );
  expect(socket.take().map(({ data }) => [data.version, data.deleted ?? data.text])).toEqual([
    [1, "a note"],
    [2, "two"],
    [3, true],
  ]);
});

test("a client that was cut goes on where it was", async () => {
  const world = new LabelWorld();
  const socket = await world.connect();
  world.say(socket, { op: "subscribe", topics: [TOPIC] });
  const { epoch, seq } = socket.take()[0].topics[0];
  world.create(noted({ id: "a" }));
  world.restart();
  world.create(noted({ id: "b" }));
  const again = await world.connect();
  world.say(again, { op: "resume", topic: TOPIC, epoch, seq });
  expect(again.take().slice(1)).toMatchObject([
    { type: "delta", seq: seq + 1, data: { id: "a" } },
    { type: "delta", seq: seq + 2, data: { id: "b" } },
  ]);
});

test("a snapshot holds so many labels, and no more text than a client may leave standing", async () => {
  const world = new LabelWorld();
  for (let n = 0; n <= SNAPSHOT_LABELS_MAX; n++) world.create(noted({ id: `n${n}`, ts: AT + n }));
  const long = noted({ symbol: "XNAS:LONG", text: "x".repeat(2_000) });
  for (let n = 0; n <= SNAPSHOT_LABELS_MAX; n++) world.create({ ...long, id: `l${n}`, ts: AT + n });
  const socket = await world.connect();
  world.say(socket, { op: "subscribe", topics: [TOPIC, "labels.XNAS:LONG"] });
  const [, few, large] = socket.take();
  expect(few.data).toHaveLength(SNAPSHOT_LABELS_MAX);
  expect(few.data[0].id).toBe(`n${SNAPSHOT_LABELS_MAX}`);
  expect(JSON.stringify(large.data).length).toBeLessThanOrEqual(SNAPSHOT_UNITS_MAX + SNAPSHOT_LABELS_MAX);
  expect(large.data.length).toBeGreaterThan(100);
  expect(large.data[0].id).toBe(`l${SNAPSHOT_LABELS_MAX}`);
});

test.each([
  "labels",
  "labels.",
  "labels.nobody",
  "labels.xnas:aapl",
  `labels.${SYMBOL}.x y`,
  `quote.${SYMBOL}`,
])("%s is no topic here", async (topic) => {
  const world = new LabelWorld();
  const socket = await world.connect();
  world.say(socket, { op: "subscribe", topics: [topic] });
  expect(socket.take()[0]).toMatchObject({ topics: [], errors: [{ topic, code: "topic-unknown" }] });
});

test("while nobody watches nothing of a stream is built", () => {
  const world = new LabelWorld();
  world.create(noted({ id: "a" }));
  expect([world.count("stream_topic"), world.count("stream_ring")]).toEqual([0, 0]);
});
