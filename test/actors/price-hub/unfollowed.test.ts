import { describe, expect, test } from "vitest";
import { CADENCE_MS } from "../../../actors/price-hub/delivery.ts";
import { ASK_AGAIN_MS_MAX, Asking } from "../../../actors/runtime/asking.ts";
import { answer, refusal } from "../../../actors/runtime/reply.ts";
import type { Symbol } from "../../../src/domain/ids.ts";
import { BTC, HubBench, instrument, markAt, SHARD, STRATEGY, update } from "./bench.ts";

describe("a symbol that nobody follows", () => {
  const pushed = (bench: HubBench, to: number) =>
    bench.relay.push(update(BTC, 1, to, { instrument: instrument(BTC) }));

  test("is told so with each push, until somebody does", async () => {
    const bench = new HubBench();
    bench.marks.set(BTC, markAt(2));
    expect(pushed(bench, 1)).toEqual(answer({ followed: false }));
    await bench.subscribe(SHARD, BTC);
    expect(pushed(bench, 2)).toEqual(answer({ followed: true, pauseMs: 0 }));
    await bench.unsubscribe(SHARD, BTC);
    expect(pushed(bench, 3)).toEqual(answer({ followed: false }));
  });

  test("is asked when somebody does, each time, also where a push has come first", async () => {
    const bench = new HubBench();
    bench.marks.set(BTC, markAt(2));
    for (let times = 1; times <= 3; times++) {
      const asked = bench.subscribe(SHARD, BTC);
      pushed(bench, 2);
      await asked;
      expect(bench.asked).toHaveLength(times);
      await bench.subscribe(STRATEGY, BTC);
      expect(bench.asked).toHaveLength(times);
      await bench.unsubscribe(SHARD, BTC);
      await bench.unsubscribe(STRATEGY, BTC);
    }
  });

  test("that cannot be reached is asked until it is there, however long that takes", async () => {
    const bench = new HubBench();
    await bench.subscribe(SHARD, BTC);
    await bench.pass(20 * 60_000);
    const tries = bench.asked.length;
    expect(tries).toBeGreaterThan((20 * 60_000) / ASK_AGAIN_MS_MAX);
    bench.marks.set(BTC, markAt(5));
    await bench.pass(ASK_AGAIN_MS_MAX + CADENCE_MS);
    expect(bench.takeSent(SHARD).flatMap(({ updates }) => updates)).toMatchObject([{ mark: markAt(5) }]);
    await bench.pass(60_000);
    expect([bench.asked.length, bench.alarm.slot]).toEqual([tries + 1, undefined]);
  });

  test("that refuses was there: it is not asked again", async () => {
    const bench = new HubBench();
    bench.snapshots.set(BTC, async () => refusal("symbol-unknown"));
    await bench.subscribe(SHARD, BTC);
    await bench.pass(60_000);
    expect([bench.asked.length, bench.alarm.slot]).toEqual([1, undefined]);
  });

  test("that is left while it cannot be reached is not asked any more", async () => {
    const bench = new HubBench();
    await bench.subscribe(SHARD, BTC);
    await bench.unsubscribe(SHARD, BTC);
    const tries = bench.asked.length;
    await bench.pass(60_000);
    expect([bench.asked.length, bench.alarm.slot]).toEqual([tries, undefined]);
  });

  test("an answer to an earlier call is none to the one for who followed since", async () => {
    const bench = new HubBench();
    const answers: (() => void)[] = [];
    bench.snapshots.set(
      BTC,
      () =>
        new Promise((resolve, reject) =>
          answers.push(() =>
            answers.length === 1
              ? resolve(answer({ instrument: instrument(BTC), mark: markAt(1) }))
              : reject(new Error("the second call was lost")),
          ),
        ),
    );
    await bench.subscribe(SHARD, BTC);
    await bench.unsubscribe(SHARD, BTC);
    await bench.subscribe(SHARD, BTC);
    answers[0]?.();
    answers[1]?.();
    await bench.pass(1_000);
    expect(bench.asked).toHaveLength(3);
  });

  test("a hub that is killed as soon as a subscription is on disk asks after its next load", async () => {
    const bench = new HubBench();
    await bench.subscribe(SHARD, BTC);
    bench.restart();
    bench.marks.set(BTC, markAt(7));
    bench.asked.length = 0;
    await bench.pass(6_000);
    expect(bench.asked).toEqual([BTC]);
    expect(bench.takeSent(SHARD).flatMap(({ updates }) => updates)).toMatchObject([{ mark: markAt(7) }]);
  });

  test("bound price-hub/memory:asked: only followed symbols are asked for, however many come and go", async () => {
    const asking = new Asking({
      isFollowed: (symbol) => symbol === BTC,
      reach: () => Promise.resolve(false),
      wakes: { set: () => {}, clear: () => {} },
      randomFraction: () => 0.5,
    });
    for (let times = 0; times < 50; times++) await asking.ask([BTC, `X:S${times}` as Symbol]);
    expect(asking.size).toBe(1);
    asking.forget(BTC);
    expect(asking.size).toBe(0);
  });
});
