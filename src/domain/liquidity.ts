/** How easily an instrument trades, as of a closed session: what a symbol tells of it. */

/** Volumes are decimal text, ratios are numbers; null where there is nothing to say. */
export type Liquidity = {
  /** Rises with every change. */
  readonly version: number;
  /** When the newest session that it stands on closed: its age is counted from there. */
  readonly ts: number;
  readonly sessions: number;
  readonly sessionsWithoutTrades: number;
  readonly partialSessions: number;
  readonly adv20: string | null;
  readonly adv60: string | null;
  readonly intervalMinutes: number;
  readonly intervals: number;
  readonly volumeP25: string | null;
  readonly volumeP50: string | null;
  readonly volumeP75: string | null;
  readonly spreadBpsMedian: number | null;
  readonly volatilityDaily: number | null;
  readonly volatilityEwma: number | null;
  readonly ewmaLambda: number;
  readonly amihudPerMillion: number | null;
};
