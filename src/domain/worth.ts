/**
 * What a quantity is worth at a price, and money in another currency: the one place where value is worked out and rounded.
 *
 * A linear contract is worth Q × P × multiplier in its currency, exactly; at a mark in the middle of bid and ask the last half of 10⁻¹²
 * is cut off, towards zero. An inverse contract is worth Q × multiplier ÷ P in the coin that it is settled in, and nothing without a
 * price above zero. Every other division (inverse, conversion) is rounded once, to 10⁻¹², ties to even.
 */
import { assert } from "./assert.ts";
import { decimalsOf, divideHalfEven, scaledBigint } from "./decimal.ts";
import type { Instrument } from "./instrument.ts";
import { type Money, money } from "./money.ts";

/** What of an instrument says how it is valued. */
export type Contract = Pick<Instrument, "notionalUnit"> & { readonly contract?: Kind | undefined };
type Kind = Instrument["contract"];

/** What quantity 1 is worth, `times / over` in 10⁻¹²: of one mark it is made once, for all the quantities at it. */
export type Worth = { readonly times: bigint; readonly over: bigint };

/** What one unit of a currency is in another, `times / over`. */
export type FxRate = { readonly times: bigint; readonly over: bigint };

/** `multiply`: the price says how much of ours one of theirs is. `divide`: how much of theirs one of ours is. */
export type FxDirection = "multiply" | "divide";

/** Marks are doubled: the middle of bid and ask lies between two prices as often as not. */
const HALVED = 2n;

export const isInverse = ({ contract }: Pick<Contract, "contract">): boolean => contract === "inverse";

/** An inverse contract has no value at a price of zero or below. */
export const isPriceable = (contract: Contract, price: number | bigint): boolean =>
  !isInverse(contract) || price > 0;

/** At half of `doubled`; in another currency where a rate is given. Undefined where it has no value at this price. */
export function worthAt(contract: Contract, doubled: number | bigint, fx?: FxRate): Worth | undefined {
  if (!isPriceable(contract, doubled)) return undefined;
  const mark = BigInt(doubled);
  const unit = contract.notionalUnit;
  const own = isInverse(contract)
    ? { times: unit * HALVED, over: mark }
    : { times: mark * unit, over: HALVED };
  return fx === undefined ? own : { times: own.times * fx.times, over: own.over * fx.over };
}

/** Signed as the quantity is. */
export function valueOf(qty: bigint, { times, over }: Worth): bigint {
  const product = qty * times;
  // Only a mark between two prices leaves a half, and what has been shown of those was always cut.
  return over === HALVED ? product / HALVED : divideHalfEven(product, over, 0);
}

/** What `qty` costs at a price of the tape. `price` at the instrument's priceScale. */
export function valueAtPrice(contract: Contract, qty: bigint, price: number): bigint {
  if (!isInverse(contract)) return BigInt(price) * qty * contract.notionalUnit;
  assert(price > 0, "an inverse contract is traded at prices above zero");
  return divideHalfEven(qty * contract.notionalUnit, BigInt(price), 0);
}

/**
 * The same at a price in decimal text that may be finer than the instrument's: a book's average. Undefined where the text is no price,
 * or nothing has a value at it.
 */
export function valueAtText(
  contract: Contract & Pick<Instrument, "priceScale">,
  qty: bigint,
  price: string,
): bigint | undefined {
  const scale = Math.max(contract.priceScale, decimalsOf(price));
  const exact = scaledBigint(price, scale);
  if (!exact.ok || !isPriceable(contract, exact.value)) return undefined;
  const finer = 10n ** BigInt(scale - contract.priceScale);
  const product = qty * contract.notionalUnit;
  return isInverse(contract)
    ? divideHalfEven(product * finer, exact.value, 0)
    : divideHalfEven(product * exact.value, finer, 0);
}

/** For statistics: what a volume was worth of which Σ price × size is known; of an inverse contract, all of it at its average price. */
export function valueTraded(contract: Contract, volume: bigint, priceVolume: bigint): bigint {
  if (!isInverse(contract)) return priceVolume * contract.notionalUnit;
  if (priceVolume <= 0n) return 0n;
  return divideHalfEven(volume * volume * contract.notionalUnit, priceVolume, 0);
}

/** Who holds an inverse contract gains where fewer coins are worth as much: value falls as the price rises. */
export const gainOf = (contract: Contract, signedValue: bigint, signedCost: bigint): Money =>
  money(isInverse(contract) ? signedCost - signedValue : signedValue - signedCost);

/** The rate that the mark of a currency's symbol says; undefined at a mark of zero or below. */
export function fxRateOf(doubled: number, priceScale: number, direction: FxDirection): FxRate | undefined {
  if (doubled <= 0) return undefined;
  const mark = BigInt(doubled);
  const one = HALVED * 10n ** BigInt(priceScale);
  return direction === "multiply" ? { times: mark, over: one } : { times: one, over: mark };
}

/** Money in the other currency; itself without a rate, which is that of a currency to itself. */
export const converted = (amount: bigint, fx: FxRate | undefined): Money =>
  money(fx === undefined ? amount : divideHalfEven(amount * fx.times, fx.over, 0));
