/** A destination that says when to come again is asked then: not before, soon after, and not by everybody at once. */
import { expect, test } from "vitest";
import { ARCHIVE } from "../../../actors/runtime/outbox.ts";
import { DeliveryRefused, TOLD_MS_MAX, TOLD_SPREAD_MS } from "../../../actors/runtime/pushes.ts";
import { memorySql } from "../../support/node-sql.ts";
import { type OutboxBench, outboxBench } from "../../support/runtime-fakes.ts";

/** A bench whose mirror refuses until it is told to take. */
function refusing(retryAfterMs: number | undefined, fraction = 0) {
  const bench: OutboxBench = outboxBench(memorySql(), { randomFraction: () => fraction });
  const mirror = { takes: false };
  bench.destinations.before = () => {
    if (!mirror.takes) throw new DeliveryRefused("archive refused a batch", retryAfterMs);
  };
  return { bench, mirror };
}

/** When, from now on, it is asked again. */
async function askedAfter(bench: OutboxBench, uptoMs = 100_000): Promise<number | undefined> {
  const [from, asked] = [bench.clock.now(), bench.destinations.calls.length];
  while (bench.clock.now() - from < uptoMs) {
    bench.clock.pass(1);
    if (bench.alarm.slot !== undefined && bench.clock.now() >= bench.alarm.slot) bench.fire();
    await bench.outbox.push(ARCHIVE);
    if (bench.destinations.calls.length > asked) return bench.clock.now() - from;
  }
  return undefined;
}

test("it is asked when it said, and then everything goes through", async () => {
  const { bench, mirror } = refusing(40_000);
  bench.commit(3);
  await bench.outbox.drain();
  mirror.takes = true;
  expect(await askedAfter(bench)).toBe(40_001);
  expect(bench.destinations.seqs(ARCHIVE)).toEqual([1, 2, 3]);
  expect(bench.outbox.depth).toBe(0);
});

test("the alarm comes for it too, with nobody else awake", async () => {
  const { bench, mirror } = refusing(45_000, 0.5);
  bench.commit(1);
  await bench.outbox.drain();
  mirror.takes = true;
  let fired = 0;
  for (; bench.outbox.depth > 0 && fired < 10; fired++) {
    bench.clock.pass((bench.alarm.slot ?? 0) - bench.clock.now());
    bench.fire();
    await bench.outbox.drain();
  }
  expect(bench.outbox.depth).toBe(0);
  expect(bench.clock.now() - 1_700_000_000_000).toBeLessThanOrEqual(45_000 + TOLD_SPREAD_MS + 1);
});

test("those who were told the same come within two seconds after it, spread by chance", async () => {
  for (const fraction of [0, 0.25, 0.999]) {
    const { bench } = refusing(10_000, fraction);
    bench.commit(1);
    let asked: number | undefined;
    // The spread grows with the failures, as far as its bound.
    for (let times = 0; times < 6; times++) {
      await bench.outbox.drain();
      asked = await askedAfter(bench);
    }
    expect(asked).toBe(10_001 + Math.floor(TOLD_SPREAD_MS * fraction));
  }
});

test("nobody is believed for more than a minute, and nonsense not at all", async () => {
  for (const [told, waits] of [
    [3_600_000, TOLD_MS_MAX + 1],
    [0.5, 2],
    [-5, 1],
    [Number.NaN, 1],
    [undefined, 1],
  ] as const) {
    const { bench } = refusing(told);
    bench.commit(1);
    await bench.outbox.drain();
    expect(await askedAfter(bench), String(told)).toBe(waits);
  }
});
