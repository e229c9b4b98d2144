/** What a subscriber of indicators holds is what a batch over the readers' bars says, to the last bit: over late trades, cancels and loads. */
import { describe, expect, test } from "vitest";
import type { FakeSocket } from "../../../support/fake-sockets.ts";
import { envelope } from "../../../support/runtime-fakes.ts";
import { HOUR, MINUTE, NOON, quote, type Sent, SYMBOL, trade } from "../bench.ts";
import { World } from "../pit-world.ts";
import { barsOf, batchOver, connect, say, topicOf, Watcher } from "./watching.ts";

const DEFINITIONS = [
  "sma_5",
  "ema_4",
  "rsi_3",
  "macd_3_5_2",
  "bbands_5_2",
  "obv",
  "vwap",
  "supertrend_3_2",
  "cdl-engulfing",
];
const WIDTHS = ["1", "15", "1S", "5S"];
/** A log is read for each bar of seconds, so few are watched. */
const definitionsAt = (width: string) => (width.endsWith("S") ? ["sma_5", "obv"] : DEFINITIONS);
const topicsOf = (width: string) => definitionsAt(width).map((definition) => topicOf(definition, width));
type Random = (below: number) => number;

/** Mostly in order; some trades are minutes late, some are cancelled or corrected, and quotes move the clock of the market. */
function* market(steps: number, random: Random): Generator<Sent[]> {
  let ts = NOON - 3 * HOUR;
  let count = 100;
  for (let step = 0; step < steps; step++) {
    const ticks: Sent[] = [];
    for (let each = random(4) + 1; each > 0; each--) {
      ts += random(random(8) === 0 ? 5 * MINUTE : 20_000);
      count += 1;
      ticks.push(...moment(ts, count, random));
    }
    yield ticks;
  }
}

function moment(ts: number, count: number, random: Random): Sent[] {
  const price = (100 + random(500) / 100).toFixed(2);
  const at = ts - (random(5) === 0 ? random(6 * MINUTE) : 0);
  const tick =
    random(4) > 0
      ? trade(at, price, { id: `${count}`, size: `${random(9) + 1}` })
      : quote(ts, price, (Number(price) + 1).toFixed(2));
  const named = { symbol: SYMBOL, ts, id: `${count - random(30)}` };
  const notices = [
    ...(random(7) === 0 ? [{ type: "cancel", ...named }] : []),
    ...(random(7) === 0 ? [{ type: "correct", ...named, price }] : []),
  ];
  return [tick, ...notices];
}

function randomOf(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

/** Several requests in one group now and then; the object is loaded anew, and the feed ends, at times. */
async function play(world: World, ticks: readonly Sent[], step: number): Promise<void> {
  const requests = step % 5 === 0 ? [ticks.slice(0, 1), ticks.slice(1)] : [ticks];
  await Promise.all(requests.map((request) => world.take(...request)));
  if (step % 7 === 0) world.restart();
  if (step % 45 === 0) await world.pit.endFeed(envelope());
}

describe("a subscriber of indicators", () => {
  test.each([1, 2])(
    "holds what a batch over the bars says, bit for bit, whatever comes (walk %i)",
    async (seed) => {
      const world = new World();
      const sockets: FakeSocket[] = [];
      // One for each width: what nobody acknowledges may be a megabyte.
      for (const width of WIDTHS) {
        const socket = await connect(world);
        say(world, socket, { op: "subscribe", topics: topicsOf(width) });
        sockets.push(socket);
      }
      const watcher = new Watcher();
      let step = 0;
      for (const ticks of market(60, randomOf(seed))) {
        await play(world, ticks, ++step);
        watcher.hearAll(sockets);
      }
      for (const width of WIDTHS) {
        const bars = await barsOf(world, width);
        expect(bars.length).toBeGreaterThan(2);
        for (const definition of definitionsAt(width))
          expect(watcher.of(topicOf(definition, width)), `${definition}@${width}`).toEqual(
            batchOver(bars, definition),
          );
      }
      expect(watcher.kinds.get("rev")).toBeGreaterThan(50);
      expect(watcher.kinds.get("reset")).toBeUndefined();
    },
  );
});
