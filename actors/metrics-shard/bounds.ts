/** How large a metrics shard's collections may grow, and what happens there. */
import type { Bound } from "../runtime/bounds.ts";
import { ACTORS_MAX, KINDS_MAX, SENDERS_MAX, SERIES_MAX } from "./limits.ts";
import { ASKED_MAX } from "./registry.ts";

const ACTORS_AT_BOUND =
  "The longest silent actor leaves, one whose facts wait last of all: it is on no list until it reports again.";

export const BOUNDS: readonly Bound[] = [
  { collection: "table:actor", max: ACTORS_MAX, unit: "rows", atBound: ACTORS_AT_BOUND },
  { collection: "memory:actors", max: ACTORS_MAX, unit: "entries", atBound: ACTORS_AT_BOUND },
  {
    collection: "table:total",
    max: KINDS_MAX,
    unit: "rows",
    atBound: "Counts of a further kind are left out, and `outcry_series_dropped_total` says so.",
  },
  {
    collection: "memory:totals",
    max: KINDS_MAX,
    unit: "entries",
    atBound: "As its table.",
  },
  {
    collection: "memory:series",
    max: SERIES_MAX,
    unit: "entries",
    atBound: "A further series is left out, and `outcry_series_dropped_total` says so.",
  },
  {
    collection: "memory:senders",
    max: SENDERS_MAX,
    unit: "entries",
    atBound: "The longest silent isolate is forgotten: a repeat of its last report would count again.",
  },
  {
    collection: "memory:followed",
    max: ACTORS_MAX,
    unit: "entries",
    atBound: "One for an actor that has reported lately; it leaves with its actor.",
  },
  {
    collection: "memory:asked",
    max: ASKED_MAX,
    unit: "entries",
    atBound: "A further silent actor is asked with a later summary.",
  },
];
