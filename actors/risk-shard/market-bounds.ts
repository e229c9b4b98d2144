/** Bounds of what a risk shard is told of the market. */
import type { Bound } from "../runtime/bounds.ts";
import { SYMBOLS_MAX } from "./capacity.ts";

const leaves = "Leaves with its instrument.";

export const MARKET_BOUNDS: readonly Bound[] = [
  { collection: "state:marks", max: SYMBOLS_MAX, unit: "entries", atBound: leaves },
  { collection: "state:liquidity", max: SYMBOLS_MAX, unit: "entries", atBound: leaves },
  { collection: "state:previousCloses", max: SYMBOLS_MAX, unit: "entries", atBound: leaves },
  {
    collection: "state:ranges",
    max: SYMBOLS_MAX,
    unit: "entries",
    atBound: "Leaves with its instrument. Each has at most four windows of 22 slots.",
  },
];
