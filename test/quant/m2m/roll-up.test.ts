/** Wider candles against the minutes themselves: whatever is folded first, and in whatever steps. */
import { describe, expect, test } from "vitest";
import { M2M_WIDTHS } from "../../../src/domain/bar.ts";
import { MINUTE_MS } from "../../../src/domain/time.ts";
import { type Foldable, rollUp } from "../../../src/quant/m2m/roll-up.ts";
import { CandleSpans, widthMs } from "../../../src/quant/m2m/widths.ts";
import { candlesOf, randomFrom } from "../performance/candles.ts";

type Minute = Foldable<bigint> & { readonly start: number; readonly fees: bigint };
const isAbove = (one: bigint, other: bigint): boolean => one > other;
const NAMES = ["XNAS:A", "XNAS:B", "XNAS:C"];

function minutesOf(seed: number, count: number): Minute[] {
  const random = randomFrom(seed);
  return candlesOf(seed, count).map(({ start, open, high, low, close }) => {
    const rev = random(5) === 0 ? 1 + random(3) : 0;
    return {
      ...{ start, open, high, low, close, rev, fees: BigInt(random(100)), tickCount: random(50) },
      staleLegs: NAMES.filter(() => random(4) === 0),
      missingLegs: NAMES.filter(() => random(4) === 0),
      sampled: random(10) === 0,
      state: rev > 0 ? ("revised" as const) : ("final" as const),
    };
  });
}

/** By the words of the contract, field by field. */
function direct(minutes: readonly Minute[]): Minute {
  const [first, last] = [minutes[0]!, minutes.at(-1)!];
  const legs = (of: (minute: Minute) => readonly string[]) =>
    NAMES.filter((name) => minutes.some((m) => of(m).includes(name)));
  return {
    start: last.start,
    open: first.open,
    high: minutes.map(({ high }) => high).toSorted((a, b) => (a < b ? 1 : -1))[0]!,
    low: minutes.map(({ low }) => low).toSorted((a, b) => (a < b ? -1 : 1))[0]!,
    close: last.close,
    fees: last.fees,
    tickCount: minutes.reduce((sum, { tickCount }) => sum + tickCount, 0),
    staleLegs: legs((minute) => minute.staleLegs),
    missingLegs: legs((minute) => minute.missingLegs),
    sampled: minutes.some(({ sampled }) => sampled),
    rev: minutes.reduce((sum, { rev }) => sum + rev, 0),
    state: minutes.some(({ rev }) => rev > 0) ? "revised" : "final",
  };
}

const seeds = Array.from({ length: 20 }, (_, seed) => seed + 1);

describe.each(M2M_WIDTHS)("candles of width %s", (width) => {
  test.each(seeds)("are their minutes, folded at once or in pieces (seed %i)", (seed) => {
    const minutes = minutesOf(seed, 400);
    const spans = new CandleSpans(undefined);
    const groups = [...Map.groupBy(minutes, ({ start }) => spans.of(width, start).start).values()];
    for (const group of groups) {
      const whole = rollUp(group, isAbove)!;
      expect(whole).toEqual(direct(group));
      const cut = 1 + Math.floor(group.length / 2);
      const pieces = [group.slice(0, cut), group.slice(cut)].flatMap((piece) => rollUp(piece, isAbove) ?? []);
      expect(rollUp(pieces, isAbove)).toEqual(whole);
    }
    expect(groups.reduce((sum, group) => sum + group.length, 0)).toBe(minutes.length);
  });
});

describe("the spans of candles", () => {
  test("lie on the clock of UTC, each in one of any wider width, and a moment is in exactly one", () => {
    const spans = new CandleSpans(undefined);
    for (let at = 1_700_000_000_000; at < 1_700_200_000_000; at += 7 * MINUTE_MS + 13) {
      for (const width of M2M_WIDTHS) {
        const { start, end } = spans.of(width, at);
        expect([start <= at, at < end, start % (end - start)]).toEqual([true, true, 0]);
        if (width !== "1D") expect(end - start).toBe(widthMs(width));
      }
    }
  });

  test("of a day follow the account's calendar, and that of UTC where there is none or an unknown one", () => {
    const at = Date.UTC(2026, 10, 20, 3);
    expect(new CandleSpans("XNYS").of("1D", at).start).toBe(Date.UTC(2026, 10, 19, 5));
    for (const plain of [undefined, "24x7", "of another version"])
      expect(new CandleSpans(plain).of("1D", at).start).toBe(Date.UTC(2026, 10, 20));
    expect(new CandleSpans("XNYS").of("240", at).start).toBe(Date.UTC(2026, 10, 20));
  });
});

test("what holds a minute that forms forms itself, whatever was revised in it", () => {
  const [one, two] = minutesOf(3, 2);
  expect(
    rollUp(
      [
        { ...one!, state: "revised", rev: 2 },
        { ...two!, state: "forming", rev: 0 },
      ],
      isAbove,
    ),
  ).toMatchObject({
    state: "forming",
    rev: 2,
  });
  expect(rollUp([], isAbove)).toBeUndefined();
});
