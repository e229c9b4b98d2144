/** Margin of a line: the part of its value that reference data asks for. */
import { decimalsOf, divideHalfEven, scaledBigint } from "../../src/domain/decimal.ts";
import type { Instrument } from "../../src/domain/instrument.ts";

/** A part of one, `times / over`. */
export type MarginRate = { readonly times: bigint; readonly over: bigint };

/** Where reference data states none, all of it. */
const ALL: MarginRate = { times: 1n, over: 1n };

/** What its larger extreme asks for, with its working orders. */
export const marginShare = (gross: bigint, instrument: Instrument | undefined): bigint =>
  shareOf(gross, initialRateOf(instrument));

export const shareOf = (value: bigint, { times, over }: MarginRate): bigint =>
  times === over ? value : divideHalfEven(value * times, over, 0);

/** Read once of each version of an instrument. */
const INITIAL_RATES = new WeakMap<Instrument, MarginRate>();

export function initialRateOf(instrument: Instrument | undefined): MarginRate {
  if (instrument === undefined) return ALL;
  const known = INITIAL_RATES.get(instrument);
  if (known !== undefined) return known;
  const rate = rateOf(instrument.marginInitial);
  INITIAL_RATES.set(instrument, rate);
  return rate;
}

export function rateOf(text: string | undefined): MarginRate {
  if (text === undefined) return ALL;
  const decimals = decimalsOf(text);
  const times = scaledBigint(text, decimals);
  return times.ok ? { times: times.value, over: 10n ** BigInt(decimals) } : ALL;
}
