/** Pages of mark-to-market candles of any width. */
import { z } from "zod";
import { M2M_WIDTHS } from "../domain/bar.ts";
import { barWidth, PAGE_ITEMS_MAX, plainId, queryEpochMs, queryInteger } from "./common.ts";
import { endpoint } from "./endpoint.ts";
import { m2mCandle } from "./strategies.ts";
import { isSpan, SPAN_FAULT } from "./time-window.ts";

/** As many candles as bars: a trading day of an exchange is about 390 minutes. */
export const M2M_CANDLES_DEFAULT = 300;

export const m2mQuery = z
  .strictObject({
    resolution: barWidth(M2M_WIDTHS).optional(),
    from: queryEpochMs.optional(),
    to: queryEpochMs.optional(),
    limit: queryInteger.pipe(z.int().min(1).max(PAGE_ITEMS_MAX)).optional(),
    cursor: z.string().min(1).max(512).optional(),
  })
  .refine(isSpan, SPAN_FAULT);

export const m2mPage = z.strictObject({ candles: z.array(m2mCandle), nextCursor: z.string().nullable() });

export const getStrategyM2m = endpoint({
  scope: "strategy:read",
  tag: "Strategies",
  method: "GET",
  path: "/v1/strategies/{strategy}/m2m",
  summary:
    "Mark-to-market candles, ascending, the newest 300 by default; `nextCursor` leads to older ones. Widths of a day lie on the clock of UTC, " +
    "a day is a trading day of the account. Wide ones are folded from minutes; of one that is not over the state is `forming`.",
  params: z.strictObject({ strategy: plainId }),
  query: m2mQuery,
  replies: { 200: m2mPage },
});
