import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { KeyFilter } from "../../../actors/runtime/key-filter.ts";

const names = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_none, index) => `${prefix}${index}`);

describe("a filter of keys", () => {
  test("never denies a key that was added", () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.array(fc.string()), (first, later) => {
        const filter = new KeyFilter(first);
        for (const key of later) filter.add(key);
        expect([...first, ...later].every((key) => filter.mayHold(key))).toBe(true);
      }),
    );
  });

  test.each([0, 1_000, 100_000])("of %i keys denies nearly all others", (count) => {
    const filter = new KeyFilter(names("o:order-", count));
    const wrong = names("o:other-", 10_000).filter((key) => filter.mayHold(key));
    expect(wrong.length).toBeLessThan(400);
  });

  test("is full when half as many more have come, and not before", () => {
    const filter = new KeyFilter(names("a", 1_000));
    expect(filter.isFull).toBe(false);
    for (const key of names("b", 500)) filter.add(key);
    expect(filter.isFull).toBe(false);
    for (const key of names("c", 2_000)) filter.add(key);
    expect(filter.isFull).toBe(true);
  });
});
