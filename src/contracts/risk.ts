/** What an account's book may lose, from the returns of its symbols' bars. */
import { z } from "zod";
import { RETURN_RESOLUTIONS } from "../domain/bar-return.ts";
import { plainId, queryInteger, symbolId } from "./common.ts";
import { endpoint } from "./endpoint.ts";
import { HORIZON_DAYS_MAX } from "./limits.ts";

const count = z.int().min(0);
const statistic = z.number().nullable();

const confidence = z
  .string()
  .regex(/^0\.\d{1,6}$/)
  .transform(Number)
  .pipe(z.number().min(0.5).lt(1));

const tail = {
  var: statistic.describe("Value at risk: positive where it is a loss."),
  es: statistic.describe("Expected shortfall: the mean of what lies beyond."),
};

export const riskReply = z
  .strictObject({
    account: plainId,
    currency: z.string(),
    confidence: z.number(),
    horizonDays: z.int(),
    sigma: statistic.describe(
      "Standard deviation of the book's value in a day, in the account's currency: that of a bar times the root of the bars of a day.",
    ),
    parametric: z.strictObject(tail),
    historical: z.strictObject({ ...tail, observations: count }),
    components: z
      .array(
        z.strictObject({
          symbol: symbolId,
          value: z.string().describe("At its larger extreme with what works, signed."),
          observations: count,
          marginal: statistic.describe(
            "What parametric value at risk grows by with one more of the currency in it.",
          ),
          component: statistic.describe("Value × marginal: all of them add up to parametric value at risk."),
          share: statistic,
        }),
      )
      .describe("The largest component first."),
    coverage: z.strictObject({
      symbols: count,
      missing: z
        .array(z.strictObject({ symbol: symbolId, observations: count }))
        .describe("Of which fewer bars are known than the account asks for: limits that need them fail."),
      columns: count.describe(
        "Bars that returns are known of; a symbol's variance is of those that it has, and by history it made nothing in the others.",
      ),
      from: z
        .int()
        .nullable()
        .describe("Slot of the oldest: of days the date, in days since 1970; else how many bars from there."),
      to: z.int().nullable(),
      barsPerDay: count,
      resolution: z.enum(RETURN_RESOLUTIONS),
      lambda: z.number(),
      minObservations: count,
      shrinkage: z
        .number()
        .describe(
          "Variance of a bar that each symbol is given on top, where there are fewer bars than symbols; else 0.",
        ),
    }),
    seq: count,
  })
  .meta({ id: "RiskNumbers" });
export type RiskReply = z.output<typeof riskReply>;

export const getRisk = endpoint({
  method: "GET",
  path: "/v1/accounts/{account}/risk",
  scope: "risk:read",
  tag: "Risk",
  summary:
    "Value at risk and expected shortfall of the account's book at `confidence` (0.99) over `horizonDays` (1), by the normal distribution and by history, and what each symbol adds to it.",
  params: z.strictObject({ account: plainId }),
  query: z.strictObject({
    confidence: confidence.optional(),
    horizonDays: queryInteger.pipe(z.int().min(1).max(HORIZON_DAYS_MAX)).optional(),
  }),
  replies: { 200: riskReply },
});
