/** Amounts of a currency. Money is never a float, in memory or on the wire. */
import type { Brand } from "./brand.ts";
import { decimalText, type Scaled, scaledBigint } from "./decimal.ts";

/** 10⁻¹² of a currency: a crypto tick times a lot is already 10⁻⁷, and a multiplier comes on top. */
export type Money = Brand<bigint, "Money">;

export const MONEY_SCALE = 12;
export const ZERO = 0n as Money;

export const money = (value: bigint): Money => value as Money;
export const moneyText = (value: bigint): string => decimalText(value, MONEY_SCALE);
export const absolute = (value: bigint): Money => (value < 0n ? -value : value) as Money;

export function parseMoney(text: string): Scaled<Money> {
  const scaled = scaledBigint(text, MONEY_SCALE);
  return scaled.ok ? { ok: true, value: money(scaled.value) } : scaled;
}
