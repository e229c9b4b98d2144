/** Statistics of liquidity that tests tell. */
import type { Liquidity } from "../../src/domain/liquidity.ts";

/** Statistics of a symbol without a closed session but for its version. */
export const liquidityOf = (version: number, over: Partial<Liquidity> = {}): Liquidity => ({
  ...{ version, ts: 1_700_000_000_000, sessions: 1, sessionsWithoutTrades: 0, partialSessions: 0 },
  ...{ adv20: "10", adv60: "10", intervalMinutes: 5, intervals: 0, ewmaLambda: 0.94 },
  ...{ volumeP25: null, volumeP50: null, volumeP75: null, spreadBpsMedian: null },
  ...{ volatilityDaily: null, volatilityEwma: null, amihudPerMillion: null },
  ...over,
});
