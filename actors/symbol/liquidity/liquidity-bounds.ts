/** How much a symbol keeps for its statistics of liquidity. */
import { SPREAD_BINS_MAX } from "../../../src/quant/liquidity/spread-times.ts";
import type { Bound } from "../../runtime/bounds.ts";
import { INTERVALS_MAX, REVISED_SESSIONS_MAX, SESSION_ROWS_MAX } from "./liquidity-limits.ts";

export const LIQUIDITY_BOUNDS: readonly Bound[] = [
  {
    collection: "table:liquidity_session",
    max: SESSION_ROWS_MAX,
    unit: "rows",
    atBound: "The oldest session leaves: no statistic reaches so far back.",
  },
  { collection: "table:liquidity", max: 1, unit: "rows", atBound: "One row by its key." },
  {
    collection: "state:spreads",
    max: SPREAD_BINS_MAX,
    unit: "entries",
    atBound: "A bin for each spread that there can be, to 1 %: none is beyond the last.",
  },
  {
    collection: "memory:sessionIntervals",
    max: INTERVALS_MAX,
    unit: "entries",
    atBound: "A trading day has no more of them.",
  },
  {
    collection: "memory:revisedSessions",
    max: REVISED_SESSIONS_MAX,
    unit: "entries",
    atBound: "The oldest day leaves: no statistic of intervals reaches so far back.",
  },
];
