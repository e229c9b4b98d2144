/** The gap ledger of a symbol: where its feed told that something is missing, and where nothing came although its market was open. */
import { z } from "zod";
import { GAP_KINDS } from "../domain/gap.ts";
import { listOf, listQuery, queryEpochMs, symbolId } from "./common.ts";
import { endpoint } from "./endpoint.ts";

export const gap = z
  .strictObject({
    /** Its place in the ledger of this symbol, from 1. */
    number: z.int().min(1),
    /** A silence was told by nobody; the others count the missing trades, or cannot. */
    kind: z.enum(GAP_KINDS),
    /** Event times between which something is missing, both included. */
    from: z.int(),
    to: z.int(),
    /** Who told it, and in which words; absent for a silence. */
    source: z.string().optional(),
    reason: z.string().optional(),
    /** Trades. */
    missing: z.int().min(1).optional(),
    /** When it came to the ledger, and when the feed said that everything in it has been delivered since. */
    foundAt: z.int(),
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
      /** Inclusive. */
      from: queryEpochMs.optional(),
      /** Exclusive; it may lie in the future. */
      to: queryEpochMs.optional(),
    })
    .refine(({ from, to }) => from === undefined || to === undefined || from < to, {
      message: "from lies before to",
      path: ["from"],
      params: { code: "range" },
    }),
  replies: { 200: listOf(gap) },
});
