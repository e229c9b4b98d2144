import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Money, money, moneyText } from "../../src/domain/money.ts";
import {
  afterFill,
  averagePriceText,
  FLAT,
  type Position,
  type PositionFill,
  unrealisedOf,
} from "../../src/domain/position.ts";

/** Prices in cents, whole shares: price 1 × size 1 is a hundredth. */
const SHARES = { notionalUnit: 10n ** 10n, priceScale: 2 };
const bought = (qty: number, price: number, fee = 0n): PositionFill => ({
  qty: BigInt(qty),
  price: Math.round(price * 100),
  fee: money(fee),
});
const sold = (qty: number, price: number, fee = 0n): PositionFill => bought(-qty, price, fee);
const positionOf = (...fills: PositionFill[]): Position =>
  fills.reduce((position, fill) => afterFill(position, fill, SHARES), FLAT);
const average = (position: Position) => averagePriceText(position, SHARES);

describe("published examples of average cost", () => {
  test("five shares at 1.00, 1.10, 1.05, 1.15 and 1.20 average 1.10; three of them sold at 1.30 gain 0.60 (PropReports)", () => {
    const pool = positionOf(bought(1, 1), bought(1, 1.1), bought(1, 1.05), bought(1, 1.15), bought(1, 1.2));
    expect(average(pool)).toBe("1.1");
    expect(moneyText(afterFill(pool, sold(3, 1.3), SHARES).realised)).toBe("0.6");
    expect(moneyText(afterFill(pool, sold(5, 1.3), SHARES).realised)).toBe("1");
  });

  test("100 shares each at 105, 108, 92, 116 and 100 average 104.20; 300 sold for 30,150 lose 1,110 (a finance textbook's exercise)", () => {
    const pool = positionOf(...[105, 108, 92, 116, 100].map((price) => bought(100, price)));
    expect(average(pool)).toBe("104.2");
    expect(moneyText(afterFill(pool, sold(300, 100.5), SHARES).realised)).toBe("-1110");
  });

  test("100 at 168 and 100 at 105 average 136.50, are down 5,700 at 108, and a sale does not change the average (Elite Trader)", () => {
    const doubled = positionOf(bought(100, 168), bought(100, 105));
    expect(average(doubled)).toBe("136.5");
    expect(moneyText(unrealisedOf(doubled, 108_00, SHARES))).toBe("-5700");
    expect(average(afterFill(doubled, sold(100, 108), SHARES))).toBe("136.5");
  });

  test("long 100 at 10, sell 150 at 12, buy 200 at 10: 200 on the close and 100 on the short, and each flip opens at its own price (Stocks N' Trades)", () => {
    const short = positionOf(bought(100, 10), sold(150, 12));
    expect([short.qty, average(short), moneyText(short.realised), moneyText(short.cost)]).toEqual([
      -50n,
      "12",
      "200",
      "600",
    ]);
    const long = afterFill(short, bought(200, 10), SHARES);
    expect([long.qty, average(long), moneyText(long.realised), moneyText(long.cost)]).toEqual([
      150n,
      "10",
      "300",
      "1500",
    ]);
  });
});

describe("the contract's arithmetic", () => {
  test("a partial close takes floor(cost × closed / held), the remainder stays", () => {
    const thirds = { notionalUnit: 1n };
    const held = afterFill(FLAT, { qty: 3n, price: 1, fee: money(0n) }, thirds);
    const odd: Position = { ...held, cost: money(10n) };
    const closed = afterFill(odd, { qty: -1n, price: 4, fee: money(0n) }, thirds);
    expect([closed.cost, closed.realised]).toEqual([7n, 1n]);
  });

  test("the floor is towards minus infinity where prices are negative", () => {
    const unit = { notionalUnit: 1n };
    const odd: Position = { ...FLAT, qty: 3n, cost: money(-10n) };
    const closed = afterFill(odd, { qty: -1n, price: -4, fee: money(0n) }, unit);
    expect([closed.cost, closed.realised]).toEqual([-6n, 0n]);
  });

  test("the average price is shown at 12 decimals, ties to even, and not where nothing is held", () => {
    expect(average(positionOf(bought(1, 1), bought(2, 1.01)))).toBe("1.006666666667");
    expect(average(positionOf(bought(1, 1), sold(1, 2)))).toBeUndefined();
    const half = { notionalUnit: 10n ** 12n, priceScale: 0 };
    expect(averagePriceText({ ...FLAT, qty: 8n, cost: money(1n) }, half)).toBe("0");
    expect(averagePriceText({ ...FLAT, qty: 2n, cost: money(3n) }, half)).toBe("0.000000000002");
  });

  test("fees are apart from what is realised, and both are kept when flat", () => {
    const round = positionOf(bought(10, 5, 3n), sold(10, 6, 4n));
    expect(round).toEqual({ qty: 0n, cost: 0n, realised: 10n * 10n ** 12n, fees: 7n, funding: 0n });
  });
});

const price = fc.integer({ min: 1, max: 1_000_000 });
const size = fc.integer({ min: -1_000, max: 1_000 }).filter((qty) => qty !== 0);
const fill = fc.record({
  qty: size.map(BigInt),
  price,
  fee: fc.integer({ min: 0, max: 1_000 }).map((fee) => money(BigInt(fee))),
});
const fills = fc.array(fill, { maxLength: 60 });
/** A unit of 1 makes the floor bite: every third of a cost is cut. */
const unit = fc.constantFrom({ notionalUnit: 1n }, { notionalUnit: 7n }, { notionalUnit: 10n ** 10n });
const folded = (all: readonly PositionFill[], by: { notionalUnit: bigint }) =>
  all.reduce((position, each) => afterFill(position, each, by), FLAT);

describe("whatever is filled", () => {
  test("quantity and fees are the sums of the fills'", () => {
    fc.assert(
      fc.property(fills, unit, (all, by) => {
        const position = folded(all, by);
        expect(position.qty).toBe(all.reduce((sum, { qty }) => sum + qty, 0n));
        expect(position.fees).toBe(all.reduce((sum, { fee }) => sum + fee, 0n));
      }),
    );
  });

  test("realised plus unrealised is exactly the cash that came in plus the value that is held, at every price", () => {
    fc.assert(
      fc.property(fills, unit, price, (all, by, mark) => {
        const position = folded(all, by);
        const cash = all.reduce(
          (sum, { qty, price: paid }) => sum - qty * BigInt(paid) * by.notionalUnit,
          0n,
        );
        const value = position.qty * BigInt(mark) * by.notionalUnit;
        expect(position.realised + unrealisedOf(position, mark, by)).toBe(cash + value);
      }),
    );
  });

  test("a flat position has no cost", () => {
    fc.assert(
      fc.property(fills, unit, (all, by) => {
        const held = folded(all, by);
        const flat =
          held.qty === 0n ? held : afterFill(held, { qty: -held.qty, price: 5, fee: money(0n) }, by);
        expect([flat.qty, flat.cost]).toEqual([0n, 0n]);
      }),
    );
  });

  test("it stays within one 10⁻¹² a close of average cost in exact fractions", () => {
    fc.assert(
      fc.property(fills, unit, (all, by) => {
        const position = folded(all, by);
        const exact = inFractions(all, by);
        expect(position.qty).toBe(exact.qty);
        expect(distance(position.realised, exact.realised) <= exact.closes * exact.realised[1]).toBe(true);
        expect(distance(position.cost, exact.cost) <= exact.closes * exact.cost[1]).toBe(true);
      }),
    );
  });

  test("closing in pieces realises in the end what closing at once does", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 200 }),
        price,
        price,
        price,
        unit,
        (qty, paid, paidLater, got, by) => {
          const fee = money(0n);
          const held = folded(
            [
              { qty: BigInt(qty), price: paid, fee },
              { qty: 1n, price: paidLater, fee },
            ],
            by,
          );
          const one = afterFill(held, { qty: -held.qty, price: got, fee }, by);
          const pieces = Array.from({ length: qty + 1 }, () => ({ qty: -1n, price: got, fee }));
          expect(pieces.reduce((position, piece) => afterFill(position, piece, by), held)).toEqual(one);
        },
      ),
    );
  });

  test("a fill that flips is the fill that closes and the fill that opens", () => {
    fc.assert(
      fc.property(fills, fill, unit, (all, { price: at }, by) => {
        const held = folded(all, by);
        if (held.qty === 0n) return;
        const none = money(0n);
        const flip = afterFill(held, { qty: -held.qty * 3n, price: at, fee: none }, by);
        const closed = afterFill(held, { qty: -held.qty, price: at, fee: none }, by);
        expect(afterFill(closed, { qty: -held.qty * 2n, price: at, fee: none }, by)).toEqual(flip);
      }),
    );
  });
});

type Fraction = readonly [numerator: bigint, denominator: bigint];
type Exact = { qty: bigint; cost: Fraction; realised: Fraction; closes: bigint };

/** Average cost without any rounding: an independent program over fractions. */
function inFractions(all: readonly PositionFill[], { notionalUnit }: { notionalUnit: bigint }): Exact {
  const book: Exact = { qty: 0n, cost: [0n, 1n], realised: [0n, 1n], closes: 0n };
  for (const { qty, price: at } of all) {
    const perUnit = BigInt(at) * notionalUnit;
    const room = book.qty * qty < 0n ? least(size_(qty), size_(book.qty)) : 0n;
    if (room > 0n) {
      const share = reduced([book.cost[0] * room, book.cost[1] * size_(book.qty)]);
      const gain = minus([perUnit * room, 1n], share);
      book.realised = book.qty > 0n ? plus(book.realised, gain) : minus(book.realised, gain);
      book.cost = minus(book.cost, share);
      book.closes += 1n;
    }
    book.cost = plus(book.cost, [perUnit * (size_(qty) - room), 1n]);
    book.qty += qty;
  }
  return book;
}

const size_ = (qty: bigint): bigint => (qty < 0n ? -qty : qty);
const least = (one: bigint, other: bigint): bigint => (one < other ? one : other);
const gcd = (one: bigint, other: bigint): bigint => (other === 0n ? size_(one) : gcd(other, one % other));
const reduced = ([top, bottom]: Fraction): Fraction => {
  const common = gcd(top, bottom) || 1n;
  return [top / common, bottom / common];
};
const plus = ([a, b]: Fraction, [c, d]: Fraction): Fraction => reduced([a * d + c * b, b * d]);
const minus = (one: Fraction, [c, d]: Fraction): Fraction => plus(one, [-c, d]);
/** Times the fraction's denominator. */
const distance = (value: Money, [top, bottom]: Fraction): bigint => size_(value * bottom - top);
