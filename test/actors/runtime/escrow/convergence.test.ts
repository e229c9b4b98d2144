/** Once faults stop: fenced children have been admitted, and what nobody uses reaches whoever needs it. */
import { describe, expect, test } from "vitest";
import { QUOTA_POLICIES } from "../../../../src/domain/firm.ts";
import { oneStep, type Trouble } from "./steps.ts";
import { FIRM, GROSS, World } from "./world.ts";

const CALM: Trouble = { prices: 0, limits: 0, old: 0 };
const ROUGH: Trouble = { prices: 0.05, limits: 0.02, old: 0.02 };
const FLAT = { "": ["account:a", "account:b", "account:c", "account:d"] };
const DEEP = { "": ["account:a"], "desk:x": ["account:b"], "desk:x>desk:y": ["account:c", "account:d"] };

function settled(
  seed: number,
  policy: (typeof QUOTA_POLICIES)[number],
  accounts: typeof FLAT | typeof DEEP,
  trouble: Trouble,
): World {
  const world = new World({ seed, policy, accounts, limit: 400n });
  for (let step = 0; step < 80; step++) oneStep(world, trouble);
  // What was sent before may still be on its way.
  world.settle(5_100);
  world.admitAll();
  world.place(FIRM).putOwn(new Map([[GROSS, { limit: 400n, reserve: 0n }]]));
  world.settle(2_000);
  for (const account of world.accounts) world.moves(account, -100_000n);
  return world;
}

describe.each(QUOTA_POLICIES)("policy %s", (policy) => {
  test.each([
    ["a firm and its accounts", FLAT, CALM],
    ["a firm and its accounts, after worse", FLAT, ROUGH],
    ["two desks between", DEEP, CALM],
  ])("whoever needs nearly all of it gets it, wherever it was: %s", (_, accounts, trouble) => {
    for (const seed of [1]) {
      const world = settled(seed, policy, accounts, trouble);
      expect(world.fenced).toEqual([]);
      for (const account of world.accounts) {
        const before = world.accepted;
        world.order(account, 350n);
        world.settle(510);
        expect(world.accepted - before, `${account.name} of seed ${seed}`).toBe(1);
        world.moves(account, -350n);
      }
    }
  });

  test("what is enough for all reaches all, and the last lot goes to exactly one of many", () => {
    const world = settled(3, policy, FLAT, CALM);
    for (const account of world.accounts) world.order(account, 90n);
    world.settle(510);
    expect([world.orders.length, world.accounts.map((account) => account.used(GROSS))]).toEqual([
      0,
      [90n, 90n, 90n, 90n],
    ]);
    const before = world.accepted;
    for (const account of world.accounts) world.order(account, 40n);
    world.settle(510);
    expect(world.accepted - before).toBe(1);
  });
});

test("of a limit that is half used, 99 of 100 orders are decided without asking", () => {
  const accounts = Array.from({ length: 20 }, (_, each) => `account:${each}`);
  const world = new World({ seed: 5, policy: "by-use", accounts: { "": accounts }, limit: 200_000n });
  world.settle(50);
  let orders = 0;
  for (let round = 0; round < 4_000; round++) {
    // By then it is half used in all.
    if (round === 2_000) [world.asked, orders] = [0, 0];
    const account = world.draw.from(world.accounts);
    if (account === undefined) continue;
    const amount = BigInt(50 + world.draw.below(100));
    if (account.used(GROSS) > 5_000n) world.moves(account, -amount);
    else {
      world.order(account, amount);
      orders++;
    }
    if (round % 2 === 0) world.settle(1);
  }
  const used = world.accounts.reduce((sum, account) => sum + account.used(GROSS), 0n);
  expect(used).toBeGreaterThan(90_000n);
  expect(world.refused).toBe(0);
  expect(orders).toBeGreaterThan(700);
  expect(world.asked / orders).toBeLessThan(0.01);
});
