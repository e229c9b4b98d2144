import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { KeyIndex } from "../../../actors/runtime/key-index.ts";

const names = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_none, index) => `${prefix}${index}`);

function indexOf(keys: readonly string[]): KeyIndex {
  const index = new KeyIndex();
  for (const [place, key] of keys.entries()) index.add(key, place);
  return index;
}

describe("an index of keys", () => {
  test("names every place that a key was filed under", () => {
    const filed = fc.array(fc.tuple(fc.string(), fc.maxSafeInteger()), { maxLength: 3_000 });
    fc.assert(
      fc.property(filed, (all) => {
        const index = new KeyIndex();
        for (const [key, place] of all) index.add(key, place);
        return all.every(([key, place]) => index.placesOf(key).includes(place));
      }),
    );
  });

  test.each([0, 1_000, 100_000])("of %i keys names nothing for nearly all others", (count) => {
    const index = indexOf(names("o:order-", count));
    const wrong = names("o:other-", 10_000).filter((key) => index.placesOf(key).length > 0);
    expect(wrong.length).toBeLessThan(10);
  });

  test("is stale when it holds more than twice what is there, and is not worth the work while it is small", () => {
    const index = indexOf(names("a", 2_001));
    expect([index.isStale(2_001), index.isStale(1_001), index.isStale(1_000)]).toEqual([false, false, true]);
    expect(indexOf(names("a", 900)).isStale(0)).toBe(false);
  });
});
