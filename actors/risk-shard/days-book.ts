/**
 * How many days of average volume each line of the book is, the longest first: an order, a fill or new statistics change it by one
 * line. It is kept only where a limit asks for the worst of the whole book.
 */
import type { Symbol } from "../../src/domain/ids.ts";
import { put, type Trail } from "./changes.ts";
import type { DaysBook } from "./days-records.ts";
import { extremesOf, grossOf } from "./extremes.ts";
import { FINER, liquidityNumbers } from "./liquidity-numbers.ts";
import type { Line, RiskState } from "./state.ts";

/** Of one day of all that is traded: small enough that what is rounded up here is not seen in a number of six decimals. */
export const DAYS_UNIT = 10n ** 18n;
/** Later than any moment: what is left to it ranks the earliest first. */
const NEVER = 10n ** 16n;

/** Of the book but for one symbol. */
export type DaysBeside = {
  readonly longest: bigint;
  /** The first moment at which one of the statistics is too old. */
  readonly until: bigint;
  readonly isWhole: boolean;
};

/** After its line, its statistics or its reference data have changed. */
export function rankDays(
  { liquidity, instruments }: RiskState,
  days: DaysBook | undefined,
  symbol: Symbol,
  line: Line | undefined,
  trail?: Trail,
): void {
  if (days === undefined) return;
  const gross = line === undefined ? 0n : grossOf(extremesOf(line));
  const [statistics, instrument] = [liquidity.get(symbol), instruments.get(symbol)];
  const numbers =
    statistics === undefined || instrument === undefined
      ? undefined
      : liquidityNumbers(statistics, instrument);
  const { adv, until = 0 } = numbers ?? {};
  const isKnown = gross > 0n && adv !== undefined;
  days.longest.rank(symbol, isKnown ? daysOf(gross, adv) : 0n, trail);
  days.oldest.rank(symbol, isKnown ? NEVER - BigInt(until) : 0n, trail);
  put(days.unknown, symbol, gross > 0n && !isKnown ? true : undefined, trail);
}

export function daysBeside({ longest, oldest, unknown }: DaysBook, symbol: string): DaysBeside {
  const own = Number((unknown as ReadonlyMap<string, true>).has(symbol));
  const until = NEVER - oldest.largestBut(symbol);
  return { longest: longest.largestBut(symbol), until, isWhole: unknown.size === own };
}

/** Rounded up. `adv` has `FINER` more decimals. */
export const daysOf = (gross: bigint, adv: bigint): bigint => (gross * FINER_DAYS + adv - 1n) / adv;

/** Whether `daysOf` is above `bound`, without the division. */
export const areDaysAbove = (gross: bigint, adv: bigint, bound: bigint): boolean =>
  gross * FINER_DAYS > bound * adv;

const FINER_DAYS = FINER * DAYS_UNIT;
