/** What is watched beside orders: trips, levels, losses. */
import { LIMITS_MAX } from "../../src/contracts/limits.ts";
import type { Bound } from "../runtime/bounds.ts";
import { LEVELS_MAX, POSITIONS_MAX, TRIPS_MAX, WORKING_ORDERS_MAX } from "./capacity.ts";

const trips = "A further trip raises its violation and puts the whole account into `reducing`.";

export const WATCH_BOUNDS: readonly Bound[] = [
  { collection: "table:limit_trip", max: TRIPS_MAX, unit: "rows", atBound: trips },
  { collection: "state:trips", max: TRIPS_MAX, unit: "entries", atBound: trips },
  {
    collection: "state:levels",
    max: LEVELS_MAX,
    unit: "entries",
    atBound: "A further member's level is not told; at `stop` its limit trips.",
  },
  {
    collection: "table:equity_peak",
    max: LIMITS_MAX,
    unit: "rows",
    atBound: "One for each limit on drawdowns of the set: a further limit is refused `too-many-items`.",
  },
  { collection: "memory:peaks", max: LIMITS_MAX, unit: "entries", atBound: "As its table." },
  {
    collection: "memory:madeByStrategy",
    max: POSITIONS_MAX + WORKING_ORDERS_MAX,
    unit: "entries",
    atBound: "One for each strategy that has a position, in at most as many currencies as purses.",
  },
  {
    collection: "memory:madeByLine",
    max: POSITIONS_MAX + WORKING_ORDERS_MAX,
    unit: "entries",
    atBound: "One for each position of a strategy at the most.",
  },
];
