import fc from "fast-check";
import { expect, test } from "vitest";
import { plainTick } from "../../src/contracts/plain-ticks.ts";
import { tick } from "../../src/contracts/ticks.ts";
import { tickOf } from "../../src/routes/tick-hand-over.ts";

const NUMBERS = [
  "1",
  "0",
  "0.0",
  "-1",
  "-0",
  "1.50",
  "01",
  "1.",
  ".5",
  "1e3",
  "1".repeat(21),
  5,
  null,
  "NaN",
];
/** Each field with values that are right, nearly right and wrong. */
const VALUES: Readonly<Record<string, readonly unknown[]>> = {
  type: ["trade", "quote", "depth", "cancel", "Trade", 1],
  // A text that is no symbol goes to no actor: `tick-groups.ts` has refused it before.
  symbol: ["XNAS:AAPL", 5],
  ts: [1_700_000_000_000, 99_999_999_999, 1e13, 1_700_000_000_000.5, "1700000000000"],
  price: NUMBERS,
  size: NUMBERS,
  bid: NUMBERS,
  bidSize: NUMBERS,
  ask: NUMBERS,
  askSize: NUMBERS,
  id: ["a", "77", "", "-a", "x".repeat(65), 7],
  seq: [0, 1, -1, 1.5, 2 ** 53, "1"],
  conditions: [["@"], []],
  extra: [1],
  toString: ["a"],
};

const field = (name: string) =>
  fc.option(fc.constantFrom(...(VALUES[name] ?? [])), { nil: undefined, freq: 5 });
const anyTick = fc
  .record(Object.fromEntries(Object.keys(VALUES).map((name) => [name, field(name)])))
  .map((made) => JSON.parse(JSON.stringify(made)) as Record<string, unknown>);
const base = { symbol: fc.constant("XNAS:AAPL"), ts: fc.constant(1_700_000_000_000) };
const number = fc.constantFrom("1", "0.25", "10.50");
const right = fc.oneof(
  fc.record({ type: fc.constant("trade"), ...base, price: number, size: number }),
  fc.record({
    type: fc.constant("quote"),
    ...base,
    bid: number,
    bidSize: number,
    ask: number,
    askSize: number,
  }),
);
/** A right one with one field changed, left out or added. */
const nearly = fc
  .tuple(right, fc.constantFrom(...Object.keys(VALUES)), fc.nat())
  .map(([made, name, pick]) => {
    const values = [undefined, ...(VALUES[name] ?? [])];
    return JSON.parse(JSON.stringify({ ...made, [name]: values[pick % values.length] })) as Record<
      string,
      unknown
    >;
  });

test("a tick that is plainly right is one that the schema gives back as it is, and its values are all of it", () => {
  let taken = 0;
  fc.assert(
    fc.property(fc.oneof(anyTick, right, nearly), (made) => {
      const plain = plainTick(7, made);
      if (plain === undefined) return;
      taken += 1;
      expect(tick.parse(made)).toEqual(made);
      expect(tickOf(String(made["symbol"]), plain)).toEqual(made);
    }),
    { numRuns: 10_000, seed: 7 },
  );
  expect(taken).toBeGreaterThan(2_000);
});

test("trades and quotes with decimals as text are plain, with a sequence and an id too", () => {
  fc.assert(
    fc.property(right, (made) => {
      expect(plainTick(0, { ...made, seq: 4 })?.at(-1)).toBe(4);
    }),
    { numRuns: 200, seed: 7 },
  );
  const trade = { type: "trade", symbol: "XNAS:AAPL", ts: 1_700_000_000_000, price: "1", size: "1" };
  expect(plainTick(3, { ...trade, id: "9" })).toEqual([3, trade.ts, "1", "1", 9, null]);
  expect(plainTick(3, { ...trade, id: "09" })).toEqual([3, trade.ts, "1", "1", "09", null]);
  for (const field of ["id", "seq"]) expect(plainTick(0, { ...trade, [field]: null })).toBeUndefined();
  expect(plainTick(0, {})).toBeUndefined();
});
