/** Integer square roots by their own law: r² ≤ n < (r + 1)². */
import { describe, expect, test } from "vitest";
import { rootCeil, rootFloor } from "../../src/domain/integer-root.ts";
import { randomFrom } from "../actors/risk-shard/walk.ts";

function holds(value: bigint): void {
  const [floor, ceil] = [rootFloor(value), rootCeil(value)];
  expect(floor * floor <= value && value < (floor + 1n) * (floor + 1n)).toBe(true);
  expect(ceil).toBe(floor * floor === value ? floor : floor + 1n);
}

describe("a root is exact", () => {
  test("of small numbers", () => {
    for (let value = 0n; value < 2_000n; value++) holds(value);
    expect([rootFloor(-1n), rootCeil(-1n)]).toEqual([0n, 0n]);
  });

  test.each([2n ** 13n, 2n ** 26n, 67_108_865n, 94_906_265n, 94_906_266n, 2n ** 40n, 10n ** 30n])(
    "around the square of %s, where a float's root is rounded up",
    (root) => {
      for (let off = -3n; off <= 3n; off++) holds(root * root + off);
    },
  );

  test("of numbers of any size", () => {
    const random = randomFrom(3);
    for (let round = 0; round < 2_000; round++) {
      const digits = 1 + Math.floor(random() * 60);
      holds(BigInt(Array.from({ length: digits }, () => Math.floor(random() * 10)).join("")));
    }
  });
});
