/** Indicators of trading-signals behind our registry: what its own objects say, from runs that are stored, forked and begun anew. */
import { ADOSC, IchimokuCloud, NVI, PVT, TRIX, VortexIndicator, WAD } from "trading-signals";
import { describe, expect, test } from "vitest";
import type { IndicatorBar } from "../../../../src/quant/indicators/bar.ts";
import { bound, type Indicator, roomFor, valuesIn } from "../../../../src/quant/indicators/definition.ts";
import { LIBRARY } from "../../../../src/quant/indicators/library/library.ts";
import { DEFINITIONS } from "../../../../src/quant/indicators/registry.ts";
import { walk } from "../runs.ts";

const BARS = walk(31, 240);
const ALL = LIBRARY.map((definition): readonly [string, Indicator] => {
  const values = Object.fromEntries(definition.parameters.map((one) => [one.name, one.default]));
  return [definition.name, bound(definition, definition.name, values)];
});
const named = (name: string): Indicator => ALL.find(([one]) => one === name)?.[1] ?? expect.unreachable();
const candle = ({ o, h, l, c, v }: IndicatorBar) => ({ open: o, high: h, low: l, close: c, volume: v });

function told(one: Indicator, bars: readonly IndicatorBar[], storedEvery = Number.POSITIVE_INFINITY) {
  const room = roomFor(one);
  let state = one.start();
  return bars.map((bar, at) => {
    if (at % storedEvery === storedEvery - 1) state = JSON.parse(JSON.stringify(state));
    const warm = one.next(state, bar, room);
    return { ...valuesIn(one, room), warm };
  });
}

test("every one is in the registry, with a name of its own", () => {
  const names = LIBRARY.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(DEFINITIONS.map(({ name }) => name)).toEqual(expect.arrayContaining(names));
  expect(names.every((name) => name.startsWith("ts-"))).toBe(true);
});

describe.each(ALL)("%s", (_name, one) => {
  const straight = told(one, BARS);

  test("goes on from what was stored as if it had never stopped, to the last bit", () => {
    expect(told(one, BARS, 60)).toEqual(straight);
  });

  test("says of a bar that still forms what it says of it when it is final, and no look ahead leaves a trace", () => {
    const room = roomFor(one);
    const state = one.start();
    const looked = BARS.slice(0, 100).map((bar, at) => {
      if (at % 10 === 5) one.peek(state, { ...bar, h: bar.h + 5, c: bar.h + 5 }, room);
      if (at % 10 === 5) one.peek(state, bar, room);
      else one.next(state, bar, room);
      const values = valuesIn(one, room);
      if (at % 10 === 5) one.next(state, bar, room);
      return values;
    });
    expect(looked).toEqual(straight.slice(0, 100).map(({ warm: _warm, ...values }) => values));
  });

  test("tells numbers where the market moves, and does not fail where it stands still", () => {
    const still = { t: 0, o: 5, h: 5, l: 5, c: 5, v: 0, day: 0 };
    expect(() => told(one, new Array<IndicatorBar>(120).fill(still))).not.toThrow();
    const enough = (one.warmUpBars ?? 1) <= BARS.length;
    const values = straight.flatMap(({ warm: _warm, ...outputs }) => Object.values(outputs));
    expect(values.some((value) => value !== null)).toBe(enough);
  });
});

test.each(ALL.filter(([, { memoryBars }]) => memoryBars !== null && memoryBars <= 120))(
  "%s has forgotten what lies behind its memory, over runs that begin anew on the way",
  (_name, one) => {
    const memory = one.memoryBars ?? 0;
    const whole = told(one, BARS).at(-1);
    for (const [output, value] of Object.entries(told(one, BARS.slice(-memory)).at(-1) ?? {})) {
      if (typeof value === "number") expect(value).toBeCloseTo(Number(whole?.[output as "warm"]), 8);
      else expect(value).toBe(whole?.[output as "warm"]);
    }
  },
);

test("what is told is what an object of the package says that was fed every bar", () => {
  const [trix, vortex, cloud, oscillator] = [
    new TRIX(15),
    new VortexIndicator(14),
    new IchimokuCloud(),
    new ADOSC(),
  ];
  const ours = ["ts-trix", "ts-vi", "ts-ichimoku", "ts-adosc"].map((name) => told(named(name), BARS));
  for (const [at, bar] of BARS.entries()) {
    const theirs = [
      trix.add(bar.c),
      vortex.add(candle(bar)),
      cloud.add(candle(bar)),
      oscillator.add(candle(bar)),
    ];
    for (const [which, result] of theirs.entries())
      for (const [output, value] of Object.entries(
        typeof result === "number" ? { value: result } : (result ?? {}),
      ))
        expect(ours[which]?.[at]?.[output as "warm"]).toBeCloseTo(value, 9);
  }
});

test("a total is that of the package over all bars, also where it was stored on the way", () => {
  const theirs = [new PVT(), new WAD(), new NVI()].map((object) =>
    BARS.map((bar) => object.add(candle(bar))),
  );
  for (const [which, name] of ["ts-pvt", "ts-wad", "ts-nvi"].entries()) {
    const ours = told(named(name), BARS, 7).at(-1);
    expect(Object.values(ours ?? {})[0]).toBeCloseTo(theirs[which]?.at(-1) ?? Number.NaN, 6);
    expect(named(name).definition.anchor).toBe("start");
  }
});
