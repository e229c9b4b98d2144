/** Random lines: their terms, and what is booked in them, in the product's integers and in the oracle's decimals. */
import { decimalText } from "../../../src/domain/decimal.ts";
import { notionalUnitOf } from "../../../src/domain/instrument.ts";
import { type Money, money, moneyText } from "../../../src/domain/money.ts";
import type { Contract } from "../../../src/domain/worth.ts";
import type { Entry } from "../../../src/quant/money/entry.ts";
import type { OracleEntry, OracleTerms } from "./oracle.ts";

/** A whole number below. */
export type Random = (below: number) => number;

export type Terms = {
  readonly contract: Contract;
  readonly oracle: OracleTerms;
  readonly priceScale: number;
  readonly sizeScale: number;
};
/** One thing, in both languages. */
export type Both = { readonly entry: Entry; readonly told: OracleEntry };

/** Multiplier, decimals of price and of size: from whole shares to what is as fine as money. */
const LINEAR = [
  ["1", 2, 0],
  ["50", 2, 0],
  ["0.01", 2, 4],
  ["1", 8, 4],
  ["3", 0, 5],
] as const;
const INVERSE = [
  ["100", 1, 0],
  ["1", 1, 2],
  ["10", 3, 0],
  ["1", 0, 8],
] as const;

export function termsBy(random: Random): Terms {
  const inverse = random(3) === 0;
  const kinds = inverse ? INVERSE : LINEAR;
  const [multiplier, priceScale, sizeScale] = kinds[random(kinds.length)] ?? LINEAR[0];
  const digits = multiplier.replace(".", "");
  const decimals = multiplier.split(".")[1]?.length ?? 0;
  const kind = inverse ? "inverse" : "linear";
  const notionalUnit = notionalUnitOf(BigInt(digits), decimals, priceScale, sizeScale, kind);
  if (notionalUnit === undefined) throw new Error("terms that no instrument has");
  return {
    contract: inverse ? { notionalUnit, contract: "inverse" } : { notionalUnit },
    oracle: { multiplier, inverse, sizeDecimals: sizeScale },
    priceScale,
    sizeScale,
  };
}

export class LineStory {
  readonly terms: Terms;
  readonly #random: Random;
  #price: number;
  #now = 1_000;
  #count = 0;

  constructor(terms: Terms, random: Random) {
    this.terms = terms;
    this.#random = random;
    this.#price = 1 + random(100_000);
  }

  /** The next thing that is booked; sometimes of before. */
  next(): Both {
    const random = this.#random;
    this.#now += random(3);
    this.#count += 1;
    const ts = random(6) === 0 ? this.#now - random(12) : this.#now;
    const id = `e${this.#count}`;
    const fate = random(40);
    if (fate < 30) return this.#fill(id, ts);
    if (fate < 34) return this.#cash(id, ts);
    return fate < 37 ? this.#adjustment(id, ts) : this.#split(id, ts);
  }

  /** What a correction says instead, of the fill's own side. */
  correction(): { readonly qty: number; readonly price: number; readonly fee: Money } {
    return { qty: this.#size(), price: this.#nextPrice(), fee: this.#money() };
  }

  priceText = (price: number): string => decimalText(price, this.terms.priceScale);
  qtyText = (qty: bigint): string => decimalText(qty, this.terms.sizeScale);

  /** Twice a price near the last one: between two prices as often as not. */
  doubledMark(): number {
    return Math.max(1, 2 * this.#price + this.#random(41) - 20);
  }

  #fill(id: string, ts: number): Both {
    const [qty, price, fee] = [this.#signedSize(), this.#nextPrice(), this.#money()];
    const told = { qty: this.qtyText(qty), price: this.priceText(price), fee: moneyText(fee) };
    return {
      entry: { kind: "fill", id, ts, qty, price, fee },
      told: { kind: "trade", id, ts, ...told },
    };
  }

  #adjustment(id: string, ts: number): Both {
    const qty = this.#random(3) === 0 ? 0n : this.#signedSize();
    const value = money(qty === 0n ? 0n : this.#sign() * BigInt(this.#random(10 ** 9)) * 1_000_003n);
    const [fee, realised, funding] = [this.#money(), this.#money(), this.#money()];
    const amounts = { fee: moneyText(fee), realised: moneyText(realised), funding: moneyText(funding) };
    return {
      entry: { kind: "adjustment", id, ts, qty, price: 0, value, fee, realised, funding },
      told: {
        ...{ kind: "trade", id, ts, qty: this.qtyText(qty), price: "0" },
        ...{ value: moneyText(value), ...amounts },
      },
    };
  }

  #cash(id: string, ts: number): Both {
    const [funding, fees] = [this.#money(), this.#money()];
    return {
      entry: { kind: "cash", id, ts, funding, fees },
      told: { kind: "cash", id, ts, funding: moneyText(funding), fees: moneyText(fees) },
    };
  }

  #split(id: string, ts: number): Both {
    const [from, to] = [1 + this.#random(10), 1 + this.#random(10)];
    const price = 1 + this.#random(5_000);
    return {
      entry: { kind: "split", id, ts, from: BigInt(from), to: BigInt(to), price },
      told: { kind: "split", id, ts, from, to, price: this.priceText(price) },
    };
  }

  /** Often one of few sizes, so that positions close to nothing and lots are alike. */
  #size(): number {
    return this.#random(2) === 0 ? 1 + this.#random(4) : 1 + this.#random(5_000);
  }

  #signedSize(): bigint {
    return BigInt(this.#size()) * (this.#random(2) === 0 ? 1n : -1n);
  }

  /** What is owned may have been paid for: a cost below zero is floored another way. */
  #sign(): bigint {
    return !this.terms.oracle.inverse && this.#random(4) === 0 ? -1n : 1n;
  }

  /** Sometimes below zero, which a linear contract may be; the same one twice as often as not. */
  #nextPrice(): number {
    if (this.#random(2) === 0) return this.#price;
    this.#price = Math.max(1, this.#price + this.#random(201) - 100);
    const isBelow = !this.terms.oracle.inverse && this.#random(50) === 0;
    return isBelow ? -this.#price : this.#price;
  }

  #money(): Money {
    return this.#random(3) === 0 ? money(0n) : money(BigInt(this.#random(2_000_001) - 1_000_000));
  }
}
