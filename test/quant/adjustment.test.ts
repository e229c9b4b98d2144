import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ActionTerms } from "../../src/domain/corporate-action.ts";
import { adjustedNumbers, compared } from "../../src/quant/adjusted-bar.ts";
import {
  type Factors,
  factorsAt,
  factorsOf,
  isInMode,
  ladderOf,
  needsPrice,
  product,
  type Ratio,
  type Step,
  shown,
  UNCHANGED,
} from "../../src/quant/adjustment.ts";

const text = ({ numerator, denominator }: Ratio): string => `${numerator}/${denominator}`;
function factored(terms: ActionTerms, priceBefore?: string): Factors {
  const found = factorsOf(terms, priceBefore);
  if (!found.ok) throw new Error(found.code);
  return found.factors;
}
const dividend = (amount: string): ActionTerms => ({ type: "dividend", amount });
const split = (from: string, to: string): ActionTerms => ({ type: "split", from, to });

describe("factors", () => {
  test("published: Microsoft's dividend of 0.10 on 2007-02-13 after a close of 28.94", () => {
    const { price, volume } = factored(dividend("0.1"), "28.94");
    expect(shown(price, 15)).toBe("0.996544574982723");
    expect([text(price), text(volume)]).toEqual(["1442/1447", "1/1"]);
  });

  test.each<[string, ActionTerms, string | undefined, string, string]>([
    ["a split of 4:1", split("1", "4"), undefined, "1/4", "4/1"],
    ["a split of 3:2", split("2", "3"), undefined, "2/3", "3/2"],
    ["a consolidation of 1:10", split("10", "1"), undefined, "10/1", "1/10"],
    ["a bonus of 1 for 2", { type: "bonus", bonusShares: "1", heldShares: "2" }, undefined, "2/3", "3/2"],
    [
      "rights of 1 for 4 at 8, after 10",
      { type: "rights", offered: "1", held: "4", price: "8" },
      "10",
      "24/25",
      "5/4",
    ],
    [
      "rights that cost nothing are a bonus",
      { type: "rights", offered: "1", held: "2", price: "0" },
      "7.77",
      "2/3",
      "3/2",
    ],
    [
      "rights at the market's price change no price",
      { type: "rights", offered: "1", held: "4", price: "10" },
      "10",
      "1/1",
      "5/4",
    ],
    ["a spin-off worth 2.50, after 10", { type: "spin-off", value: "2.5" }, "10", "3/4", "1/1"],
    ["a dividend finer than any price", dividend("0.0006125"), "1", "79951/80000", "1/1"],
  ])("%s", (_name, terms, before, price, volume) => {
    const factors = factored(terms, before);
    expect([text(factors.price), text(factors.volume)]).toEqual([price, volume]);
  });

  test("splits and bonus issues need no price, and are what `split` adjusts; `all` adjusts everything", () => {
    const types = ["split", "bonus", "rights", "dividend", "spin-off"] as const;
    expect(types.filter(needsPrice)).toEqual(["rights", "dividend", "spin-off"]);
    expect(types.filter((type) => isInMode(type, "split"))).toEqual(["split", "bonus"]);
    expect(types.filter((type) => isInMode(type, "all"))).toEqual([...types]);
  });

  test.each<[string, ActionTerms, string | undefined, string]>([
    ["no price before", dividend("0.1"), undefined, "reference-price-unknown"],
    ["a dividend of the whole price", dividend("10"), "10.00", "factor-invalid"],
    ["a dividend above the price", dividend("10.01"), "10", "factor-invalid"],
    ["a spin-off of the whole price", { type: "spin-off", value: "10" }, "10", "factor-invalid"],
    [
      "rights above the price",
      { type: "rights", offered: "1", held: "4", price: "10.01" },
      "10",
      "factor-invalid",
    ],
    ["a price of nothing", dividend("0.1"), "0", "factor-invalid"],
    ["a price below nothing", dividend("0.1"), "-37.63", "factor-invalid"],
  ])("%s has none", (_name, terms, before, code) => {
    expect(factorsOf(terms, before)).toEqual({ ok: false, code });
  });

  const cents = fc.integer({ min: 1, max: 1_000_000 }).map((each) => (each / 100).toFixed(2));
  test("a factor lies above 0 and, where value leaves the share, not above 1; what leaves is what was announced", () => {
    void fc.assert(
      fc.property(cents, cents, (amount, before) => {
        const found = factorsOf(dividend(amount), before);
        expect(found.ok).toBe(Number(amount) < Number(before));
        if (!found.ok) return;
        const { numerator, denominator } = found.factors.price;
        expect(numerator > 0n && numerator < denominator).toBe(true);
        const [paid, price] = [amount, before].map((each) => BigInt(each.replace(".", "")));
        expect((denominator - numerator) * price!).toBe(paid! * denominator);
      }),
    );
  });
});

/** Apple's days around its split of 4:1 on 2020-08-31, as traded: date, open, high, low, close, volume. */
const APPLE_DAYS: readonly (readonly [string, string, string, string, string, string])[] = [
  ["2020-08-11", "447.875", "449.93", "436.4267", "437.5", "46975594"],
  ["2020-08-26", "504.7165", "507.97", "500.33", "506.09", "40618317"],
  ["2020-08-27", "508.57", "509.94", "495.33", "500.04", "38879096"],
  ["2020-08-28", "504.05", "505.77", "498.31", "499.23", "46882479"],
  ["2020-08-31", "127.58", "131", "126", "129.04", "225631664"],
  ["2020-09-01", "132.76", "134.8", "130.53", "134.18", "152050116"],
];
/** As a vendor publishes them, adjusted and rounded to four decimals. */
const APPLE_ADJUSTED: readonly (readonly [number, number, number, number, number])[] = [
  [111.9688, 112.4825, 109.1067, 109.375, 187902376],
  [126.1791, 126.9925, 125.0825, 126.5225, 162473268],
  [127.1425, 127.485, 123.8325, 125.01, 155516384],
  [126.0125, 126.4425, 124.5775, 124.8075, 187529916],
  [127.58, 131, 126, 129.04, 225631664],
  [132.76, 134.8, 130.53, 134.18, 152050116],
];
const dayOf = (date: string): number => Date.parse(date) / 86_400_000;

test("published: Apple's split is a ratio of exactly 4 on every price and volume before its ex-date, and 1 from then on", () => {
  const ladder = ladderOf([{ from: dayOf("2020-08-31"), factors: factored(split("1", "4")) }]);
  for (const [index, [date, o, h, l, c, v]] of APPLE_DAYS.entries()) {
    const raw = { o, h, l, c, v, vw: null };
    const adjusted = adjustedNumbers(raw, factorsAt(ladder, dayOf(date)));
    const ratio = date < "2020-08-31" ? 4 : 1;
    for (const name of ["o", "h", "l", "c"] as const)
      expect(Number(adjusted[name]) * ratio).toBe(Number(raw[name]));
    expect(Number(adjusted.v)).toBe(Number(v) * ratio);
    const published = APPLE_ADJUSTED[index]!;
    expect(Math.abs(Number(adjusted.o) - published[0])).toBeLessThanOrEqual(0.00005001);
    expect(
      [adjusted.h, adjusted.l, adjusted.c]
        .map((each, at) => Math.abs(Number(each) - published[at + 1]!))
        .every((gap) => gap <= 0.00005001),
    ).toBe(true);
    expect(Number(adjusted.v)).toBe(published[4]);
  }
});

describe("many actions", () => {
  const ratio = fc
    .tuple(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 50 }))
    .map(([from, to]) => factored(split(`${from}`, `${to}`)));
  const paid = fc
    .tuple(fc.integer({ min: 1, max: 900 }), fc.integer({ min: 901, max: 90_000 }))
    .map(([amount, before]) => factored(dividend(`${amount / 100}`), `${before / 100}`));
  const step: fc.Arbitrary<Step> = fc.record({
    from: fc.integer({ min: 0, max: 60 }),
    factors: fc.oneof(ratio, paid),
  });
  const steps = fc.array(step, { maxLength: 12 });
  const at = fc.integer({ min: -5, max: 65 });
  const same = (one: Factors, other: Factors): boolean =>
    compared(one.price, other.price) === 0 && compared(one.volume, other.volume) === 0;

  test("what holds at a moment is the product of all that begin later", () => {
    void fc.assert(
      fc.property(steps, at, (all, moment) => {
        const later = all.filter(({ from }) => from > moment);
        const price = later.reduce((whole, { factors }) => product(whole, factors.price), UNCHANGED.price);
        const volume = later.reduce((whole, { factors }) => product(whole, factors.volume), UNCHANGED.volume);
        expect(same(factorsAt(ladderOf(all), moment), { price, volume })).toBe(true);
      }),
    );
  });

  test("their order does not matter", () => {
    const shuffled = steps.chain((all) =>
      fc.tuple(
        fc.constant(all),
        fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length }),
        at,
      ),
    );
    void fc.assert(
      fc.property(shuffled, ([all, other, moment]) => {
        expect(same(factorsAt(ladderOf(all), moment), factorsAt(ladderOf(other), moment))).toBe(true);
      }),
    );
  });

  test("adjusting by some and then by the others is adjusting by all", () => {
    void fc.assert(
      fc.property(steps, steps, at, (some, others, moment) => {
        const [one, other] = [factorsAt(ladderOf(some), moment), factorsAt(ladderOf(others), moment)];
        const both = { price: product(one.price, other.price), volume: product(one.volume, other.volume) };
        expect(same(factorsAt(ladderOf([...some, ...others]), moment), both)).toBe(true);
      }),
    );
  });

  test("a moment that no ex-date follows has its numbers as they are, to the letter", () => {
    const raw = { o: "1.2345678912", h: "2", l: "1", c: "1.5", v: "3", vw: "1.50000001" };
    void fc.assert(
      fc.property(steps, (all) => {
        expect(adjustedNumbers(raw, factorsAt(ladderOf(all), 60))).toBe(raw);
      }),
    );
  });
});
