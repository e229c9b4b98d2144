/** The order book of a symbol, how well it is known, and what it says of itself. */
import { z } from "zod";
import { BOOK_LEVELS_MAX, BOOK_STATES, CHECKSUM_STATES } from "../domain/book.ts";
import { positiveDecimal, queryInteger, symbolId } from "./common.ts";
import { depthMetrics } from "./depth-metrics.ts";
import { endpoint } from "./endpoint.ts";

/** What a ladder shows; subscribers are told as many. */
export const DEPTH_LEVELS_DEFAULT = 20;
/** Half of what is kept: about 15 KB of text. */
export const DEPTH_LEVELS_MAX = BOOK_LEVELS_MAX / 2;

/** Each is a walk over the book, twice. */
export const SWEEPS_MAX = 8;

const decimalText = z.string();
/** Decimals with commas between. */
const amounts = z
  .string()
  .transform((listed): (string | number)[] => listed.split(","))
  .pipe(z.array(positiveDecimal).max(SWEEPS_MAX));
const level = z.tuple([decimalText, decimalText]).describe("Price and size.");
const knownTo = decimalText
  .nullable()
  .describe("Up to this price every level is known; beyond it there may be more. Null where all are known.");

export const depthHealth = z.strictObject({
  crossed: z.boolean().describe("Bid above ask."),
  locked: z.boolean().describe("Bid equal to ask."),
  stale: z.boolean().describe("Nothing newer than 60 s, or nothing at all."),
  ageMs: z.int().min(0).nullable().describe("Of the newest change in the book, by its event time."),
  gaps: z
    .int()
    .min(0)
    .describe("Holes in the venue's numbers so far; each was healed by a snapshot, or waits for one."),
  checksum: z.enum(CHECKSUM_STATES).describe("Of the newest book that the venue summed up."),
  checksumFailures: z.int().min(0),
  bidsKnownTo: knownTo,
  asksKnownTo: knownTo,
  waiting: z.int().min(0).describe("Changes that wait for a snapshot."),
});

export const depthFields = {
  symbol: z.string(),
  ts: z
    .int()
    .nullable()
    .describe("Event time of the newest change in the book; null before the first snapshot."),
  seq: z.int().nullable().describe("The venue's number of it, where it counts."),
  state: z
    .enum(BOOK_STATES)
    .describe(
      "Of a `broken` book the levels are as they were before the hole, or as they were summed up; a snapshot heals it.",
    ),
  health: depthHealth,
  bids: z.array(level).describe("Best first."),
  asks: z.array(level),
  metrics: depthMetrics
    .optional()
    .describe(
      "Absent where the book is not live. `depth-metrics.<symbol>` streams it by itself, null there.",
    ),
};
export const depthReply = z.strictObject(depthFields).meta({ id: "Depth" });
export type DepthReply = z.output<typeof depthReply>;

export const getDepth = endpoint({
  method: "GET",
  path: "/v1/symbols/{symbol}/depth",
  scope: "market:read",
  summary:
    "The order book by price, stitched from depth ticks: the nearest levels of each side (at most 1,000 a side are kept), and how well the book is known. `depth.<symbol>` streams the same with 20 levels.",
  tag: "Market data",
  params: z.strictObject({ symbol: symbolId }),
  query: z.strictObject({
    levels: queryInteger
      .pipe(z.int().min(1).max(DEPTH_LEVELS_MAX))
      .optional()
      .describe(`Of each side, at most ${DEPTH_LEVELS_MAX}; ${DEPTH_LEVELS_DEFAULT} where it does not say.`),
    sweepSizes: amounts
      .optional()
      .describe(
        `Up to ${SWEEPS_MAX} sizes, with commas between, whose sweep costs are told on both sides; 10,000 of the instrument's currency where neither is asked for.`,
      ),
    sweepNotionals: amounts.optional().describe("The same by value."),
  }),
  replies: { 200: depthReply },
});
