/** [indicators] Updates a second on one core: ours, and those of two libraries over the same bars. In Node, without a platform. */
import type { IndicatorBar } from "../../../src/quant/indicators/bar.ts";
import { type Indicator, roomFor } from "../../../src/quant/indicators/definition.ts";
import { indicatorOf } from "../../../src/quant/indicators/registry.ts";
import type { Bench } from "../context.ts";
import { BESIDE, type Beside, type Candle, type Update } from "../indicator-libraries.ts";
import { median } from "../rounds.ts";
import { figure, type Row } from "../table.ts";

const ROUNDS = 5;
/** At a time, and for how long: a thread's time is counted in ticks of 4 ms on some systems. */
const UPDATES = 100_000;
const TIMED_US = 60_000;
/** More than any window, few enough to stay in a cache. */
const BARS = 4_096;
const SEED = 41;

type Side = (updates: number) => number;

export async function indicators(bench: Bench): Promise<Row[]> {
  const candles = candlesOf(SEED);
  const bars = candles.map(({ open, high, low, close, volume }, index): IndicatorBar => {
    return { t: index * 60_000, o: open, h: high, l: low, c: close, v: volume, day: index - (index % 390) };
  });
  return BESIDE.map((beside) => {
    const row = measured(beside, bars, candles);
    bench.note("indicators", `${beside.text}: ${figure(row.value)}/s; ${row.note}`);
    return row;
  });
}

function measured(beside: Beside, bars: readonly IndicatorBar[], candles: readonly Candle[]): Row {
  const found = indicatorOf(beside.text);
  if (!found.ok) throw new Error(found.detail);
  const sides: Readonly<Record<string, Side>> = {
    ours: ours(found.indicator, bars),
    forming: forming(found.indicator, bars),
    ...(beside.signals === undefined ? {} : { signals: theirs(beside.signals, candles) }),
    ...(beside.technical === undefined ? {} : { technical: theirs(beside.technical, candles) }),
  };
  const perSecond = inTurns(sides);
  const { ours: value = Number.NaN, forming: peeks = Number.NaN, signals, technical } = perSecond;
  return {
    id: `indicators.${beside.text}`,
    value,
    unit: "updates/s",
    ...(signals === undefined ? {} : { limit: signals }),
    note: `technicalindicators ${technical === undefined ? "–" : figure(technical)}; of a forming bar ${figure(peeks)}`,
  };
}

/** Time of this thread's core alone: what else the machine does takes nothing from it. Medians of rounds in which the sides take turns, who begins rotating; the first round warms up. */
function inTurns(sides: Readonly<Record<string, Side>>): Record<string, number | undefined> {
  const names = Object.keys(sides);
  const taken: Record<string, number[]> = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round <= ROUNDS; round += 1)
    for (const place of names.keys()) {
      const name = names[(place + round) % names.length] ?? "";
      const perSecond = timed(sides[name] ?? (() => 0));
      if (round > 0) taken[name]?.push(perSecond);
    }
  return Object.fromEntries(names.map((name) => [name, median(taken[name] ?? [])]));
}

function timed(side: Side): number {
  const before = process.threadCpuUsage();
  for (let updates = UPDATES; ; updates += UPDATES) {
    const told = side(UPDATES);
    if (told < UPDATES / 2) throw new Error(`indicators: ${told} values of ${UPDATES} bars`);
    const { user, system } = process.threadCpuUsage(before);
    if (user + system >= TIMED_US) return (updates * 1e6) / (user + system);
  }
}

function ours(one: Indicator, bars: readonly IndicatorBar[]): Side {
  return (updates) => {
    const state = one.start();
    const room = roomFor(one);
    return counted(updates, bars, (bar) => one.next(state, bar, room));
  };
}

function forming(one: Indicator, bars: readonly IndicatorBar[]): Side {
  const state = one.start();
  const room = roomFor(one);
  for (const bar of bars) one.next(state, bar, room);
  return (updates) => counted(updates, bars, (bar) => one.peek(state, bar, room));
}

function theirs(make: () => Update, candles: readonly Candle[]): Side {
  return (updates) => {
    const update = make();
    return counted(updates, candles, (candle) => {
      const value = update(candle);
      return value !== null && value !== undefined;
    });
  };
}

/** How many of the updates told a value, so that none of them can be left out. */
function counted<Input>(
  updates: number,
  inputs: readonly Input[],
  update: (input: Input) => boolean,
): number {
  let told = 0;
  for (let index = 0; index < updates; index += 1) {
    const input = inputs[index % inputs.length];
    if (input !== undefined && update(input)) told += 1;
  }
  return told;
}

function candlesOf(seed: number): Candle[] {
  let at = seed;
  const random = (): number => {
    at = (at * 48_271) % 2_147_483_647;
    return at / 2_147_483_647;
  };
  let close = 100;
  return Array.from({ length: BARS }, () => {
    const open = close;
    close = Math.max(1, open + random() - 0.5);
    const reach = random() / 4;
    return {
      open,
      high: Math.max(open, close) + reach,
      low: Math.min(open, close) - reach,
      close,
      volume: 1 + random() * 100,
    };
  });
}
