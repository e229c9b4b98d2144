/** Reference data of one tradable instrument, as every actor holds it. */
import type { Symbol } from "./ids.ts";
import { MONEY_SCALE, type Money } from "./money.ts";

export const INSTRUMENT_TYPES = ["equity", "crypto", "fx", "index", "future", "option"] as const;
/** Linear: worth price × size × multiplier in its currency. Inverse: size × multiplier ÷ price in the coin that it is settled in. */
export const CONTRACTS = ["linear", "inverse"] as const;
export const INSTRUMENT_STATUSES = ["active", "halted", "delisted"] as const;
export type InstrumentType = (typeof INSTRUMENT_TYPES)[number];
export type ContractKind = (typeof CONTRACTS)[number];
export type InstrumentStatus = (typeof INSTRUMENT_STATUSES)[number];

/** Brokers and data vendors whose token of one instrument is kept: more than anyone trades through. */
export const ALIASES_MAX = 16;

/**
 * Prices are integers of 10^-priceScale, sizes of 10^-sizeScale; both scales are fixed when the instrument is made.
 * `notionalUnit` is what price 1 × size 1 (in those integers) is worth in `Money`: multiplier × 10^(12 − scales). Of an inverse
 * contract it is what size 1 is worth at price 1: multiplier × 10^(12 − sizeScale + priceScale), to be divided by the price.
 */
export type Instrument = {
  readonly symbol: Symbol;
  readonly description: string;
  readonly type: InstrumentType;
  readonly exchange: string;
  readonly currency: string;
  readonly priceScale: number;
  readonly sizeScale: number;
  readonly tickSize: number;
  readonly lotSize: number;
  /** Decimal text, as given. */
  readonly multiplier: string;
  readonly notionalUnit: bigint;
  /** Absent: linear. Fixed when the instrument is made. */
  readonly contract?: Exclude<ContractKind, "linear">;
  readonly minQty?: number;
  readonly maxQty?: number;
  readonly minNotional?: Money;
  readonly sector?: string;
  readonly country?: string;
  readonly issuer?: string;
  readonly factors?: Readonly<Record<string, number>>;
  /** By broker, its token of this instrument. */
  readonly aliases?: Readonly<Record<string, string>>;
  readonly timezone: string;
  readonly session: string;
  readonly calendar?: string;
  readonly marginInitial?: string;
  readonly marginMaintenance?: string;
  readonly status: InstrumentStatus;
  /** Whether bars are built of its quotes; absent: where its type is fx. */
  readonly quoteBars?: boolean;
  readonly underlying?: string;
  readonly expiry?: number;
  readonly strike?: string;
  readonly right?: "call" | "put";
  /** Rises with every accepted PUT; an older version never replaces a newer one. */
  readonly version: number;
};

/**
 * What price 1 × size 1 is worth in 10⁻¹² of the currency, or undefined where price × size × multiplier could be finer
 * than that: such an instrument is refused. Of an inverse contract the price divides, so its decimals leave more room.
 */
export function notionalUnitOf(
  multiplier: bigint,
  multiplierScale: number,
  priceScale: number,
  sizeScale: number,
  contract: ContractKind = "linear",
): bigint | undefined {
  const ofPrice = contract === "inverse" ? priceScale : -priceScale;
  const spare = MONEY_SCALE + ofPrice - sizeScale - multiplierScale;
  return spare < 0 ? undefined : multiplier * 10n ** BigInt(spare);
}
