/** Ticks in: what a venue's trades and quotes look like, and what became of them. Each tick is judged by itself. */
import { z } from "zod";
import { decimal, epochMs, plainId, symbolId } from "./common.ts";
import { BULK_BODY_BYTES_MAX, endpoint } from "./endpoint.ts";

/** More than the smallest honest ticks that an 8 MiB body can hold. */
export const TICKS_PER_REQUEST_MAX = 120_000;
/** Each symbol is one call of an actor; a Worker may make 1,000 in one request, and some are needed for other things. */
export const SYMBOLS_PER_REQUEST_MAX = 900;
/** Venues mark a print with a handful of flags of a few letters. */
const CONDITIONS_MAX = 16;
const CONDITION_UNITS_MAX = 32;
/** A line of a log. */
const REASON_UNITS_MAX = 128;
/** Levels of one side in one message; the deepest public books have 5,000. */
export const DEPTH_TICK_LEVELS_MAX = 5_000;

/** Venues write prices and sizes with at most so many. */
const DECIMALS_MAX = 18;
/** 32 bits; some venues tell them with a sign. */
const CHECKSUM_MAX = 2 ** 32 - 1;

/** Why a tick was rejected, where the fault is not one of shape (`required`, `type`, `unknown-field`, `range`, …). */
const TICK_CODES = [
  "symbol-unknown",
  "type-unsupported",
  "price-not-positive",
  "size-not-positive",
  "size-negative",
  "scale-exceeded",
  "number-range",
  "ts-range",
  "ts-future",
  "trade-unknown",
  "sequence-required",
  "overloaded",
] as const;

const coded = (code: string, message: string) => ({ message, params: { code } });
// Canonical text: a sign means below zero, or a zero that pretends to be.
const isPositive = (text: string): boolean => !text.startsWith("-") && /[1-9]/.test(text);
const isNegative = (text: string): boolean => text.startsWith("-") && /[1-9]/.test(text);

const price = decimal.refine(isPositive, coded("price-not-positive", "a price is above zero"));
const size = decimal.refine(isPositive, coded("size-not-positive", "a size is above zero"));
const restingSize = decimal.refine(
  (text) => !isNegative(text),
  coded("size-negative", "a size is not below zero"),
);
const sequence = z.int().min(0);
const level = z.tuple([price, restingSize]);
const side = z.array(level).max(DEPTH_TICK_LEVELS_MAX);
const base = { symbol: symbolId, ts: epochMs };

const tradeFields = z.strictObject({
  type: z.literal("trade"),
  ...base,
  price,
  size: size.optional(),
  dayVolume: restingSize
    .optional()
    .describe(
      "In place of `size`: the volume of the trading day so far, this trade included, as this source counts it.",
    ),
  id: plainId
    .optional()
    .describe("The venue's own: a trade whose id the symbol has taken before is a duplicate."),
  seq: sequence
    .optional()
    .describe("Order within the source; without an id, `(source, seq)` tells a duplicate."),
  conditions: z
    .array(z.string().min(1).max(CONDITION_UNITS_MAX))
    .max(CONDITIONS_MAX)
    .optional()
    .describe(
      "Flags of the venue, or words of ours: they say whether the trade counts for open and close, for high and low, for volume.",
    ),
});
export const tradeTick = tradeFields
  .refine(({ size, dayVolume }) => size !== undefined || dayVolume !== undefined, {
    ...coded("required", "a trade has a size, or the volume of its day so far"),
    path: ["size"],
  })
  .refine(({ size, dayVolume }) => size === undefined || dayVolume === undefined, {
    ...coded("field-combination", "a trade has a size or the volume of its day so far, not both"),
    path: ["dayVolume"],
  });
/** Bid above ask is taken: the market is crossed, and such a quote prices nothing. */
export const quoteTick = z.strictObject({
  type: z.literal("quote"),
  ...base,
  bid: price,
  bidSize: restingSize,
  ask: price,
  askSize: restingSize,
  seq: sequence.optional(),
});
const decimals = z.int().min(0).max(DECIMALS_MAX);
const checksum = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("kraken"),
    value: z.int().min(0).max(CHECKSUM_MAX),
    priceDecimals: decimals.describe("In which the venue writes prices of this pair; sizes likewise."),
    sizeDecimals: decimals,
  }),
  z.strictObject({ kind: z.literal("okx"), value: z.int().min(-CHECKSUM_MAX).max(CHECKSUM_MAX) }),
]);
export const depthTick = z
  .strictObject({
    type: z.literal("depth"),
    ...base,
    snapshot: z
      .boolean()
      .optional()
      .describe(
        "The book is this and nothing else. Else levels that have changed: size 0 where one has gone.",
      ),
    bids: side,
    asks: side,
    firstSeq: sequence
      .optional()
      .describe(
        "The venue's numbers of the first and the last change in here; of a snapshot the last alone.",
      ),
    lastSeq: sequence.optional(),
    prevSeq: sequence
      .optional()
      .describe(
        "Where the venue names the last number of the message before; its numbers need not be gapless then.",
      ),
    checksum: checksum
      .optional()
      .describe(
        "What the venue sums up of the book behind this message. Another sum of ours breaks the book.",
      ),
    levelsKept: z
      .int()
      .min(1)
      .max(DEPTH_TICK_LEVELS_MAX)
      .optional()
      .describe(
        "Of a snapshot: the venue tells of so many levels a side, and one that falls out of them goes without a word.",
      ),
  })
  .refine(({ lastSeq, firstSeq, prevSeq }) => lastSeq !== undefined || (firstSeq ?? prevSeq) === undefined, {
    ...coded("required", "what has a number of its first change has one of its last"),
    path: ["lastSeq"],
  })
  .refine(({ lastSeq = 0, firstSeq = 0 }) => firstSeq <= lastSeq, {
    ...coded("range", "the first change is not behind the last"),
    path: ["firstSeq"],
  })
  .refine(({ snapshot, levelsKept }) => snapshot === true || levelsKept === undefined, {
    ...coded("field-combination", "a snapshot says how many levels are told of"),
    path: ["levelsKept"],
  });
export const cancelTick = z.strictObject({ type: z.literal("cancel"), ...base, id: plainId });
export const correctTick = z.strictObject({
  type: z.literal("correct"),
  ...base,
  id: plainId,
  price: price.optional(),
  size: size.optional(),
});

/**
 * The feed has not delivered all that happened between `from` and `to`, both included: so many trades, or it cannot say how many. With `filled`
 * it has delivered since what was missing there.
 */
export const gapTick = z
  .strictObject({
    type: z.literal("gap"),
    ...base,
    from: epochMs,
    to: epochMs,
    reason: z.string().min(1).max(REASON_UNITS_MAX),
    missing: z.int().min(1).optional(),
    filled: z.boolean().optional(),
  })
  .refine(({ ts, from, to }) => from <= to && to <= ts, {
    ...coded("range", "a gap begins before it ends, and has ended when it is told"),
    path: ["to"],
  });

export const tick = z
  .discriminatedUnion("type", [tradeTick, quoteTick, depthTick, cancelTick, correctTick, gapTick])
  .meta({ id: "Tick" });
export type Tick = z.output<typeof tick>;

const end = z
  .array(symbolId)
  .min(1)
  .max(SYMBOLS_PER_REQUEST_MAX)
  .refine(
    (symbols) => new Set(symbols).size === symbols.length,
    coded("duplicate-key", "a symbol is named twice"),
  )
  .meta({ description: "Symbols whose feed ends after these ticks: their forming bars become final." })
  .optional();

/** What the API documents. The route reads `ticksEnvelope` instead: one bad tick never fails the others. */
export const ticksBody = z.strictObject({
  source: plainId,
  ticks: z.array(tick).max(TICKS_PER_REQUEST_MAX),
  end,
});
export const ticksEnvelope = z.strictObject({
  source: plainId,
  ticks: z.array(z.unknown()).max(TICKS_PER_REQUEST_MAX),
  end,
});

/** accepted + duplicates + late + rejected = sent. */
export const ticksReply = z.strictObject({
  accepted: z.int().min(0),
  duplicates: z.int().min(0),
  late: z
    .int()
    .min(0)
    .describe("Beyond the late horizon: kept in the late ledger (depth is not), in no bar."),
  rejected: z.array(
    z.strictObject({
      index: z.int().min(0).describe("Place of the tick in the request, from 0."),
      code: z.string().meta({ examples: [...TICK_CODES] }),
      detail: z.string(),
      retryable: z.boolean().optional().describe("The same tick may be sent again later."),
    }),
  ),
  wanted: z
    .array(z.strictObject({ symbol: symbolId, type: z.literal("depth-snapshot") }))
    .optional()
    .describe(
      "Symbols of this request whose order book does not go on, or knows too little, without a snapshot of the venue.",
    ),
  ended: z
    .array(symbolId)
    .optional()
    .describe(
      "Where the request had `end`: those of its symbols whose bars are closed. The others may be sent again.",
    ),
});
export type TicksReply = z.output<typeof ticksReply>;

export const postTicks = endpoint({
  method: "POST",
  path: "/v1/ticks",
  scope: "market:write",
  summary:
    "Takes ticks of any symbols, durably; as NDJSON the source comes in the header X-Source. With `end` (JSON only) the feeds of the named symbols end after these ticks: every forming bar of theirs becomes final, and later ticks revise it; `ended` names those that are done, and the others (overloaded, or a tick of theirs was rejected as retryable) may be sent again. An unknown symbol in `end` fails the whole request (422, `end.<n>` `symbol-unknown`), and so do more than 900 symbols in ticks and `end` together. A trade has a `size`, or `dayVolume`, from which its size follows; its `conditions` say what it counts for, and an unknown one counts as regular. A cancel or a correction names a trade by its `id` and is taken once: `trade-unknown` where no such trade stands. A gap says that the source has not delivered all between two moments, and with `filled` that it has since. Depth becomes the order book of the symbol: a snapshot, and the changes that go on from it by the venue's numbers (`lastSeq` = 1 more than the last; overlapping is fine). What comes before a snapshot waits for it; behind a hole in the numbers, or a `checksum` that is not ours, the book is `broken` until the next snapshot, which the reply asks for in `wanted`. A venue without numbers is taken by time; a change without a number for a book that has one is rejected `sequence-required`.",
  tag: "Market data",
  headers: z.strictObject({ "x-source": plainId.optional() }),
  body: { schema: ticksBody, line: tick, media: ["json", "ndjson"], bytesMax: BULK_BODY_BYTES_MAX },
  replies: { 200: ticksReply },
});
