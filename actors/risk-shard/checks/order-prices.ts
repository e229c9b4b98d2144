/** At which prices an order may come to trade or wake, and how far they lie from another one. */
import type { Scene } from "../scene.ts";

/** Its limit, its stop, or both; of a market order the price that it is valued at. None where the market, or the order, says none. */
export function orderPrices({ inputs: { order }, valuedAt }: Scene): readonly number[] {
  const { type, price, stopPrice } = order;
  const prices = type === "market" ? [valuedAt] : [price, stopPrice];
  return prices.filter((one) => one !== undefined);
}

/** Ten thousand basis points, at six decimals. */
const BPS = 10_000n * 1_000_000n;

/** Of the price that lies furthest away, either way, in basis points of the reference, which is doubled; rounded up. */
export function bpsFrom(prices: readonly number[], doubled: bigint): bigint {
  let widest = 0n;
  for (const price of prices) {
    const difference = 2n * BigInt(price) - doubled;
    const away = difference < 0n ? -difference : difference;
    if (away > widest) widest = away;
  }
  return (widest * BPS + doubled - 1n) / doubled;
}
