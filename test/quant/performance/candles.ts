/** Random candles in order, with holes between them, and what they say. */
import { MINUTE_MS } from "../../../src/domain/time.ts";

export type TestCandle = {
  readonly start: number;
  readonly end: number;
  readonly open: bigint;
  readonly high: bigint;
  readonly low: bigint;
  readonly close: bigint;
  readonly gross: bigint;
  readonly held: boolean;
};
export type Random = (below: number) => number;

/** mulberry32: the same seed, the same candles. */
export function randomFrom(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

export function candlesOf(seed: number, count: number, from = 1_700_006_400_000): TestCandle[] {
  const random = randomFrom(seed);
  const candles: TestCandle[] = [];
  let start = from;
  let open = 0n;
  for (let index = 0; index < count; index++) {
    const moves = Array.from({ length: 1 + random(4) }, () => BigInt(random(21) - 10));
    const totals = moves.map((_, at) => open + moves.slice(0, at + 1).reduce((sum, move) => sum + move, 0n));
    const values = [open, ...totals];
    const close = totals.at(-1) ?? open;
    const held = random(3) > 0;
    const sides = {
      high: values.reduce((a, b) => (b > a ? b : a)),
      low: values.reduce((a, b) => (b < a ? b : a)),
    };
    candles.push({
      ...{ start, end: start + MINUTE_MS, open, ...sides, close },
      ...{ gross: held ? BigInt(random(1_000)) : 0n, held },
    });
    open = close;
    start += MINUTE_MS * (random(4) === 0 ? 1 + random(40) : 1);
  }
  return candles;
}
