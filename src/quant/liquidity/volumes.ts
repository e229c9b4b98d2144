/** How much is traded: in a session on average, and in an interval as a rule. */
import { decimalText, divideHalfEven } from "../../domain/decimal.ts";
import type { Session } from "./session.ts";

/** As an average price of a bar has it. */
const AVERAGE_SCALE = 8;

/** Mean volume of the newest `count` sessions, or of as many as there are: those without a trade count as 0. Null where there is none. */
export function averageVolume(sessions: readonly Session[], count: number, scale: number): string | null {
  const newest = sessions.slice(-count);
  if (newest.length === 0) return null;
  const sum = newest.reduce((total, { volume }) => total + volume, 0n);
  const unit = 10n ** BigInt(scale);
  return decimalText(divideHalfEven(sum, BigInt(newest.length) * unit, AVERAGE_SCALE), AVERAGE_SCALE);
}

/** The smallest amount that at least so many of a hundred do not exceed (nearest rank): always one of them. `ascending` is not empty. */
export const percentile = (ascending: readonly bigint[], percent: number): bigint =>
  ascending[Math.max(0, Math.ceil((percent / 100) * ascending.length) - 1)] ?? 0n;

/** All intervals of these sessions whose intervals are known, ascending. */
export const intervalsOf = (sessions: readonly Session[]): readonly bigint[] =>
  sessions
    .flatMap(({ intervals }) => intervals ?? [])
    .sort((one, other) => (one < other ? -1 : one > other ? 1 : 0));
