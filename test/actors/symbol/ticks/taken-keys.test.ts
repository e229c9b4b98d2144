import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  KeySet,
  SLOT_KEYS_MAX,
  type TakenKey,
  TakenKeys,
} from "../../../../actors/symbol/ticks/taken-keys.ts";

const id = (name: string | number): TakenKey => ({ space: "", name });
const bounds = { kept: SLOT_KEYS_MAX, max: 4 * SLOT_KEYS_MAX };
const filled = (count: number, tsOf: (index: number) => number): TakenKeys => {
  const keys = new TakenKeys(bounds);
  for (let index = 0; index < count; index++) keys.add(id(index), tsOf(index));
  return keys;
};

describe("slots of names", () => {
  test("a name is known in its own space only", () => {
    const keys = new TakenKeys(bounds);
    keys.add({ space: "one", name: 5 }, 1);
    expect([
      keys.has({ space: "one", name: 5 }),
      keys.has({ space: "two", name: 5 }),
      keys.has(id(5)),
      keys.has({ space: "one", name: "5" }),
    ]).toEqual([true, false, false, false]);
  });

  test("a slot is rewritten until it is full; then the next one begins", () => {
    const keys = filled(SLOT_KEYS_MAX - 1, () => 1);
    expect(keys.takeChanged().map(({ slot, size }) => [slot, size])).toEqual([[1, SLOT_KEYS_MAX - 1]]);
    keys.add(id("a"), 1);
    keys.add(id("b"), 2);
    expect(keys.takeChanged().map(({ slot, size }) => [slot, size])).toEqual([
      [1, SLOT_KEYS_MAX],
      [2, 1],
    ]);
    expect(keys.takeChanged()).toEqual([]);
  });

  test("rows make the same window again, and it goes on where it was", () => {
    const keys = filled(2 * SLOT_KEYS_MAX + 3, (index) => index);
    keys.add({ space: "feed", name: 9 }, 7);
    const rows = keys.takeChanged();
    const loaded = new TakenKeys(bounds, rows);
    expect([loaded.size, loaded.slots]).toEqual([keys.size, keys.slots]);
    expect([loaded.has(id(0)), loaded.has({ space: "feed", name: 9 }), loaded.has(id(99_999))]).toEqual([
      true,
      true,
      false,
    ]);
    loaded.add(id("next"), 8);
    expect(loaded.takeChanged().map(({ slot, size }) => [slot, size])).toEqual([[3, 5]]);
  });

  test("a row has the names of its slot by space, as they came, whichever groups wrote it before", () => {
    const named = ["", 'feed "1"'].flatMap((space) =>
      [7, "a", 'q"\\u', 0, Number.MAX_SAFE_INTEGER, "9"].map((name) => ({ space, name })),
    );
    const [early, late] = [named.slice(0, 8), named.slice(8)];
    const keys = new TakenKeys(bounds);
    for (const key of early) keys.add(key, 1);
    const before = keys.takeChanged();
    const loaded = new TakenKeys(bounds, before);
    for (const each of [keys, loaded]) {
      for (const key of late) each.add(key, 1);
      const lists = Map.groupBy(named, ({ space }) => space);
      const text = JSON.stringify([...lists].map(([space, list]) => [space, list.map(({ name }) => name)]));
      expect(each.takeChanged().map(({ names, size }) => [names, size])).toEqual([[text, named.length]]);
    }
  });

  test("names that are young enough stay beyond the kept number; older ones leave by whole slots, oldest first", () => {
    const keys = filled(3 * SLOT_KEYS_MAX, (index) => index);
    const rows = keys.takeChanged();
    expect(keys.leaving(0)).toEqual([]);
    expect(keys.leaving(SLOT_KEYS_MAX)).toEqual([1]);
    expect(keys.leaving(Number.POSITIVE_INFINITY)).toEqual([1, 2]);
    keys.forget(1, rows[0]!.names);
    expect([keys.has(id(0)), keys.has(id(SLOT_KEYS_MAX)), keys.size]).toEqual([
      false,
      true,
      2 * SLOT_KEYS_MAX,
    ]);
  });

  test("beyond the bound they leave, however young", () => {
    const keys = filled(5 * SLOT_KEYS_MAX + 1, () => 1_000);
    expect(keys.leaving(0)).toEqual([1, 2]);
  });
});

/** Names as venues give them: mostly upwards, some again, some out of order, some no numbers. */
const named = fc.record({
  space: fc.constantFrom("", "feed"),
  name: fc.oneof(fc.nat(40), fc.constantFrom("7", "a", "b"), fc.constantFrom(2 ** 40, 999_999_999_999_999)),
});
const step = fc.record({ does: fc.constantFrom("has", "add", "add", "delete"), key: named });

test("a set of names says what a plain set says, in whatever order it is asked", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const keys = new KeySet();
      const plain = new Set<string>();
      for (const { does, key } of steps) {
        const text = JSON.stringify([key.space, key.name]);
        if (does === "has") expect(keys.has(key)).toBe(plain.has(text));
        else keys[does as "add" | "delete"](key);
        if (does === "add") plain.add(text);
        if (does === "delete") plain.delete(text);
      }
      for (const { key } of steps)
        expect(keys.has(key)).toBe(plain.has(JSON.stringify([key.space, key.name])));
    }),
    { numRuns: 2_000, seed: 7 },
  );
});

test("names that count upwards leave in their order, and those that stay are known", () => {
  const keys = new KeySet();
  for (let name = 0; name < 5_000; name++) keys.add(id(name));
  for (let name = 0; name < 4_000; name++) keys.delete(id(name));
  keys.add(id(17));
  for (let name = 0; name < 6_000; name++)
    expect(keys.has(id(name))).toBe(name === 17 || (name >= 4_000 && name < 5_000));
});
