/** The gap ledger of a symbol: where its feed told that something is missing, and where nothing came although its market was open. */
import { z } from "zod";
import { GAP_KINDS } from "../domain/gap.ts";
import { listOf, listQuery, queryEpochMs, symbolId } from "./common.ts";
import { endpoint } from "./endpoint.ts";
import { isSpan, SPAN_FAULT } from "./time-window.ts";

export const gap = z
  .strictObject({
    number: z.int().min(1).describe("Its place in the ledger of this symbol, from 1."),
    kind: z
      .enum(GAP_KINDS)
      .describe("A silence was told by nobody; the others count the missing trades, or cannot."),
    from: z.int().describe("Event times between which something is missing, both included."),
    to: z.int(),
    source: z.string().optional().describe("Who told it, and in which words; absent for a silence."),
    reason: z.string().optional(),
    missing: z.int().min(1).optional().describe("Trades."),
    foundAt: z
      .int()
      .describe(
        "When it came to the ledger, and when the feed said that everything in it has been delivered since.",
      ),
    filledAt: z.int().optional(),
  })
  .meta({ id: "Gap" });

export const listGaps = endpoint({
  method: "GET",
  path: "/v1/symbols/{symbol}/gaps",
  scope: "market:read",
  summary:
    "The newest 1,000 entries of the gap ledger that reach into [from, to), the last found first. Bars that an unfilled `feed` or `sequence` gap overlaps are `partial`.",
  tag: "Market data",
  params: z.strictObject({ symbol: symbolId }),
  query: listQuery
    .extend({
      from: queryEpochMs.optional().describe("Inclusive."),
      to: queryEpochMs.optional().describe("Exclusive; it may lie in the future."),
    })
    .refine(isSpan, SPAN_FAULT),
  replies: { 200: listOf(gap) },
});
