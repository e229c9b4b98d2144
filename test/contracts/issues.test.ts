import { describe, expect, test } from "vitest";
import { z } from "zod";
import { decimal, epochMs, plainId, symbolId } from "../../src/contracts/common.ts";
import { FAULTS_MAX, faultsOf, requestCodeOf } from "../../src/contracts/issues.ts";

const leg = z.strictObject({ symbol: symbolId, qty: decimal });
const shape = z.strictObject({
  id: plainId,
  at: epochMs,
  qty: decimal,
  side: z.enum(["buy", "sell"]),
  legs: z.array(leg).max(2),
  note: z.string().max(4).optional(),
  factors: z.record(plainId, decimal).optional(),
  what: z.discriminatedUnion("type", [
    z.strictObject({ type: z.literal("a") }),
    z.strictObject({ type: z.literal("b") }),
  ]),
});
const GOOD = { id: "x", at: 1_723_075_200_000, qty: "1", side: "buy", legs: [], what: { type: "a" } };

function faults(changes: Record<string, unknown>): string[] {
  const value = { ...GOOD, ...changes };
  const parsed = shape.safeParse(value);
  return parsed.success ? [] : faultsOf(parsed.error, value).map(({ path, code }) => `${path} ${code}`);
}

describe("a fault has a path and a code", () => {
  test.each<[Record<string, unknown>, string]>([
    [{ id: undefined }, "id required"],
    [{ id: 7 }, "id type"],
    [{ id: null }, "id type"],
    [{ id: [5] }, "id type"],
    [{ id: "" }, "id id-format"],
    [{ id: ".." }, "id id-format"],
    [{ id: "a".repeat(65) }, "id id-format"],
    [{ at: "1723075200000" }, "at type"],
    [{ at: 1_723_075_200 }, "at ts-range"],
    [{ at: 1_723_075_200_000_000_000 }, "at ts-range"],
    [{ at: 1_723_075_200_000.5 }, "at ts-range"],
    [{ at: Number.POSITIVE_INFINITY }, "at number-not-finite"],
    [{ qty: true }, "qty type"],
    [{ qty: {} }, "qty type"],
    [{ qty: undefined }, "qty required"],
    [{ qty: Number.POSITIVE_INFINITY }, "qty number-not-finite"],
    [{ qty: "NaN" }, "qty number-not-finite"],
    [{ qty: "1e5" }, "qty number-format"],
    [{ qty: 2 ** 53 + 2 }, "qty number-format"],
    [{ side: "BUY" }, "side field-combination"],
    [{ side: undefined }, "side required"],
    [{ legs: {} }, "legs type"],
    [{ legs: [{ symbol: "X:Y", qty: "x" }] }, "legs.0.qty number-format"],
    [{ legs: [{ symbol: "aapl", qty: "1" }] }, "legs.0.symbol symbol-format"],
    [{ legs: [1, 2, 3] }, "legs too-many-items"],
    [{ note: "12345" }, "note range"],
    [{ factors: { "..": "1" } }, "factors.? id-format"],
    [{ what: { type: "c" } }, "what.type field-combination"],
    [{ what: {} }, "what.type required"],
    [{ what: { type: "a", b: 1 } }, "what.b unknown-field"],
    [{ extra: 1 }, "extra unknown-field"],
    [{ constructor: 1 }, "constructor unknown-field"],
    [{ "<img onerror>": 1 }, "? unknown-field"],
  ])("%j is %s", (changes, expected) => expect(faults(changes)).toContain(expected));
});

describe("the code of the request", () => {
  test("is that of the first fault where a request can have it", () =>
    expect(requestCodeOf([{ path: "qty", code: "number-format", detail: "" }])).toBe("number-format"));
  test("is `invalid` where it cannot", () =>
    expect(requestCodeOf([{ path: "id", code: "required", detail: "" }])).toBe("invalid"));
});

test("of several shapes the one that the value came nearest to speaks", () => {
  const either = z.union([
    z.strictObject({ a: z.string(), b: z.string() }),
    z.strictObject({ list: z.array(z.string()) }),
  ]);
  const faultsFor = (value: unknown) => {
    const parsed = either.safeParse(value);
    return parsed.success ? [] : faultsOf(parsed.error, value).map(({ path, code }) => `${path} ${code}`);
  };
  expect(faultsFor({ a: "x", b: 1 })).toEqual(["b type"]);
  expect(faultsFor({ list: ["x", 1] })).toEqual(["list.1 type"]);
});

test("no fault repeats what was sent", () => {
  const canary = "canary-7f3a";
  const value = {
    ...GOOD,
    id: `${canary}/`,
    qty: canary,
    side: canary,
    [`${canary}<`]: 1,
    what: { type: canary },
  };
  const parsed = shape.safeParse(value);
  expect(JSON.stringify(parsed.success ? [] : faultsOf(parsed.error, value))).not.toContain(canary);
});

test("a reply names a bounded number of faults", () => {
  const value = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`field${index}`, 1]));
  const parsed = shape.safeParse(value);
  expect(parsed.success ? [] : faultsOf(parsed.error, value)).toHaveLength(FAULTS_MAX);
});

test("without the value an absent field counts as one of the wrong type", () => {
  const parsed = shape.safeParse({ ...GOOD, id: undefined });
  expect(parsed.success ? [] : faultsOf(parsed.error)).toMatchObject([{ path: "id", code: "type" }]);
});
