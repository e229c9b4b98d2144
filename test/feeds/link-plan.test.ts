import { describe, expect, test } from "vitest";
import { type LinkAction, LinkPlan } from "../../src/feeds/link-plan.ts";

const HOUR = 3_600_000;
const open = (link: number): LinkAction => ({ kind: "open", link });
const close = (link: number, why: string) => ({ kind: "close", link, why });

/** A plan whose first connection is open since 0. */
function connected(random = () => 0.5): LinkPlan {
  const plan = new LinkPlan(random);
  expect(plan.due(0)).toEqual([open(1)]);
  plan.opened(1, 0);
  return plan;
}

/** Lets time pass in steps of a second; pings come on every open connection each 20 s. */
function pass(plan: LinkPlan, from: number, to: number, open: readonly number[]): LinkAction[] {
  const actions: LinkAction[] = [];
  for (let now = from; now <= to && actions.length === 0; now += 1_000) {
    if (now % 20_000 === 0) for (const link of open) plan.heard(link, now);
    actions.push(...plan.due(now));
  }
  return actions;
}

describe("a connection", () => {
  test("is asked for once, and again only when it is lost", () => {
    const plan = connected();
    expect(pass(plan, 1_000, HOUR, [1])).toEqual([]);
    plan.ended(1, HOUR);
    expect(plan.due(HOUR)).toEqual([]);
    expect(plan.due(HOUR + 500)).toEqual([open(2)]);
  });

  test("that does not answer the handshake is given up after 10 s", () => {
    const plan = new LinkPlan(() => 0);
    plan.due(0);
    expect(plan.due(10_000)).toEqual([]);
    expect(plan.due(10_001)).toEqual([close(1, "no-answer"), open(2)]);
  });

  test("on which nothing comes for a minute, not even a ping, is given up", () => {
    const plan = connected(() => 0);
    plan.heard(1, 5_000);
    expect(plan.due(65_000)).toEqual([]);
    expect(plan.due(65_001)).toEqual([close(1, "silent"), open(2)]);
  });

  test("that is gone changes nothing more by what is still heard of it", () => {
    const plan = connected(() => 0);
    plan.ended(1, 1_000);
    plan.due(1_000);
    plan.opened(2, 1_000);
    plan.heard(1, 60_000);
    plan.ended(1, 60_000);
    expect(plan.open).toBe(1);
    expect(plan.due(61_001)).toEqual([close(2, "silent"), open(3)]);
  });
});

describe("the wait before the next attempt", () => {
  const waits = (random: number, failures: number): number[] => {
    const plan = new LinkPlan(() => random);
    let now = 0;
    return Array.from({ length: failures }, () => {
      const asked = plan.due(now)[0];
      plan.ended(asked?.link ?? 0, now);
      const wait = plan.notBefore - now;
      now = plan.notBefore;
      return wait;
    });
  };

  test("doubles up to 30 s, and is spread over all of it", () => {
    expect(waits(1, 8)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
    expect(waits(0.25, 8)).toEqual([250, 500, 1_000, 2_000, 4_000, 7_500, 7_500, 7_500]);
  });

  test("begins anew after a connection that lasted a minute, not after one that was cut at once", () => {
    const plan = connected(() => 1);
    plan.ended(1, 60_000);
    expect(plan.notBefore).toBe(60_500);
    plan.due(60_500);
    plan.opened(2, 60_600);
    plan.ended(2, 60_700);
    expect(plan.notBefore).toBe(61_700);
  });

  test("is what the venue asks for, where that is longer", () => {
    const plan = connected(() => 1);
    plan.ended(1, 1_000, 120_000);
    expect(plan.notBefore).toBe(121_000);
  });

  test("lets no five minutes see more than 60 attempts, whatever fails", () => {
    const plan = new LinkPlan(() => 0);
    const attempts: number[] = [];
    for (let now = 0; now < 2 * HOUR; now += 250) {
      for (const action of plan.due(now)) {
        attempts.push(now);
        plan.ended(action.link, now);
      }
    }
    const busiest = attempts.map(
      (at) => attempts.filter((other) => other >= at && other < at + 300_000).length,
    );
    expect(Math.max(...busiest)).toBe(60);
  });
});

describe("the renewal", () => {
  const LIFE = 23.25 * HOUR;

  test("opens the second before the 24th hour, lets both run, then closes the first", () => {
    const plan = connected();
    expect(pass(plan, 1_000, LIFE - 1_000, [1])).toEqual([]);
    expect(pass(plan, LIFE, LIFE, [1])).toEqual([open(2)]);
    plan.opened(2, LIFE + 200);
    plan.heard(2, LIFE + 300);
    plan.heard(1, LIFE + 5_000);
    expect(plan.open).toBe(2);
    expect(plan.due(LIFE + 10_199)).toEqual([]);
    expect(plan.due(LIFE + 10_200)).toEqual([close(1, "renewed")]);
    expect(plan.open).toBe(1);
    expect(pass(plan, LIFE + 11_000, 2 * LIFE - 1_000, [2])).toEqual([]);
    expect(pass(plan, 2 * LIFE, 2 * LIFE + 1_000, [2])).toEqual([open(3)]);
  });

  test("falls between 23 and 23.5 hours, by chance", () => {
    for (const [random, hours] of [
      [0, 23],
      [1, 23.5],
    ] as const) {
      const plan = connected(() => random);
      expect(pass(plan, 1_000, hours * HOUR - 1_000, [1])).toEqual([]);
      expect(pass(plan, hours * HOUR, hours * HOUR, [1])).toEqual([open(2)]);
    }
  });

  test("keeps the first for as long as the second brings nothing", () => {
    const plan = connected();
    pass(plan, 1_000, LIFE, [1]);
    plan.opened(2, LIFE);
    const later = pass(plan, LIFE + 1_000, LIFE + 62_000, [1]);
    expect(later).toEqual([close(2, "silent")]);
    expect(plan.open).toBe(1);
    expect(pass(plan, LIFE + 62_000, LIFE + 63_000, [1])).toEqual([open(3)]);
  });

  test("that fails is tried again with back-off while the first goes on", () => {
    const plan = connected();
    pass(plan, 1_000, LIFE, [1]);
    plan.ended(2, LIFE + 100);
    expect(plan.due(LIFE + 101)).toEqual([]);
    expect(plan.due(LIFE + 600)).toEqual([open(3)]);
    expect(plan.open).toBe(1);
  });

  test("in which the first is cut early leaves the second in use", () => {
    const plan = connected();
    pass(plan, 1_000, LIFE, [1]);
    plan.opened(2, LIFE + 100);
    plan.ended(1, LIFE + 200);
    expect(plan.due(LIFE + 20_000)).toEqual([]);
    expect(plan.open).toBe(1);
  });

  test("comes at once when the venue announces that it will cut", () => {
    const plan = connected();
    plan.announced(1, 5_000);
    expect(plan.due(5_000)).toEqual([open(2)]);
    plan.opened(2, 5_100);
    plan.heard(2, 5_200);
    expect(plan.due(15_100)).toEqual([close(1, "renewed")]);
  });
});
