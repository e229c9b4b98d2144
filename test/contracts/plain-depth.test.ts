import fc from "fast-check";
import { expect, test } from "vitest";
import { plainDepth } from "../../src/contracts/plain-depth.ts";
import { DEPTH_TICK_LEVELS_MAX, tick } from "../../src/contracts/ticks.ts";

const SEQUENCES = [undefined, 0, 7, 8, -1, 1.5, 2 ** 53, "7", null];
const TEXTS = ["1", "0", "0.0", "-1", "-0", "1.50", "01", "1.", "1e3", "1".repeat(21), 5, null];
const level = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(fc.constantFrom("1", "0.25"), fc.constantFrom("0", "2.50")) },
  { weight: 1, arbitrary: fc.array(fc.constantFrom(...TEXTS), { maxLength: 3 }) },
);
const side = fc.oneof(
  { weight: 8, arbitrary: fc.array(level, { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.constantFrom(undefined, null, {}, "[]") },
);
const often = <Value>(usual: Value, ...others: readonly unknown[]) =>
  fc.oneof(
    { weight: 12, arbitrary: fc.constant<unknown>(usual) },
    { weight: 1, arbitrary: fc.constantFrom(...others) },
  );
const anyDepth = fc
  .record({
    type: often("depth", "trade", undefined),
    symbol: often("XNAS:AAPL", "aapl", 5, undefined),
    ts: often(1_700_000_000_000, 99_999_999_999, 1_700_000_000_000.5, "1700000000000", null),
    snapshot: often(undefined, true, false, null, "true"),
    bids: side,
    asks: side,
    firstSeq: often(undefined, ...SEQUENCES),
    lastSeq: often(8, ...SEQUENCES),
    prevSeq: often(undefined, ...SEQUENCES),
    levelsKept: often(undefined, 10),
    checksum: often(undefined, { kind: "okx", value: 1 }),
    extra: often(undefined, 1),
  })
  .map((made): unknown => JSON.parse(JSON.stringify(made)));

test("depth that is plainly right is depth that the schema gives back as it is", () => {
  let taken = 0;
  fc.assert(
    fc.property(anyDepth, (made) => {
      const plain = plainDepth(made);
      if (plain === undefined) return;
      taken += 1;
      expect(tick.safeParse(made)).toEqual({ success: true, data: plain });
    }),
    { numRuns: 3_000, seed: 5 },
  );
  expect(taken).toBeGreaterThan(100);
});

test("a venue's messages are plainly right, up to the most levels", () => {
  const levels = (count: number) => Array.from({ length: count }, (_, at) => [`${at + 1}.00000000`, "0.10"]);
  const made = (count: number) => ({
    ...{
      type: "depth",
      symbol: "BINANCE:BTCUSDT",
      ts: 1_700_000_000_000,
      firstSeq: 7,
      lastSeq: 9,
      prevSeq: 6,
    },
    ...{ bids: levels(count), asks: levels(2) },
  });
  expect(plainDepth(made(DEPTH_TICK_LEVELS_MAX))).toEqual(made(DEPTH_TICK_LEVELS_MAX));
  expect(plainDepth(made(DEPTH_TICK_LEVELS_MAX + 1))).toBeUndefined();
  for (const odd of [null, 5, "depth", []]) expect(plainDepth(odd)).toBeUndefined();
});
