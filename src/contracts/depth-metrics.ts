/** What the depth of an order book says. Prices and sizes are exact decimal text; ratios are numbers. */
import { z } from "zod";

const decimalText = z.string();
const count = z.int().min(0);
const ratio = z.number().nullable();
const imbalance = ratio.describe(
  "(bids − asks) / (bids + asks), from −1 to 1; null where nothing stands there.",
);

const unsupported = z
  .strictObject({
    unsupported: z.enum(["snapshots-only", "no-trades", "one-sided", "crossed", "inverse-contract"]),
  })
  .describe(
    "Why there is none: the feed sends whole books and no changes (none since the symbol was loaded), no trade was heard, the book has one side, it is crossed, or price × size of the contract is no money.",
  );
const notional = decimalText.nullable().describe("Null of an inverse contract.");
const near = z.strictObject({
  size: decimalText,
  notional,
  complete: z.boolean().describe("Whether every level up to there is known."),
});
const sweep = z.strictObject({
  side: z.enum(["buy", "sell"]).describe("A buyer takes asks, a seller bids."),
  size: decimalText.optional().describe("What was asked: a size, or a value in the instrument's currency."),
  notional: decimalText.optional(),
  filledSize: decimalText,
  filledNotional: notional,
  exhausted: z.boolean().describe("The book, as far as it is kept, ends before the order is filled."),
  complete: z
    .boolean()
    .describe(
      "Whether every level up to the worst price is known; else it may have cost less than is told here.",
    ),
  worstPrice: decimalText.nullable(),
  averagePrice: ratio,
  slippageMidBps: ratio.describe(
    "What the order pays more, or gets less, than at the middle, or at the touch.",
  ),
  slippageTouchBps: ratio,
});
const part = z.strictObject({ value: z.number().min(0).max(1), weight: z.number() });

export const depthMetrics = z
  .strictObject({
    ts: z.int().describe("Event time of the newest change in the book."),
    mid: decimalText.nullable().describe("Null, as all that stands on it, where the book has one side."),
    microprice: ratio.describe("(ask × bid size + bid × ask size) / (bid size + ask size)."),
    spread: z.strictObject({ absolute: decimalText, bps: z.number(), ticks: z.number() }).nullable(),
    spreadWindow: z
      .strictObject({
        windowMs: count,
        observedMs: count.describe(
          "Of the window, since the symbol was loaded; `twoSidedMs` with both sides.",
        ),
        twoSidedMs: count,
        absolute: z.number(),
        bps: z.number(),
        ticks: z.number(),
      })
      .nullable()
      .describe("The spread averaged over the last minute of event time, by how long each stood."),
    imbalance: z.strictObject({
      top1: imbalance,
      top5: imbalance,
      levels: count,
      topLevels: imbalance.describe("Of so many levels, as many as are shown."),
      reachBps: count,
      distanceWeighted: imbalance.describe(
        "A level counts fully at the middle and not at all at `reachBps` from it, in a straight line between.",
      ),
    }),
    depth: z
      .array(z.strictObject({ bps: count, bids: near, asks: near }))
      .describe("What stands within so many basis points of the middle."),
    sweeps: z.array(sweep),
    updatesPerSecond: ratio,
    resilience: z
      .union([
        z.strictObject({
          shocks: count,
          recovered: count,
          unrecovered: count,
          underWay: count,
          meanRecoveryMs: ratio,
        }),
        unsupported,
      ])
      .describe(
        "In the last minute: how often the best five levels of a side fell below half of their average over it, and how long it took until four fifths of that stood there again. After a minute a shock counts as unrecovered.",
      ),
    cancels: z
      .union([
        z.strictObject({
          addedSize: z.number(),
          removedSize: z.number(),
          tradedSize: z.number(),
          rate: ratio,
        }),
        unsupported,
      ])
      .describe(
        "In the last minute, over the levels up to which the book is known: what was added, what went, what was traded, and the share of what went that was not traded.",
      ),
    score: z
      .union([
        z.strictObject({
          version: count,
          value: z.number().min(0).max(100),
          parts: z.strictObject({ spread: part, depth: part, sweep: part, updates: part }),
        }),
        unsupported,
      ])
      .nullable()
      .describe(
        "100 × Σ weight × value. Each part is 1 at the better of two anchors, 0 at the worse, a straight line over the logarithm between: spread 1 and 100 bps; depth within 10 bps of the lighter side 1,000,000 and 1,000; a sweep of 10,000 on the dearer side, against the middle, 1 and 100 bps; 10 and 0.1 updates a second. Amounts are in the instrument's currency. Null until an update rate is known.",
      ),
  })
  .meta({ id: "DepthMetrics" });
export type DepthMetrics = z.output<typeof depthMetrics>;
