/** How much a symbol keeps of the indicators that somebody watches. */
import type { Bound } from "../../runtime/bounds.ts";
import {
  INDICATOR_ROWS_MAX,
  INDICATORS_WATCHED_MAX,
  RECENT_RUNS_MAX,
  REVISED_VALUES_MAX,
} from "./indicator-limits.ts";

export const INDICATOR_BOUNDS: readonly Bound[] = [
  {
    collection: "table:indicator",
    max: INDICATOR_ROWS_MAX,
    unit: "rows",
    atBound:
      "One row of where it is and one of its checkpoint, for each that is watched; they leave with it.",
  },
  {
    collection: "memory:watchedIndicators",
    max: INDICATORS_WATCHED_MAX,
    unit: "entries",
    atBound:
      "Those that nobody watches any more leave; where there is none, a further topic is refused `too-many`.",
  },
  {
    collection: "memory:indicatorRuns",
    max: INDICATORS_WATCHED_MAX * (RECENT_RUNS_MAX + 2),
    unit: "entries",
    atBound:
      "Of each indicator the oldest leaves; what is revised before it is run again from the checkpoint.",
  },
  {
    collection: "memory:toldSeconds",
    max: INDICATORS_WATCHED_MAX * REVISED_VALUES_MAX,
    unit: "entries",
    atBound:
      "Of each indicator of seconds the oldest value leaves; a revision tells it again, changed or not.",
  },
];
