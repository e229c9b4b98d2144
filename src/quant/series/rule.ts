/**
 * Series whose bars end by what was traded and not by the clock, and how they are named: `100T` a hundred trades, `2.5V` a volume of 2.5,
 * `1000000N` a notional value of a million, `0.5R` bricks of half a unit of price. The thresholds are exact integers at the instrument's
 * scales; digits beyond those are refused, and a number is written in one way only: a name is a series.
 *
 * Trade, volume and value bars are the standard bars of M. López de Prado, "Advances in Financial Machine Learning" (2018), 2.3.1: a bar
 * ends with the trade that reaches the threshold, and the next one counts from nothing. No trade is split, so a bar may hold more.
 */
import { decimalsOf, type ScaledFailure, scaledBigint, scaledInteger } from "../../domain/decimal.ts";
import type { Instrument } from "../../domain/instrument.ts";
import { MONEY_SCALE } from "../../domain/money.ts";
import { type SeriesKind, seriesName } from "../../domain/series.ts";
import { type Contract, isInverse } from "../../domain/worth.ts";

export type SeriesRule =
  | { readonly kind: "trades"; readonly limit: number }
  /** At sizeScale. */
  | { readonly kind: "volume"; readonly limit: bigint }
  /** Of Σ price × size, at priceScale + sizeScale. */
  | { readonly kind: "value"; readonly limit: bigint }
  /** At priceScale. */
  | { readonly kind: "renko"; readonly box: number };

export type RuleFailure = "series-format" | "range" | "contract-unsupported" | ScaledFailure;
export type Ruled =
  | { readonly ok: true; readonly rule: SeriesRule }
  | { readonly ok: false; readonly code: RuleFailure; readonly detail: string };

/** More trades than the log of them holds: a bar could not be built again. */
export const TRADES_IN_BAR_MAX = 100_000;
/** So that a line and two boxes more are still safe integers. */
const BOX_MAX = 2 ** 50;

type Scales = Pick<Instrument, "priceScale" | "sizeScale" | "tickSize"> & Contract;

export function seriesRule(series: string, instrument: Scales): Ruled {
  const name = seriesName(series);
  if (name === undefined)
    return failed("series-format", "a series is a plain number and T, V, N or R, as in 100T");
  if (!/[1-9]/.test(name.size)) return failed("range", "a threshold is above zero");
  return RULES[name.kind](name.size, instrument);
}

const RULES: Readonly<Record<SeriesKind, (size: string, instrument: Scales) => Ruled>> = {
  trades: (size) => {
    if (decimalsOf(size) > 0) return failed("scale-exceeded", "trades are counted whole");
    const limit = Number(size);
    return limit > TRADES_IN_BAR_MAX
      ? failed("range", `a bar holds at most ${TRADES_IN_BAR_MAX} trades`)
      : { ok: true, rule: { kind: "trades", limit } };
  },
  volume: (size, { sizeScale }) => {
    const limit = scaledBigint(size, sizeScale);
    return limit.ok
      ? { ok: true, rule: { kind: "volume", limit: limit.value } }
      : beyond(limit.code, "sizes");
  },
  value: (size, contract) => {
    const { notionalUnit } = contract;
    // A bar sums price × size, which says nothing of what is divided by the price.
    if (isInverse(contract)) return failed("contract-unsupported", "an inverse contract has no value bars");
    const limit = scaledBigint(size, MONEY_SCALE);
    return limit.ok
      ? { ok: true, rule: { kind: "value", limit: dividedUp(limit.value, notionalUnit) } }
      : beyond(limit.code, "money");
  },
  renko: (size, { priceScale, tickSize }) => {
    const box = scaledInteger(size, priceScale);
    if (!box.ok) return beyond(box.code, "prices");
    if (box.value > BOX_MAX) return beyond("number-range", "prices");
    if (box.value < tickSize) return failed("range", "a brick is at least a tick high");
    return { ok: true, rule: { kind: "renko", box: box.value } };
  },
};

/** Σ price × size reaches this exactly where its worth reaches the other. */
const dividedUp = (value: bigint, unit: bigint): bigint => (value + unit - 1n) / unit;

const beyond = (code: RuleFailure, what: string): Ruled =>
  failed(code, `the threshold does not lie on the scale of ${what}`);
const failed = (code: RuleFailure, detail: string): Ruled => ({ ok: false, code, detail });
