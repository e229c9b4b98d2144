/** Indicators run over bars, and bars of a random walk to run them over. */
import type { IndicatorBar } from "../../../src/quant/indicators/bar.ts";
import {
  type Indicator,
  type IndicatorState,
  roomFor,
  valuesIn,
} from "../../../src/quant/indicators/definition.ts";
import { DEFINITIONS, indicatorOf } from "../../../src/quant/indicators/registry.ts";

export type Told = { readonly values: Readonly<Record<string, number | null>>; readonly warm: boolean };

/** Names of what is written here: what a library does behind the same registry is held to tests of its own. */
export const OWN_NAMES = DEFINITIONS.map(({ name }) => name).filter((name) => !name.startsWith("ts-"));

export function indicator(text: string): Indicator {
  const found = indicatorOf(text);
  if (!found.ok) throw new Error(`${text}: ${found.detail}`);
  return found.indicator;
}

export function run(
  one: Indicator,
  bars: readonly IndicatorBar[],
  state: IndicatorState = one.start(),
): Told[] {
  const room = roomFor(one);
  return bars.map((bar) => {
    const warm = one.next(state, bar, room);
    return { values: valuesIn(one, room), warm };
  });
}

/** Mulberry32: the same walk for the same seed. */
export function randoms(seed: number): () => number {
  let at = seed >>> 0;
  return () => {
    at = (at + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(at ^ (at >>> 15), at | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const MINUTE_MS = 60_000;
const BARS_A_DAY = 60;

/** On a grid of hundredths, with bars without volume, without range, and without movement now and then. */
export function walk(seed: number, count: number): IndicatorBar[] {
  const random = randoms(seed);
  const cents = (value: number): number => Math.round(value * 100) / 100;
  let close = 100;
  return Array.from({ length: count }, (_, index) => {
    const still = random() < 0.1;
    const o = close;
    const c = still ? o : Math.max(1, cents(o + random() * 2 - 1));
    const reach = still ? 0 : random();
    close = c;
    return {
      t: index * MINUTE_MS,
      o,
      h: cents(Math.max(o, c) + reach),
      l: cents(Math.max(0.5, Math.min(o, c) - reach)),
      c,
      v: random() < 0.1 ? 0 : Math.floor(random() * 10_000) / 100,
      day: Math.floor(index / BARS_A_DAY) * BARS_A_DAY * MINUTE_MS,
    };
  });
}

export const mapped = (
  bars: readonly IndicatorBar[],
  change: (price: number) => number,
  volume: (size: number) => number = (size) => size,
): IndicatorBar[] =>
  bars.map((bar) => ({
    ...bar,
    o: change(bar.o),
    h: change(bar.h),
    l: change(bar.l),
    c: change(bar.c),
    v: volume(bar.v),
  }));
