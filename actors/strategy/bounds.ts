/** How large each collection of a strategy may grow, and what happens there. */
import { BULK_BODY_BYTES_MAX } from "../../src/contracts/endpoint.ts";
import { MINUTE_MS } from "../../src/domain/time.ts";
import type { Bound } from "../runtime/bounds.ts";
import { inboxBound } from "../runtime/inbox.ts";
import type { LaneBounds } from "../runtime/mailbox.ts";
import { OUTBOX_FACTS_MAX, outboxBounds } from "../runtime/outbox.ts";
import { timersBound } from "../runtime/timers.ts";

/** Four times the legs that may be declared: options that expire leave room for the next series. */
export const LEGS_MAX = 2_000;
/** Moments are kept for so long, to be folded again: as far back as late ticks revise bars. */
export const HORIZON_MS = 15 * MINUTE_MS;
/** About 4 MB in memory, and at 20 changes a second a quarter of an hour. */
export const MOMENTS_MAX = 20_000;
/** At the bound a quarter leaves at once, so that the cost of leaving is paid seldom. */
export const MOMENTS_LEAVING = MOMENTS_MAX / 4;
/** Holes in the price history are rare and merge; more of them than this is one long hole. */
export const SPANS_MAX = 64;
/** 50 hours of a market that never sleeps: what a chart shows at once. */
export const CANDLES_MAX = 3_000;
/** Trimming waits until this many rows are over, so that a delete pays for many inserts. */
export const CANDLES_SLACK = 64;
/** The horizon of 15 minutes, the minute that is forming, and one on each side that a boundary can cut. */
export const CLOSED_MAX = 18;

export const BOUNDS: readonly Bound[] = [
  {
    collection: "state:legs",
    max: LEGS_MAX,
    unit: "entries",
    atBound:
      "Flat legs that are no longer declared leave, their realised result stays in the total; where none can leave, news is refused `too-many` and waits at the account.",
  },
  {
    collection: "memory:moments",
    max: MOMENTS_MAX,
    unit: "entries",
    atBound:
      "The oldest quarter is folded for good; what comes later for that time counts late and marks its candles `sampled`.",
  },
  {
    collection: "state:spans",
    max: SPANS_MAX,
    unit: "entries",
    atBound:
      "The two that are nearest to each other merge, so that candles between them are marked `sampled` too.",
  },
  {
    collection: "state:closed",
    max: CLOSED_MAX,
    unit: "entries",
    atBound: "Candles older than the horizon leave memory; they stay in the table.",
  },
  {
    collection: "memory:subscribed",
    max: LEGS_MAX,
    unit: "entries",
    atBound: "As the legs: only a leg is ever subscribed.",
  },
  { collection: "table:strategy", max: 1, unit: "rows", atBound: "One row by its key." },
  { collection: "table:timeline", max: 1, unit: "rows", atBound: "One row by its key." },
  { collection: "table:leg", max: LEGS_MAX, unit: "rows", atBound: "As the legs in memory." },
  {
    collection: "table:moment_chunk",
    max: MOMENTS_MAX,
    unit: "rows",
    atBound: "As the moments in memory: a chunk holds at least one.",
  },
  {
    collection: "table:candle",
    max: CANDLES_MAX + CANDLES_SLACK + OUTBOX_FACTS_MAX,
    unit: "rows",
    atBound:
      "Beyond 3,064 the oldest leave, in order, as far as Postgres has them; while it has not, the outbox's bound stops growth.",
  },
  inboxBound,
  timersBound,
  ...outboxBounds,
];

export const LANES = {
  /** One account sends it, batch after batch; a batch is at most a million characters. */
  news: { depthMax: 64, unitsMax: BULK_BODY_BYTES_MAX, growth: false },
  /** The alarm's, a few at a time. */
  closings: { depthMax: 8, unitsMax: 0, growth: false },
  /** One batch a hub at a time, and the first prices of new legs; measured in price changes. */
  prices: { depthMax: 256, unitsMax: 100_000, growth: true },
} as const satisfies Record<string, LaneBounds>;
