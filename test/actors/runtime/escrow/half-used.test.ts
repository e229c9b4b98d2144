/** Of limits that are half used, fewer than one order in a hundred waits for an answer of the firm. */
import { expect, test } from "vitest";
import { Crowd, GROSS, RATE } from "./crowd.ts";

const ACCOUNTS = 50;
const LOT = 100n;
const MINUTE_MS = 60_000;

const partOf = (used: bigint, limit: bigint): number => Number(used) / Number(limit);

test.each([1, 2, 3])(
  "while 45 parts of a hundred become 55, and a window that nobody used fills up to its half (seed %i)",
  (seed) => {
    const [gross, rate, orders] = [4_000_000n, 8_000n, 4_000];
    const crowd = new Crowd({ seed, accounts: ACCOUNTS, gross, rate, windowMs: MINUTE_MS });
    for (const trader of crowd.traders) {
      trader.gross = (gross * 45n) / 100n / BigInt(ACCOUNTS);
      crowd.order(trader, LOT);
      crowd.pass(100);
    }
    crowd.pass(7_000);
    crowd.begin();
    for (let each = 0; each < orders; each++) {
      crowd.order(crowd.traders[each % ACCOUNTS]!, LOT);
      if (each % 2 === 0) crowd.pass(5);
    }
    expect(crowd.orders).toBe(orders);
    expect(partOf(crowd.used(GROSS), gross)).toBeCloseTo(0.55, 2);
    expect(partOf(crowd.used(RATE), rate)).toBeCloseTo(0.5, 1);
    expect(crowd.refused).toBe(0);
    expect(crowd.waited / crowd.orders).toBeLessThanOrEqual(0.01);
  },
);

/** `skew`: the higher, the more orders come from the first of them. */
test.each([
  ["evenly", 1, 1],
  ["most of them of a few accounts", 3, 2],
])("while orders open and close by chance, %s", (_, skew, seed) => {
  const [gross, rate, windowMs] = [500_000n, 10_000n, 10_000];
  const crowd = new Crowd({ seed, accounts: ACCOUNTS, gross, rate, windowMs });
  for (let ms = 0; ms < 60_000; ms += 10) {
    // By then both are half used.
    if (ms === 30_000) crowd.begin();
    for (let each = 0; each < 5; each++) {
      const trader = crowd.traders[Math.floor(ACCOUNTS * crowd.draw.part() ** skew)]!;
      if (trader.gross > 5_000n) crowd.closes(trader, LOT);
      crowd.order(trader, LOT);
    }
    crowd.pass(10);
  }
  expect(crowd.orders).toBe(15_000);
  expect(partOf(crowd.used(GROSS), gross)).toBeGreaterThan(0.45);
  expect(partOf(crowd.used(RATE), rate)).toBeGreaterThan(0.45);
  expect(crowd.refused).toBe(0);
  expect(crowd.waited / crowd.orders).toBeLessThanOrEqual(0.01);
});

test("of what nobody uses a firm shares out so much that some of it is there for whoever has little", () => {
  const gross = 4_000_000n;
  const crowd = new Crowd({ seed: 4, accounts: ACCOUNTS, gross, rate: 8_000n, windowMs: MINUTE_MS });
  for (const trader of crowd.traders) {
    trader.gross = gross / 100n;
    crowd.order(trader, LOT);
    crowd.pass(100);
  }
  crowd.pass(10_000);
  expect(partOf(crowd.used(GROSS), gross)).toBeCloseTo(0.5, 1);
  expect(crowd.granted(GROSS)).toBeLessThan(gross);
  const [first] = crowd.traders;
  crowd.order(first!, 50_000n);
  crowd.pass(60);
  expect([first!.waiting.length, crowd.refused]).toEqual([0, 0]);
});
