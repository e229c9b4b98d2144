/** Long runs: checkpoints that move on, revisions far back, and groups with more than anybody follows. */
import { describe, expect, test } from "vitest";
import { CHECKPOINT_BARS, CLOSED_TOLD_MAX } from "../../../../actors/symbol/indicators/indicator-limits.ts";
import { MINUTE, NOON, type Sent, SYMBOL, trade } from "../bench.ts";
import { World } from "../pit-world.ts";
import { barsOf, batchOver, connect, say, topicOf, Watcher } from "./watching.ts";

const START = NOON - 5_400 * MINUTE;
const DEFINITIONS = ["sma_5", "obv", "ts-vi_5"];
const topics = DEFINITIONS.map((definition) => topicOf(definition, "1"));

const minutes = (from: number, count: number): Sent[] =>
  Array.from({ length: count }, (_, place) => {
    const minute = from + place;
    return trade(START + minute * MINUTE, (100 + ((minute * 7) % 13)).toFixed(2), { id: `m${minute}` });
  });

async function watched() {
  const world = new World();
  await world.take(...minutes(0, 1));
  const socket = await connect(world);
  say(world, socket, { op: "subscribe", topics });
  const watcher = new Watcher();
  const hear = (): void => {
    for (const message of socket.take()) watcher.hear(message);
    for (const topic of topics) {
      const seq = watcher.seqs.get(topic);
      if (seq !== undefined) say(world, socket, { op: "ack", topic, seq });
    }
  };
  return { world, watcher, hear };
}

describe("a run of more bars than a checkpoint lies back", () => {
  test("tells what a batch says, over loads, and after a revision of a bar hundreds of bars back", async () => {
    const { world, watcher, hear } = await watched();
    for (let from = 1; from < 2 * CHECKPOINT_BARS + 300; from += 300) {
      await world.take(...minutes(from, 300));
      world.restart();
      hear();
    }
    watcher.kinds.clear();
    const minute = 2 * CHECKPOINT_BARS - 400;
    await world.take({
      type: "correct",
      symbol: SYMBOL,
      ts: START + minute * MINUTE,
      id: `m${minute}`,
      price: "250",
      size: "5",
    });
    // It waits until its trading day is over.
    await world.take(...minutes(4_000, 1));
    hear();
    const bars = await barsOf(world, "1");
    for (const [place, definition] of DEFINITIONS.entries()) {
      const told = watcher.of(topics[place] ?? "");
      expect(told.length).toBeGreaterThan(2 * CHECKPOINT_BARS);
      // The total of volumes has changed in every bar since: more than are told one by one.
      if (definition !== "obv") expect(told).toEqual(batchOver(bars, definition));
    }
    // What a window does not feel any more is not told again.
    expect(watcher.kinds.get("rev")).toBeGreaterThanOrEqual(5);
    expect(watcher.kinds.get("rev")).toBeLessThanOrEqual(5 + 6);
    expect(watcher.kinds.get("reset")).toBe(1);
    expect(watcher.of(topics[1] ?? "").at(-1)).toEqual(batchOver(bars, "obv").at(-1));
  });

  test("that a group closes more bars than anybody follows goes on behind a snapshot with reset", async () => {
    const { world, watcher, hear } = await watched();
    await world.take(...minutes(1, CLOSED_TOLD_MAX + 200));
    hear();
    expect(watcher.kinds.get("reset")).toBe(topics.length);
    await world.take(...minutes(CLOSED_TOLD_MAX + 201, 20));
    hear();
    const bars = await barsOf(world, "1");
    for (const [place, definition] of DEFINITIONS.entries())
      expect(watcher.of(topics[place] ?? "").slice(-20)).toEqual(batchOver(bars, definition).slice(-20));
  });
});
