import { describe, expect, test } from "vitest";
import { CADENCE_MS, RUSH_CADENCE_MS, RUSH_SUBSCRIBERS_MAX } from "../../../actors/price-hub/delivery.ts";
import type { SubscriberName } from "../../../actors/price-hub/messages.ts";
import { answer } from "../../../actors/runtime/reply.ts";
import { PAUSE_MS, RUSH_NEWS, Rush } from "../../../actors/runtime/rush.ts";
import { PAUSE_MS_MAX } from "../../../actors/runtime/telling.ts";
import type { EpochMs } from "../../../src/domain/time.ts";
import { BTC, HubBench, markAt, numbers, SHARD, update } from "./bench.ts";

/** So much news in each of so many seconds, one at a time; answers the last pause. */
function newsFor(rush: Rush, perSecond: number, seconds: number, from = 0): number {
  let pauseMs = 0;
  for (let at = 0; at < perSecond * seconds; at++)
    pauseMs = rush.pauseAfter(1, (from + Math.floor((at * 1_000) / perSecond)) as EpochMs);
  return pauseMs;
}

describe("a rush", () => {
  test("begins with the news that is too much for a second, and lasts while seconds are full", () => {
    const rush = new Rush();
    expect(newsFor(rush, RUSH_NEWS, 5)).toBe(0);
    expect(newsFor(rush, 2 * RUSH_NEWS, 5, 10_000)).toBe(PAUSE_MS);
    expect(rush.isOn).toBe(true);
  });

  test("is seen where a machine is short: of 600 news a second, told one by one, it hears 150", () => {
    expect(newsFor(new Rush(), 150, 2)).toBe(PAUSE_MS);
  });

  test("goes on where symbols gather: news counts, not calls", () => {
    const rush = new Rush();
    newsFor(rush, 2 * RUSH_NEWS, 1);
    for (let call = 0; call < 100; call++)
      expect(rush.pauseAfter((2 * RUSH_NEWS) / 20, (1_000 + call * 50) as EpochMs)).toBe(PAUSE_MS);
  });

  test("is over after a second with less, and after a silence", () => {
    const rush = new Rush();
    newsFor(rush, 2 * RUSH_NEWS, 2);
    expect(newsFor(rush, 10, 3, 2_000)).toBe(0);
    newsFor(rush, 2 * RUSH_NEWS, 2, 10_000);
    expect(rush.pauseAfter(1, 60_000 as EpochMs)).toBe(0);
  });

  test("no hub asks for more than a symbol grants, and both waits together leave room in half a second", () => {
    expect(PAUSE_MS).toBeLessThanOrEqual(PAUSE_MS_MAX);
    expect(PAUSE_MS + RUSH_CADENCE_MS).toBeLessThanOrEqual(350);
    expect(PAUSE_MS + CADENCE_MS).toBeLessThan(500);
  });
});

describe("a hub in a rush", () => {
  async function rushed(subscribers: number): Promise<HubBench> {
    const bench = new HubBench();
    bench.marks.set(BTC, markAt(0));
    for (let index = 1; index < subscribers; index++)
      await bench.subscribe(`risk-shard/acme/a${index}` as SubscriberName, BTC);
    await bench.subscribe(SHARD, BTC);
    await bench.pass(10_000);
    bench.relay.push(update(BTC, 1, RUSH_NEWS + 1));
    await bench.pass(CADENCE_MS);
    bench.sent.length = 0;
    return bench;
  }
  async function pace(bench: HubBench): Promise<number[]> {
    const start = bench.clock.now();
    for (let n = 1; n <= 40; n++) {
      const at = RUSH_NEWS + 1 + n;
      expect(bench.relay.push(update(BTC, at, at))).toEqual(answer({ followed: true, pauseMs: PAUSE_MS }));
      await bench.pass(10);
    }
    await bench.pass(CADENCE_MS);
    const batches = bench.takeSent(SHARD);
    expect(batches.flatMap((batch) => numbers(batch, BTC))).toEqual(
      Array.from({ length: 40 }, (_, index) => RUSH_NEWS + 2 + index),
    );
    return batches.map(({ at }) => at - start);
  }

  test("asks symbols for a pause and tells a few subscribers twice as often: no change waits longer than before for both", async () => {
    expect(await pace(await rushed(2))).toEqual([0, 100, 200, 300, 400]);
  });

  test("keeps the pace where subscribers are many", async () => {
    expect(await pace(await rushed(RUSH_SUBSCRIBERS_MAX + 1))).toEqual([0, 200, 400]);
  });
});
