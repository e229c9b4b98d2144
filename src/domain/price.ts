/** What the platform knows of a symbol's price: the newest trade and the newest quote. */
import type { EpochMs } from "./time.ts";

/** A price that is older than this is stale. A symbol that trades at all is quoted more often; a feed that is silent for a minute is down. */
export const PRICE_AGE_MS_MAX = 60_000;

/** Integers at the instrument's scales. A side that is not known is absent, never 0. */
export type PriceMark = {
  readonly last?: number;
  readonly lastTs?: EpochMs;
  readonly bid?: number;
  readonly ask?: number;
  readonly quoteTs?: EpochMs;
  /** Count of changes of `last` since the symbol began: gapless, so a receiver knows when it missed one. */
  readonly lastChanges: number;
};

/** The moment of the newest thing known, or undefined where nothing is. */
export function markTime(mark: PriceMark): EpochMs | undefined {
  if (mark.lastTs === undefined) return mark.quoteTs;
  return mark.quoteTs === undefined || mark.quoteTs < mark.lastTs ? mark.lastTs : mark.quoteTs;
}

export const isCrossed = (mark: Pick<PriceMark, "bid" | "ask">): boolean =>
  mark.bid !== undefined && mark.ask !== undefined && mark.bid > mark.ask;
