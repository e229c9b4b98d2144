/** A symbol's statistics of liquidity as checks compare them: integers, worked out once for each version that it tells. */
import { scaledBigint } from "../../src/domain/decimal.ts";
import type { Instrument } from "../../src/domain/instrument.ts";
import type { Liquidity } from "../../src/domain/liquidity.ts";
import { DAY_MS } from "../../src/domain/time.ts";
import { barCalendarOf } from "../../src/quant/bar-calendar.ts";

/** What an average volume has more of than a quantity, so that nothing is lost by rounding it down. */
export const FINER = 10n ** 6n;
/** A daily volatility of one. */
export const VOLATILITY_UNIT = 10n ** 9n;
/** Statistics may be behind by so many sessions: a feed that was away for a long weekend. */
export const LIQUIDITY_SESSIONS_MAX = 4;
/** Where no session is known that far ahead: as many days, and one. */
const LIQUIDITY_MS_MAX = 5 * DAY_MS;
/** No holidays are longer. */
const DAYS_AHEAD_MAX = 30;

/** Undefined where nothing is known, or nothing is traded: nothing can be a part of it. */
export type LiquidityNumbers = {
  /** At the instrument's sizeScale, times `FINER`; rounded down. */
  readonly adv: bigint | undefined;
  /** The median volume of an interval, alike. */
  readonly interval: bigint | undefined;
  /** Of a day's returns, in `VOLATILITY_UNIT`; rounded up. */
  readonly volatility: bigint | undefined;
  /** From then on it is too old. */
  readonly until: number;
};

type Known = { readonly instrument: Instrument; readonly numbers: LiquidityNumbers };
const KNOWN = new WeakMap<Liquidity, Known>();

export function liquidityNumbers(liquidity: Liquidity, instrument: Instrument): LiquidityNumbers {
  const known = KNOWN.get(liquidity);
  if (known?.instrument === instrument) return known.numbers;
  const { adv20, volumeP50, volatilityDaily, ts } = liquidity;
  const numbers = {
    adv: volumeOf(adv20, instrument),
    interval: volumeOf(volumeP50, instrument),
    volatility: volatilityOf(volatilityDaily),
    until: freshUntil(ts, instrument),
  };
  KNOWN.set(liquidity, { instrument, numbers });
  return numbers;
}

/** The most decimals that a decimal has. */
const TEXT_SCALE = 18;
const FINER_SCALE = 6;

function volumeOf(text: string | null, { sizeScale }: Instrument): bigint | undefined {
  if (text === null) return undefined;
  const volume = scaledBigint(text, TEXT_SCALE);
  if (!volume.ok) return undefined;
  const fewer = TEXT_SCALE - sizeScale - FINER_SCALE;
  const scaled = fewer >= 0 ? volume.value / 10n ** BigInt(fewer) : volume.value * 10n ** BigInt(-fewer);
  return scaled > 0n ? scaled : undefined;
}

function volatilityOf(volatility: number | null): bigint | undefined {
  if (volatility === null || !Number.isFinite(volatility) || volatility < 0) return undefined;
  const scaled = Math.ceil(volatility * Number(VOLATILITY_UNIT));
  return Number.isSafeInteger(scaled) ? BigInt(scaled) : undefined;
}

/** When the session closes that comes after as many as it may be behind. */
function freshUntil(ts: number, instrument: Instrument): number {
  const calendar = barCalendarOf(instrument);
  const { day: newest } = calendar.dayAt(ts - 1);
  let sessions = 0;
  for (let day = newest + 1; day <= newest + DAYS_AHEAD_MAX; day++) {
    const { stretches, closesAt } = calendar.daySpanOn(day);
    if (stretches.length > 0 && ++sessions > LIQUIDITY_SESSIONS_MAX) return closesAt;
  }
  return ts + LIQUIDITY_MS_MAX;
}
