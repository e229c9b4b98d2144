/** What the curve of profit of a strategy, or of a group, and its trades say. What each number is: `src/quant/performance/README.md`. */
import { z } from "zod";
import { epochMs, plainId, positiveDecimal, queryEpochMs } from "./common.ts";
import { endpoint } from "./endpoint.ts";
import { isSpan, SPAN_FAULT } from "./time-window.ts";

/** In money, and in percent of the capital with what had been made on top of it; null where no capital was named. */
const decline = z
  .strictObject({
    amount: z.string(),
    percent: z.number().nullable(),
    from: epochMs.nullable().describe("Start of the minute in which it began; null where there is none."),
    to: epochMs.nullable(),
  })
  .meta({ id: "Decline" });

export const statistics = z
  .strictObject({
    strategy: z.string().describe("Of a group its topics' name: `group:<id>`."),
    currency: z.string(),
    from: epochMs
      .nullable()
      .describe("Start of the first trading day that is counted; null where there is none."),
    to: epochMs.nullable().describe("End of the last one, or event time where that day is not over."),
    days: z.int().min(0).describe("Trading days that are over: what `sharpe` and `sortino` stand on."),
    daysOfYear: z.literal([252, 365]),
    change: z.string().describe("Of total profit over these days."),
    maxDrawdown: decline,
    maxRunUp: decline,
    currentDrawdown: decline,
    sharpe: z.number().nullable(),
    sortino: z.number().nullable(),
    fills: z.int().min(0),
    traded: z.string().describe("Σ |value of fills|."),
    trips: z.int().min(0).describe("Round trips that have ended, of each leg from flat to flat."),
    wins: z.int().min(0),
    losses: z.int().min(0),
    won: z.string(),
    lost: z.string(),
    hitRate: z.number().nullable(),
    profitFactor: z.number().nullable(),
    averageWin: z.number().nullable(),
    averageLoss: z.number().nullable(),
    averageGross: z.number().nullable().describe("Gross exposure, averaged over the time with a position."),
    turnover: z.number().nullable().describe("`traded` / `averageGross`."),
    turnoverOfCapital: z.number().nullable(),
    exposureTime: z.number().nullable().describe("Share of the time with a position."),
  })
  .meta({ id: "Statistics" });
export type StatisticsObject = z.input<typeof statistics>;

export const statisticsQuery = z
  .strictObject({
    from: queryEpochMs
      .optional()
      .describe("Trading days that begin then or later. All that are kept unless given."),
    to: queryEpochMs.optional().describe("Trading days that begin before."),
    capital: positiveDecimal
      .optional()
      .describe(
        "What it is run with, in the account's currency: percents and `turnoverOfCapital` are of it.",
      ),
  })
  .refine(isSpan, SPAN_FAULT);
export type StatisticsQuery = z.output<typeof statisticsQuery>;

export const getStrategyStatistics = endpoint({
  scope: "strategy:read",
  tag: "Strategies",
  method: "GET",
  path: "/v1/strategies/{strategy}/statistics",
  summary:
    "Drawdown, run-up, Sharpe and Sortino, round trips, turnover and exposure over trading days, at most the newest 4,000; null where a number does not exist.",
  params: z.strictObject({ strategy: plainId }),
  query: statisticsQuery,
  replies: { 200: statistics },
});
