import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ActionTerms } from "../../src/domain/corporate-action.ts";
import { adjustedNumbers, compared, type DayFold, foldedNumbers } from "../../src/quant/adjusted-bar.ts";
import {
  ADJUSTED_SCALE,
  type Factors,
  factorsAt,
  factorsOf,
  ladderOf,
  product,
  type Ratio,
  shown,
  UNCHANGED,
} from "../../src/quant/adjustment.ts";

function factored(terms: ActionTerms): Factors {
  const found = factorsOf(terms, undefined);
  if (!found.ok) throw new Error(found.code);
  return found.factors;
}
const split = (from: string, to: string): ActionTerms => ({ type: "split", from, to });

describe("adjusted numbers", () => {
  const third = factored(split("1", "3"));
  test("have eight decimals, ties to even, without trailing zeros", () => {
    const raw = { o: "1", h: "2", l: "0.5", c: "1", v: "1", vw: "1" };
    expect(adjustedNumbers(raw, third)).toEqual({
      ...{ o: "0.33333333", h: "0.66666667", l: "0.16666667", c: "0.33333333", v: "3", vw: "0.33333333" },
    });
    const half = factored(split("1", "2"));
    const tie = { o: "0.00000001", h: "0.00000003", l: "0.00000001", c: "0.00000002", v: "1", vw: null };
    expect(adjustedNumbers(tie, half)).toEqual({
      ...{ o: "0", h: "0.00000002", l: "0", c: "0.00000001", v: "2", vw: null },
    });
  });

  test("of a finer instrument have as many decimals as the finest price of their bar", () => {
    const raw = { o: "0.0000012345", h: "0.000002", l: "0.000001", c: "0.000002", v: "0.5", vw: null };
    expect(adjustedNumbers(raw, third)).toMatchObject({
      o: "0.0000004115",
      h: "0.0000006667",
      l: "0.0000003333",
    });
  });

  const price = fc
    .tuple(fc.bigInt({ min: 1n, max: 10n ** 12n }), fc.integer({ min: 0, max: 10 }))
    .map(([units, scale]) => shown({ numerator: units, denominator: 10n ** BigInt(scale) }, scale));
  const factors = fc
    .tuple(fc.integer({ min: 1, max: 10_000 }), fc.integer({ min: 1, max: 10_000 }))
    .map(([from, to]) => factored(split(`${from}`, `${to}`)));
  /** How far a rounded number may lie from the exact one: numerator and denominator. */
  const halfUnit = (scale: number): Ratio => ({ numerator: 1n, denominator: 2n * 10n ** BigInt(scale) });

  test("are the raw number times the factor, to half a unit of the last decimal, and keep high above and low below", () => {
    void fc.assert(
      fc.property(fc.array(price, { minLength: 4, maxLength: 4 }), factors, (prices, by) => {
        const sorted = prices.toSorted((one, other) => compared(exact(one), exact(other)));
        const raw = { l: sorted[0]!, o: sorted[1]!, c: sorted[2]!, h: sorted[3]!, v: sorted[1]!, vw: null };
        const adjusted = adjustedNumbers(raw, by);
        const scale = Math.max(ADJUSTED_SCALE, ...prices.map((each) => (each.split(".")[1] ?? "").length));
        for (const name of ["o", "h", "l", "c"] as const)
          expect(isWithin(exact(adjusted[name]), product(exact(raw[name]), by.price), halfUnit(scale))).toBe(
            true,
          );
        expect(isWithin(exact(adjusted.v), product(exact(raw.v), by.volume), halfUnit(ADJUSTED_SCALE))).toBe(
          true,
        );
        for (const name of ["o", "c"] as const) {
          expect(compared(exact(adjusted.h), exact(adjusted[name]))).toBeGreaterThanOrEqual(0);
          expect(compared(exact(adjusted.l), exact(adjusted[name]))).toBeLessThanOrEqual(0);
        }
      }),
    );
  });

  test("a thousand actions of the longest numbers are still exact", () => {
    const long = {
      type: "split",
      from: "1.000000000000000001",
      to: "12345678901234567890.000000000000000001",
    } as const;
    const back = { type: "split", from: long.to, to: long.from } as const;
    const all = Array.from({ length: 1_000 }, (_, from) => ({
      from,
      factors: factored(from % 2 ? back : long),
    }));
    const raw = { o: "10", h: "12", l: "9", c: "11", v: "5", vw: "10.5" };
    expect(adjustedNumbers(raw, factorsAt(ladderOf(all), -1))).toEqual(raw);
  });
});

describe("a bar with an ex-date inside", () => {
  const day = (o: string, h: string, l: string, c: string, v: string, pv: string): DayFold => ({
    o,
    h,
    l,
    c,
    v,
    pv,
  });
  const fourToOne = factored(split("1", "4"));

  test("is folded from days that were adjusted first", () => {
    const before = day("504", "508", "496", "500", "10", "5020");
    const after = day("127", "131", "124.5", "129", "44", "5632");
    expect(
      foldedNumbers([
        { fold: before, factors: fourToOne },
        { fold: after, factors: UNCHANGED },
      ]),
    ).toEqual({ o: "126", h: "131", l: "124", c: "129", v: "84", vw: "126.80952381" });
  });

  test("one day that does not tell its turnover leaves no average", () => {
    const told = day("4", "4", "4", "4", "5", "20");
    const untold = { ...told, pv: null };
    const factors = fourToOne;
    expect(foldedNumbers([told, untold].map((fold) => ({ fold, factors })))).toMatchObject({
      v: "40",
      vw: null,
    });
  });

  test("where nothing was traded there is no average", () => {
    const still = day("4", "4", "4", "4", "0", "0");
    expect(foldedNumbers([{ fold: still, factors: fourToOne }])).toEqual({
      ...{ o: "1", h: "1", l: "1", c: "1", v: "0", vw: null },
    });
  });

  test("one whose stretches have the same factors is the adjusted bar of their fold", () => {
    const price = fc.integer({ min: 1, max: 99_999 });
    const part = fc
      .tuple(price, price, price, price, fc.integer({ min: 1, max: 10_000 }))
      .map(([a, b, c, d, size]) => {
        const [low, one, other, high] = [a, b, c, d]
          .toSorted((x, y) => x - y)
          .map((units) => `${units / 100}`);
        return day(one!, high!, low!, other!, `${size}`, shown(product(exact(one!), exact(`${size}`)), 2));
      });
    void fc.assert(
      fc.property(
        fc.array(part, { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 1, max: 99 }),
        (parts, to) => {
          const factors = factored(split("7", `${to}`));
          const amounts = (name: "v" | "pv") => parts.map((each) => exact(each[name] ?? "none"));
          const extreme = (name: "h" | "l", sign: number) =>
            parts.map((each) => each[name]).toSorted((x, y) => sign * compared(exact(x), exact(y)))[0]!;
          const [v, pv] = [amounts("v"), amounts("pv")].map((all) => all.reduce((x, y) => added(x, y)));
          const whole = {
            o: parts[0]!.o,
            c: parts.at(-1)!.c,
            h: extreme("h", -1),
            l: extreme("l", 1),
            v: shown(v!, 2),
          };
          const folded = foldedNumbers(parts.map((fold) => ({ fold, factors })));
          const { vw, ...numbers } = folded;
          const { vw: _none, ...expected } = adjustedNumbers({ ...whole, vw: null }, factors);
          expect(numbers).toEqual(expected);
          const average = {
            numerator: pv!.numerator * v!.denominator,
            denominator: pv!.denominator * v!.numerator,
          };
          expect(vw).toBe(shown(product(average, factors.price), ADJUSTED_SCALE));
        },
      ),
    );
  });
});

/** The tests' own reading of a decimal. */
function exact(decimal: string): Ratio {
  const [whole = "", fraction = ""] = decimal.split(".");
  return { numerator: BigInt(whole + fraction), denominator: 10n ** BigInt(fraction.length) };
}
const added = (one: Ratio, other: Ratio): Ratio => ({
  numerator: one.numerator * other.denominator + other.numerator * one.denominator,
  denominator: one.denominator * other.denominator,
});
function isWithin(one: Ratio, other: Ratio, gap: Ratio): boolean {
  const apart = one.numerator * other.denominator - other.numerator * one.denominator;
  const distance = {
    numerator: apart < 0n ? -apart : apart,
    denominator: one.denominator * other.denominator,
  };
  return compared(distance, gap) <= 0;
}
