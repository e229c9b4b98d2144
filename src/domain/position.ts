/**
 * A position at average cost, exact. The cost is what is held was worth when it was traded; a partial close takes
 * floor(cost × closed / held) of it and the remainder stays, so nothing is lost to rounding however often a position is cut.
 * Everything is in the instrument's currency. Total = realised + unrealised − fees + funding.
 */
import { decimalText, divideHalfEven } from "./decimal.ts";
import type { Instrument } from "./instrument.ts";
import { type Money, money, ZERO } from "./money.ts";
import { type Contract, gainOf, isInverse, valueAtPrice, valueOf, type Worth } from "./worth.ts";

export type Position = {
  /** Signed, at the instrument's sizeScale. A sum of safe integers can pass 2^53. */
  readonly qty: bigint;
  /** Σ value of what is held as it was traded (linear: |qty| × price), in money; above zero for shorts too. */
  readonly cost: Money;
  readonly realised: Money;
  /** Paid; below zero where rebates are more. */
  readonly fees: Money;
  /** Received: funding payments, dividends, cash in lieu. Signed. */
  readonly funding: Money;
};

export const FLAT: Position = { qty: 0n, cost: ZERO, realised: ZERO, fees: ZERO, funding: ZERO };

/**
 * `qty` is signed: positive bought, negative sold. `price` at the instrument's priceScale. `value` says what all of |qty| is worth where
 * no price says it exactly, and then counts instead of the price.
 */
export type PositionFill = {
  readonly qty: bigint;
  readonly price: number;
  readonly fee: Money;
  readonly value?: Money;
};

/** A fill against what is held: it opens, adds, closes, or closes and then opens the other way (a flip). */
export function afterFill(position: Position, fill: PositionFill, contract: Contract): Position {
  const fees = money(position.fees + fill.fee);
  const { closed, closedValue, openedValue } = partsOf(position.qty, fill, contract);
  if (closed === 0n)
    return {
      ...position,
      qty: position.qty + fill.qty,
      cost: money(position.cost + openedValue),
      fees,
    };

  const costClosed = floorDivide(position.cost * closed, magnitude(position.qty));
  const isLong = position.qty > 0n;
  const gain = isLong
    ? gainOf(contract, closedValue, costClosed)
    : gainOf(contract, -closedValue, -costClosed);
  const qty = position.qty + fill.qty;
  const flipped = qty !== 0n && qty > 0n !== isLong;
  return {
    ...position,
    qty,
    cost: money(flipped ? openedValue : position.cost - costClosed),
    realised: money(position.realised + gain),
    fees,
  };
}

/** How much of a fill closes what is held, and what both parts of it are worth: each of them is rounded for itself. */
export function partsOf(
  held: bigint,
  fill: PositionFill,
  contract: Contract,
): { readonly closed: bigint; readonly closedValue: bigint; readonly openedValue: bigint } {
  const size = magnitude(fill.qty);
  const isOpposite = held !== 0n && held > 0n !== fill.qty > 0n;
  const closed = isOpposite ? least(magnitude(held), size) : 0n;
  if (fill.value === undefined) {
    const closedValue = closed === 0n ? 0n : valueAtPrice(contract, closed, fill.price);
    const opened = size - closed;
    return {
      closed,
      closedValue,
      openedValue: opened === 0n ? 0n : valueAtPrice(contract, opened, fill.price),
    };
  }
  const closedValue = closed === 0n ? 0n : floorDivide(fill.value * closed, size);
  return { closed, closedValue, openedValue: fill.value - closedValue };
}

/** The cost of what is held, below zero where it is short: so that costs, like quantities, are sums. */
export const signedCost = ({ qty, cost }: Pick<Position, "qty" | "cost">): bigint =>
  qty < 0n ? -cost : cost;

/** What is held at `price`, against its cost; signed as a gain. */
export function unrealisedOf(position: Position, price: number, contract: Contract): Money {
  const { qty } = position;
  const value = qty === 0n ? 0n : valueAtPrice(contract, qty, price);
  return gainOf(contract, value, signedCost(position));
}

/** The same by what quantity 1 is worth at a mark, in the instrument's own currency. */
export const unrealisedAt = (position: Position, worth: Worth, contract: Contract): Money =>
  gainOf(contract, valueOf(position.qty, worth), signedCost(position));

/** The identity that holds at every step, whatever the method of cost. */
export const totalOf = (
  { realised, fees, funding }: Pick<Position, "realised" | "fees" | "funding">,
  unrealised: bigint,
): Money => money(realised + unrealised - fees + funding);

/**
 * Average price as decimal text, 12 decimals, ties to even; undefined where nothing is held, or what is held has cost nothing that a
 * price could be told from.
 */
export function averagePriceText(
  position: Pick<Position, "qty" | "cost">,
  instrument: Contract & Pick<Instrument, "priceScale">,
): string | undefined {
  const { qty, cost } = position;
  if (qty === 0n) return undefined;
  const unitsHeld = magnitude(qty) * instrument.notionalUnit;
  const one = 10n ** BigInt(instrument.priceScale);
  if (!isInverse(instrument)) return shown(cost, unitsHeld * one);
  return cost <= 0n ? undefined : shown(unitsHeld, cost * one);
}

const AVERAGE_PRICE_SCALE = 12;
const shown = (numerator: bigint, denominator: bigint): string =>
  decimalText(divideHalfEven(numerator, denominator, AVERAGE_PRICE_SCALE), AVERAGE_PRICE_SCALE);

const magnitude = (value: bigint): bigint => (value < 0n ? -value : value);
const least = (one: bigint, other: bigint): bigint => (one < other ? one : other);

/** Towards minus infinity: a cost is negative where prices are. */
export function floorDivide(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  return numerator % denominator !== 0n && numerator < 0n ? quotient - 1n : quotient;
}
