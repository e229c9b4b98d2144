/** Reads the amounts of one instrument and gathers what is wrong with them. What a method returns beside a fault is never used. */
import {
  decimalsOf,
  decimalText,
  type ScaledFailure,
  scaledBigint,
  scaledInteger,
} from "../../src/domain/decimal.ts";
import { type ContractKind, notionalUnitOf } from "../../src/domain/instrument.ts";
import { type Money, parseMoney, ZERO } from "../../src/domain/money.ts";
import type { Fault } from "./instrument-faults.ts";

const FAILURE: Readonly<Record<ScaledFailure, string>> = {
  "number-format": "is no plain decimal",
  "scale-exceeded": "has more decimals than its scale",
  "number-range": "is too large for its scale",
};

export class Amounts {
  readonly faults: Fault[] = [];

  fault(path: string, code: string, detail: string): void {
    this.faults.push({ path, code, detail });
  }

  /** A positive safe integer at `scale`. */
  integer(path: string, text: string, scale: number): number {
    const scaled = scaledInteger(text, scale);
    if (!scaled.ok) this.fault(path, scaled.code, FAILURE[scaled.code]);
    else if (scaled.value <= 0) this.fault(path, "not-positive", "is not above zero");
    return scaled.ok ? scaled.value : 0;
  }

  money(path: string, text: string): Money {
    const parsed = parseMoney(text);
    if (!parsed.ok) this.fault(path, parsed.code, FAILURE[parsed.code]);
    else if (parsed.value < 0n) this.fault(path, "negative", "is below zero");
    return parsed.ok ? parsed.value : ZERO;
  }

  /** Decimal text that is kept as text, without the zeros that say nothing. */
  text(path: string, text: string, sign: "positive" | "not-negative"): string {
    const value = exact(text);
    if (sign === "positive" && value <= 0n) this.fault(path, "not-positive", "is not above zero");
    if (sign === "not-negative" && value < 0n) this.fault(path, "negative", "is below zero");
    return decimalText(value, decimalsOf(text));
  }

  /** What price 1 × size 1 is worth. Finer than money can say, and no limit on it would be exact. */
  notionalUnit(
    multiplier: string,
    { priceScale, sizeScale }: { readonly priceScale: number; readonly sizeScale: number },
    contract: ContractKind | undefined,
  ): bigint {
    const unit = notionalUnitOf(exact(multiplier), decimalsOf(multiplier), priceScale, sizeScale, contract);
    if (unit === undefined)
      this.fault("multiplier", "scale-exceeded", "price × size × multiplier can be finer than 10⁻¹²");
    return unit ?? 0n;
  }
}

/** At its own scale every canonical decimal is exact. */
function exact(text: string): bigint {
  const scaled = scaledBigint(text, decimalsOf(text));
  return scaled.ok ? scaled.value : 0n;
}
