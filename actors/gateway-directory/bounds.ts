/** How many gateways there are, and what happens there. */
import type { Bound } from "../runtime/bounds.ts";

/** 128,000 connections. A symbol sends once to each gateway that listens to it. */
export const GATEWAYS_MAX = 64;
/** A gateway reports every two seconds while anything moves, and with each heartbeat: so long silent, it is not there. */
export const SILENT_MS = 600_000;
/** Seconds whose assignments are counted one by one: a connection has been opened and reported by then. */
export const ARRIVING_MS = 3_000;
/** Each second of them has one entry, and the running one. */
const ARRIVING_ENTRIES_MAX = ARRIVING_MS / 1_000 + 1;

const GATEWAYS_AT_BOUND =
  "One that is drained and has been silent for ten minutes leaves; where there is none, a further one is refused `too-many`, and none is added by itself.";

export const BOUNDS: readonly Bound[] = [
  { collection: "table:gateway", max: GATEWAYS_MAX, unit: "rows", atBound: GATEWAYS_AT_BOUND },
  { collection: "state:gateways", max: GATEWAYS_MAX, unit: "entries", atBound: GATEWAYS_AT_BOUND },
  {
    collection: "table:gateway_mark",
    max: 1,
    unit: "rows",
    atBound: "One row: the number of the next gateway.",
  },
  {
    collection: "memory:arriving",
    max: GATEWAYS_MAX * ARRIVING_ENTRIES_MAX,
    unit: "entries",
    atBound: "An entry is a second of one gateway; those of before three seconds leave with each assignment.",
  },
];
