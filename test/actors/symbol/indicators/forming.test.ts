/** The bar that forms stands on those before it: where one of them becomes another, its values are told again without a trade of its own. */
import { expect, test } from "vitest";
import { MINUTE, NOON, type Sent, SYMBOL, trade } from "../bench.ts";
import { World } from "../pit-world.ts";
import { barsOf, batchOver, connect, say, topicOf, Watcher } from "./watching.ts";

const DEFINITIONS = ["ema_4", "sma_5", "ts-alma_5_0.85_6", "cdl-doji"];
const minutes: Sent[] = [...Array(8).keys()].map((place) =>
  trade(NOON + place * MINUTE, `${100 + place}`, { id: `m${place}` }),
);
const notice = (type: string, place: number, more: object = {}): Sent => ({
  type,
  symbol: SYMBOL,
  ts: NOON + 7 * MINUTE + 1,
  id: `m${place}`,
  ...more,
});

test.each([
  ["a correction of a bar that has closed", notice("correct", 4, { price: "150" })],
  ["a late trade in it", trade(NOON + 4 * MINUTE + 1, "150", { id: "late" })],
  ["a cancel that leaves none of it", notice("cancel", 4)],
  ["a cancel that leaves none of the bar that waits out its grace", notice("cancel", 6)],
])("after %s the values that form are those of a batch", async (_what, tick) => {
  const world = new World();
  await world.take(...minutes);
  const socket = await connect(world);
  const topics = DEFINITIONS.map((definition) => topicOf(definition, "1"));
  say(world, socket, { op: "subscribe", topics });
  const watcher = new Watcher();
  watcher.hearAll([socket]);
  await world.take(tick);
  watcher.hearAll([socket]);
  const bars = await barsOf(world, "1");
  expect(bars.at(-1)?.state).toBe("forming");
  for (const definition of DEFINITIONS)
    expect(watcher.of(topicOf(definition, "1")).at(-1), definition).toEqual(
      batchOver(bars, definition).at(-1),
    );
});

test.each([
  ["1", MINUTE],
  ["5S", 5_000],
] as const)(
  "after a late trade has made a bar of %s behind the newest that closed, the values that form are those of a batch",
  async (width, widthMs) => {
    const world = new World();
    const at = (place: number) => trade(NOON + place * widthMs, `${100 + place}`);
    await world.take(...[0, 1, 2, 3, 5, 6].map(at));
    const socket = await connect(world);
    const topic = topicOf("sma_3", width);
    say(world, socket, { op: "subscribe", topics: [topic] });
    const watcher = new Watcher();
    await world.take(trade(NOON + 4 * widthMs, "150"));
    watcher.hearAll([socket]);
    expect(watcher.of(topic).slice(-3)).toEqual(batchOver(await barsOf(world, width), "sma_3").slice(-3));
  },
);
