/** Worked examples that others have published, each with where it stands. */
import { describe, expect, test } from "vitest";
import { type Money, money, moneyText, ZERO } from "../../../src/domain/money.ts";
import { averagePriceText, unrealisedOf } from "../../../src/domain/position.ts";
import type { Contract } from "../../../src/domain/worth.ts";
import type { Entry, Trade } from "../../../src/quant/money/entry.ts";
import { fold, lotsOf } from "../../../src/quant/money/journal.ts";

/** Whole shares at whole cents. */
const SHARE: Contract = { notionalUnit: 10n ** 10n };
/** Contracts of one dollar, quoted in dollars, settled in coins. */
const COIN: Contract = { notionalUnit: 10n ** 12n, contract: "inverse" };

const fill = (qty: number, price: number): Trade => ({
  ...{ kind: "fill", id: `${qty}@${price}`, ts: 1, qty: BigInt(qty), price, fee: ZERO },
});
const shares = (...fills: readonly (readonly [qty: number, dollars: number])[]): Trade[] =>
  fills.map(([qty, dollars]) => fill(qty, Math.round(dollars * 100)));
const realisedBy = (entries: readonly Entry[]) => [
  moneyText(fold(entries, SHARE).position.realised),
  ...(["fifo", "lifo"] as const).map((method) =>
    moneyText((lotsOf(entries, method, SHARE)?.realised ?? 0n) as Money),
  ),
];

describe("the first in, the last in, and the average", () => {
  test("100 at 10 and 100 at 11, of which 100 are sold at 12: 150, 200 and 100 (GnuCash developers' list, February 2006)", () => {
    expect(realisedBy(shares([100, 10], [100, 11], [-100, 12]))).toEqual(["150", "200", "100"]);
  });

  test("100 at 20, 20 at 24 and 200 at 36, of which 150 are sold at 30: the first in gain 940 (a textbook exercise on queues, as Transtutors quotes it)", () => {
    expect(realisedBy(shares([100, 20], [20, 24], [200, 36], [-150, 30]))[1]).toBe("940");
  });

  test("bought at 10 and 30, sold at 20, bought at 50, sold at 30: 1,000 by the queue, −3,000 by the stack (an exercise on both at ExpertsMind, summed by hand)", () => {
    const year = shares([100, 10], [100, 30], [-100, 20], [100, 50], [-100, 30]);
    expect(realisedBy(year).slice(1)).toEqual(["1000", "-3000"]);
  });

  test("five shares at 1.00, 1.10, 1.05, 1.15 and 1.20, of which three are sold at 1.30: 0.60 at the average (PropReports)", () => {
    expect(realisedBy(shares([1, 1], [1, 1.1], [1, 1.05], [1, 1.15], [1, 1.2], [-3, 1.3]))[0]).toBe("0.6");
  });

  test("long 100 at 10, sold 150 at 12, bought 200 at 10: 200 and then 100, whatever the method (Stocks N' Trades)", () => {
    expect(realisedBy(shares([100, 10], [-150, 12], [200, 10]))).toEqual(["300", "300", "300"]);
  });
});

describe("an inverse contract", () => {
  const opened = (...fills: Trade[]) => fold(fills, COIN).position;
  const digits = (amount: bigint, decimals: number): string => (Number(amount) / 10 ** 12).toFixed(decimals);

  test.each([
    [60_000, 600, 700, 3, "14.286"],
    [60_000, 600, 500, 0, "-20"],
    [-16_000, 8_000, 10_000, 1, "-0.4"],
    [-16_000, 8_000, 5_000, 1, "1.2"],
  ])(
    "%i contracts opened at %i are worth %i's gain (romanornr on Medium, Trading bitcoin inverse futures contracts)",
    (qty, entry, exit, decimals, gain) => {
      const held = opened(fill(qty, entry));
      expect(digits(unrealisedOf(held, exit, COIN), decimals)).toBe(gain);
      expect(digits(opened(fill(qty, entry), fill(-qty, exit)).realised, decimals)).toBe(gain);
    },
  );

  test("1,000 contracts at 5,000 and 2,000 at 6,000 average 5,625, and cost 0.533333 (Coinlocally, coin-margined contracts)", () => {
    const held = opened(fill(1_000, 5_000), fill(2_000, 6_000));
    expect(digits(held.cost, 6)).toBe("0.533333");
    // The cost is rounded at 10⁻¹², and so the average is what it says.
    expect(Number(averagePriceText(held, { ...COIN, priceScale: 0 }))).toBeCloseTo(5_625, 6);
  });

  test.each([
    [10_000, 55_000, "0.018182"],
    [-10_000, 45_000, "0.022222"],
  ])(
    "%i dollars of it opened at 50,000 are worth at %i what a venue's guide says (FTK8, calculating profit and loss)",
    (qty, exit, gain) => {
      expect(digits(opened(fill(qty, 50_000), fill(-qty, exit)).realised, 6)).toBe(gain);
    },
  );
});

describe("a split", () => {
  const splitInto = (held: Trade, from: number, to: number, dollars: number) =>
    fold(
      [
        held,
        {
          ...{ kind: "split", id: "s", ts: 2, price: dollars * 100 },
          ...{ from: BigInt(from), to: BigInt(to) },
        },
      ],
      SHARE,
    ).position;

  test("four for one: 100 shares for 2,000 are 400 at 5 (CostBasis.com)", () => {
    const held = splitInto(fill(100, 2_000), 1, 4, 5);
    expect([held.qty, moneyText(held.cost)]).toEqual([400n, "2000"]);
    expect(averagePriceText(held, { ...SHARE, priceScale: 2 })).toBe("5");
  });

  test("one for ten: 1,000 shares at 20 are 100 at 200 (CostBasis.com)", () => {
    const held = splitInto(fill(1_000, 2_000), 10, 1, 20);
    expect([held.qty, moneyText(held.cost)]).toEqual([100n, "20000"]);
  });

  test.each([
    ["125 shares, 20 after it: 187 and 10 in cash (The Nest)", 125, 20, 187n, "10"],
    ["105 shares, 38 after it: 157 and 19 in cash (The Motley Fool)", 105, 38, 157n, "19"],
    ["55 shares, 20 after it: 82 and 10 in cash (H&R Block)", 55, 20, 82n, "10"],
  ])("three for two: %s", (_name, qty, dollars, left, inLieu) => {
    const held = splitInto(fill(qty, 5_000), 2, 3, dollars);
    expect([held.qty, moneyText(held.funding)]).toEqual([left, inLieu]);
    expect(held.cost).toBe(money(BigInt(qty) * 50n * 10n ** 12n));
  });
});
