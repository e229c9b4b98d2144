import { describe, expect, test } from "vitest";
import { answer, refusal } from "../../../../actors/runtime/reply.ts";
import { RETRY_MS_MAX, TELL_MS_MAX, UNTOLD_WATCH_MS } from "../../../../actors/runtime/telling.ts";
import { WAITING_CHANGES_MAX } from "../../../../actors/symbol/limits.ts";
import { PriceTelling } from "../../../../actors/symbol/prices/price-telling.ts";
import { RETOLD } from "../../../../src/domain/bar-return.ts";
import { FakeClock } from "../../../support/runtime-fakes.ts";
import { INSTRUMENT, SYMBOL } from "../bench.ts";
import { bench, numbers } from "../telling-bench.ts";

describe("news for the hub", () => {
  test("the first event after a load tells the current mark and the reference data, with nothing new", async () => {
    const { telling, pushed, reply } = bench();
    telling.tell();
    expect(pushed).toEqual([
      { symbol: SYMBOL, mark: { lastChanges: 0 }, changes: [], sampled: false, instrument: INSTRUMENT },
    ]);
    await reply();
    telling.tell();
    expect(pushed).toHaveLength(1);
  });

  test("one push is under way at a time; what is committed meanwhile goes with the next, in order", async () => {
    const { commit, pushed, reply } = bench();
    commit(2);
    commit(1);
    commit(1);
    expect(pushed.map(numbers)).toEqual([[1, 2]]);
    await reply();
    expect(pushed.map(numbers)).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(pushed[1]).toMatchObject({ mark: { lastChanges: 4 }, sampled: false });
    expect(pushed[1]).not.toHaveProperty("instrument");
  });

  test("returns of bars go with the next price, by themselves where they are wider than minutes, and again where nobody heard", async () => {
    const { clock, closeBars, commit, pushed, retries, reply, telling } = bench();
    commit(1);
    await reply();
    closeBars("1", 7);
    expect(pushed).toHaveLength(1);
    commit(1);
    expect(pushed[1]?.returns).toEqual([["1", 7, 0, 6]]);
    await reply();
    closeBars("1D", 9);
    expect(pushed[2]).toMatchObject({ changes: [], returns: [["1D", 9, 0, 8]] });
    await reply(refusal("overloaded"));
    clock.time = retries.at(-1) as typeof clock.time;
    telling.tell();
    expect(pushed[3]?.returns).toEqual([["1D", 9, 0, 8]]);
    closeBars("1W", 9);
    await reply();
    expect(pushed).toHaveLength(4);
    commit(1);
    expect(pushed[4]).not.toHaveProperty("returns");
  });

  test("of more bars than wait it is told that they are to be asked for; of what nobody follows nothing waits", async () => {
    const { closeBars, commit, pushed, reply, telling } = bench();
    commit(1);
    await reply();
    closeBars("1", 7, 8, 9);
    commit(1);
    expect(pushed[1]?.returns).toEqual([["1", 0, 0, RETOLD]]);
    await reply(answer({ followed: false }));
    closeBars("60", 7);
    telling.noteRetold();
    telling.snapshotAsked();
    telling.tell();
    expect(pushed[2]).not.toHaveProperty("returns");
  });

  test("reference data is told when it changed", async () => {
    const { commit, pushed, reply } = bench();
    commit(1);
    await reply();
    commit(0, true);
    expect(pushed[1]).toMatchObject({ changes: [], instrument: INSTRUMENT });
  });

  test("a previous close goes with the next price, once, and again where nobody heard or followed", async () => {
    const { clock, close, commit, pushed, retries, reply, telling } = bench();
    commit(1);
    await reply();
    close(1);
    commit(1);
    expect(pushed[1]).toMatchObject({ previousClose: { version: 1, price: 101 } });
    await reply(refusal("overloaded"));
    clock.time = retries.at(-1) as typeof clock.time;
    telling.tell();
    expect(pushed[2]).toMatchObject({ previousClose: { version: 1 } });
    await reply();
    commit(1);
    expect(pushed[3]).not.toHaveProperty("previousClose");
    await reply(answer({ followed: false }));
    telling.snapshotAsked();
    telling.tell();
    expect(pushed[4]).toMatchObject({ previousClose: { version: 1 } });
  });

  test("statistics of liquidity are told when they changed, also without a price, and again where nobody heard", async () => {
    const { clock, commit, rate, pushed, retries, reply, telling } = bench();
    commit(1);
    await reply();
    rate(1);
    expect(pushed[1]).toMatchObject({ changes: [], liquidity: { version: 1 } });
    await reply(refusal("overloaded"));
    rate(2);
    clock.time = retries.at(-1) as typeof clock.time;
    telling.tell();
    expect(pushed[2]).toMatchObject({ changes: [], liquidity: { version: 2 } });
    await reply();
    commit(1);
    expect(pushed[3]).not.toHaveProperty("liquidity");
  });

  test("statistics of liquidity that nobody follows are told to who follows first", async () => {
    const { commit, rate, pushed, reply, telling } = bench();
    commit(1);
    await reply(answer({ followed: false }));
    rate(1);
    expect(pushed).toHaveLength(1);
    telling.snapshotAsked();
    telling.tell();
    expect(pushed[1]).toMatchObject({ instrument: INSTRUMENT, liquidity: { version: 1 } });
  });

  test.each([
    ["a refusal", refusal("overloaded")],
    ["a throw", new Error("the hub is away")],
  ])(
    "after %s everything is told again with the newest state, not before its time",
    async (_what, failure) => {
      const { clock, commit, pushed, retries, reply, telling } = bench();
      commit(2, true);
      await reply(failure);
      commit(1);
      expect(pushed).toHaveLength(1);
      expect(retries).toHaveLength(1);
      clock.time = retries[0] as typeof clock.time;
      telling.tell();
      expect(numbers(pushed[1])).toEqual([1, 2, 3]);
      expect(pushed[1]).toMatchObject({ mark: { lastChanges: 3 }, instrument: INSTRUMENT, sampled: false });
      await reply();
      expect(telling.untold).toBe(false);
    },
  );

  test("a stub that throws before it calls is a hub that did not hear", async () => {
    const clock = new FakeClock();
    const retries: number[] = [];
    const telling = new PriceTelling({
      symbol: SYMBOL,
      clock,
      randomFraction: () => 0.5,
      current: () => ({ mark: { lastChanges: 0 }, instrument: INSTRUMENT }),
      push: () => {
        throw new Error("no such binding");
      },
      retryAt: (at) => retries.push(at),
      allTold: () => {},
      later: () => () => {},
    });
    telling.tell();
    await new Promise((resolve) => setImmediate(resolve));
    expect([telling.untold, retries.length]).toEqual([true, 1]);
  });

  test("a call that never ends is a hub that did not hear, and its late answer changes nothing", async () => {
    const { clock, commit, pushed, retries, reply, telling } = bench();
    commit(1);
    clock.pass(TELL_MS_MAX - 1);
    telling.wake();
    expect(telling.untold).toBe(false);
    retries.length = 0;
    clock.pass(1);
    telling.tell();
    expect([telling.untold, retries.length]).toEqual([true, 1]);
    clock.time = retries[0] as typeof clock.time;
    commit(1);
    expect(pushed.map(numbers)).toEqual([[1], [1, 2]]);
    await reply();
    commit(1);
    expect(pushed).toHaveLength(2);
    await reply();
    expect(numbers(pushed[2])).toEqual([3]);
  });

  test("an alarm inside the wait for a hub that failed leaves a timer for the end of the wait", async () => {
    const { clock, commit, fire, pushed, reply, telling, timer } = bench();
    commit(1);
    timer.due = clock.now() + 50;
    await reply(refusal("overloaded"));
    fire();
    expect([telling.untold, pushed.length, timer.due]).toEqual([true, 1, clock.now() + 51]);
    fire();
    await reply();
    expect([telling.untold, pushed.length, timer.due]).toEqual([false, 2, undefined]);
  });

  test("an alarm while a push is under way watches over it, until the hub has heard", async () => {
    const { clock, commit, fire, reply, timer } = bench();
    commit(1);
    fire();
    expect(timer.due).toBe(clock.now() + UNTOLD_WATCH_MS);
    commit(1);
    await reply();
    expect(timer.due).toBe(clock.now() + UNTOLD_WATCH_MS);
    await reply();
    expect(timer.due).toBeUndefined();
  });

  test("the wait doubles up to its bound", async () => {
    const { clock, commit, retries, reply, telling } = bench();
    commit(1);
    for (let tries = 0; tries < 12; tries++) {
      await reply(refusal("overloaded"));
      clock.time = retries.at(-1) as typeof clock.time;
      telling.tell();
    }
    const waits = retries.map((at, index) => at - (retries[index - 1] ?? at - 101));
    expect(waits.slice(0, 3)).toEqual([101, 201, 401]);
    expect(Math.max(...waits)).toBe(RETRY_MS_MAX / 2 + 1);
  });

  test("bound symbol/memory:waitingChanges: while the hub is away the newest changes stay, and the update says sampled", async () => {
    const { clock, commit, pushed, retries, reply, telling } = bench();
    commit(1);
    await reply(refusal("overloaded"));
    commit(WAITING_CHANGES_MAX);
    expect(telling.waiting).toBe(WAITING_CHANGES_MAX);
    clock.time = retries[0] as typeof clock.time;
    telling.tell();
    expect(numbers(pushed[1])).toEqual(Array.from({ length: WAITING_CHANGES_MAX }, (_, index) => index + 2));
    expect(pushed[1]?.sampled).toBe(true);
    await reply();
    commit(1);
    expect(pushed[2]).toMatchObject({ sampled: false });
  });
});
