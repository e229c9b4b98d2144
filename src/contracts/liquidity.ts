/** How easily an instrument trades, from its closed sessions. */
import { z } from "zod";
import { symbolId } from "./common.ts";
import { endpoint } from "./endpoint.ts";

const count = z.int().min(0);
const volume = z.string().nullable();
const ratio = z.number().nullable();

export const liquidityReply = z
  .strictObject({
    symbol: z.string(),
    currency: z.string(),
    version: count.describe(
      "Rises with every change of what follows; 0 before the first session has closed.",
    ),
    ts: z
      .int()
      .nullable()
      .describe(
        "When the newest session that this stands on closed, by event time; null before the first has.",
      ),
    ageMs: count.nullable(),
    sessions: count.describe(
      "Closed sessions of the newest 60 that are counted. One without a trade is; one without a trade that an unfilled gap overlaps is not, since nobody knows what was traded.",
    ),
    sessionsWithoutTrades: count,
    partialSessions: count.describe("Of which something is known to be missing, the first one among them."),
    adv20: volume.describe(
      "Mean volume of the newest 20 sessions, or of as many as there are; sessions without a trade count as 0. At 8 decimals, ties to even. The volume of a session is that of its whole trading day. Adjusted for splits and bonus issues, as all volumes and closes here.",
    ),
    adv60: volume,
    intervalMinutes: count.describe(
      "Intervals of open hours, counted from where trading begins; without a trade their volume is 0.",
    ),
    intervals: count.describe("Of the newest 20 sessions, as far as their intervals are known."),
    volumeP25: volume.describe("Percentiles of the volumes of these intervals, by nearest rank."),
    volumeP50: volume,
    volumeP75: volume,
    spreadBpsMedian: ratio.describe(
      "Median over the open time of the newest 20 sessions in which a fresh quote stood, to 1 % of itself. A quote stands until the next, at most 60 s; a crossed one does not count.",
    ),
    volatilityDaily: ratio.describe(
      "Sample standard deviation of the logarithms of close to close returns in the newest 20 sessions, for one session, as a fraction. A session without a trade has no return, and the next spans both.",
    ),
    volatilityEwma: ratio.describe(
      "Root of the weighted mean of their squares in the newest 60 sessions; each weighs `ewmaLambda` of the one after it.",
    ),
    ewmaLambda: z.number(),
    amihudPerMillion: ratio.describe(
      "Mean of |return| for each million of the currency that was traded, in the newest 20 sessions; those without a return or a value are left out.",
    ),
  })
  .meta({ id: "Liquidity" });
export type LiquidityReply = z.output<typeof liquidityReply>;

export const getLiquidity = endpoint({
  method: "GET",
  path: "/v1/symbols/{symbol}/liquidity",
  scope: "market:read",
  summary:
    "Statistics of the symbol's liquidity as of its newest closed session. They change when a session closes, and when one of those that they stand on is revised; imported bars are not in them.",
  tag: "Market data",
  params: z.strictObject({ symbol: symbolId }),
  replies: { 200: liquidityReply },
});
