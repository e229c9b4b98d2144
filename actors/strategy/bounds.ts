/** How large each collection of a strategy may grow, and what happens there. */
import { FX_SYMBOLS_MAX } from "../../src/contracts/accounts.ts";
import { BULK_BODY_BYTES_MAX } from "../../src/contracts/endpoint.ts";
import { M2M_WIDTHS } from "../../src/domain/bar.ts";
import type { Bound } from "../runtime/bounds.ts";
import { inboxBound } from "../runtime/inbox.ts";
import type { LaneBounds } from "../runtime/mailbox.ts";
import { OUTBOX_FACTS_MAX, outboxBounds } from "../runtime/outbox.ts";
import { timersBound } from "../runtime/timers.ts";
import {
  CANDLES_MAX,
  CANDLES_SLACK,
  CLOSED_MAX,
  CURRENCIES_MAX,
  DAYS_MAX,
  FORMING_TOLD_MAX,
  HELD_LEGS_MAX,
  LEGS_MAX,
  MOMENTS_MAX,
  SPANS_MAX,
} from "./limits.ts";

export const BOUNDS: readonly Bound[] = [
  {
    collection: "state:legs",
    max: HELD_LEGS_MAX,
    unit: "entries",
    atBound:
      "From 4,000 on flat legs that are no longer declared leave, their realised result stays in the total. Where none can leave, a further leg is held but not followed: it is in `missingLegs`, and candles say `sampled` while it is held. The account's own bounds end it: news is never refused.",
  },
  {
    collection: "memory:currencies",
    max: CURRENCIES_MAX,
    unit: "entries",
    atBound:
      "News of a leg in one more is passed over, counted and logged: an account that has gone through so many of them is not one that trades.",
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
    max: LEGS_MAX + FX_SYMBOLS_MAX,
    unit: "entries",
    atBound:
      "A further leg is held but not followed, until it is flat and has left; what leads to a currency always is.",
  },
  { collection: "table:strategy", max: 1, unit: "rows", atBound: "One row by its key." },
  { collection: "table:timeline", max: 1, unit: "rows", atBound: "One row by its key." },
  { collection: "table:leg", max: HELD_LEGS_MAX, unit: "rows", atBound: "As the legs in memory." },
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
  { collection: "table:statistic", max: 1, unit: "rows", atBound: "One row by its key." },
  {
    collection: "table:statistic_day",
    max: DAYS_MAX,
    unit: "rows",
    atBound: "The oldest day leaves: statistics say from which day on they count.",
  },
  {
    collection: "table:statistic_line",
    max: HELD_LEGS_MAX,
    unit: "rows",
    atBound:
      "A further line counts its fills and no round trip. Of a strategy there are no more lines than legs; of a group its members' lines add up.",
  },
  {
    collection: "memory:forming",
    max: M2M_WIDTHS.length * FORMING_TOLD_MAX,
    unit: "entries",
    atBound:
      "Of each width streams are told of the newest candles that form, so many minutes; older ones when they are final.",
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
