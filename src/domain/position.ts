/**
 * A position at average cost, exact. The cost is Σ(qty × price) of what is held; a partial close takes floor(cost × closed / held)
 * of it and the remainder stays, so nothing is lost to rounding however often a position is cut.
 */
import { decimalText, divideHalfEven } from "./decimal.ts";
import type { Instrument } from "./instrument.ts";
import { type Money, money, ZERO } from "./money.ts";

export type Position = {
  /** Signed, at the instrument's sizeScale. A sum of safe integers can pass 2^53. */
  readonly qty: bigint;
  /** Σ(|qty| × price) of what is held, in money; for shorts too. */
  readonly cost: Money;
  readonly realised: Money;
  readonly fees: Money;
};

export const FLAT: Position = { qty: 0n, cost: ZERO, realised: ZERO, fees: ZERO };

type Unit = Pick<Instrument, "notionalUnit">;
/** `qty` is signed: positive bought, negative sold. `price` at the instrument's priceScale. */
export type PositionFill = { readonly qty: bigint; readonly price: number; readonly fee: Money };

/** A fill against what is held: it opens, adds, closes, or closes and then opens the other way (a flip). */
export function afterFill(position: Position, fill: PositionFill, unit: Unit): Position {
  const fees = money(position.fees + fill.fee);
  const opposite = position.qty !== 0n && position.qty > 0n !== fill.qty > 0n;
  if (!opposite)
    return {
      ...position,
      qty: position.qty + fill.qty,
      cost: money(position.cost + valueOf(fill.qty, fill.price, unit)),
      fees,
    };

  const held = magnitude(position.qty);
  const closed = held < magnitude(fill.qty) ? held : magnitude(fill.qty);
  const costClosed = floorDivide(position.cost * closed, held);
  const proceeds = BigInt(fill.price) * closed * unit.notionalUnit;
  const gain = position.qty > 0n ? proceeds - costClosed : costClosed - proceeds;
  const realised = money(position.realised + gain);
  const qty = position.qty + fill.qty;
  const flipped = qty !== 0n && qty > 0n !== position.qty > 0n;
  const cost = flipped ? valueOf(qty, fill.price, unit) : money(position.cost - costClosed);
  return { qty, cost, realised, fees };
}

/** Value of what is held at `price`, minus its cost; signed as a gain. */
export function unrealisedOf(position: Position, price: number, unit: Unit): Money {
  const value = BigInt(price) * magnitude(position.qty) * unit.notionalUnit;
  return money(position.qty >= 0n ? value - position.cost : position.cost - value);
}

/** Average price as decimal text, 12 decimals, ties to even; undefined where nothing is held. */
export function averagePriceText(
  position: Position,
  instrument: Pick<Instrument, "notionalUnit" | "priceScale">,
): string | undefined {
  if (position.qty === 0n) return undefined;
  const unitsHeld = magnitude(position.qty) * instrument.notionalUnit * 10n ** BigInt(instrument.priceScale);
  return decimalText(divideHalfEven(position.cost, unitsHeld, AVERAGE_PRICE_SCALE), AVERAGE_PRICE_SCALE);
}

const AVERAGE_PRICE_SCALE = 12;

const magnitude = (value: bigint): bigint => (value < 0n ? -value : value);
const valueOf = (qty: bigint, price: number, unit: Unit): Money =>
  money(magnitude(qty) * BigInt(price) * unit.notionalUnit);

/** Towards minus infinity: a cost is negative where prices are. */
function floorDivide(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  return numerator % denominator !== 0n && numerator < 0n ? quotient - 1n : quotient;
}
