/** Bounds of what a risk shard is told of the market. */
import { FX_SYMBOLS_MAX } from "../../src/contracts/accounts.ts";
import type { Bound } from "../runtime/bounds.ts";
import { MEETINGS_MAX, SYMBOLS_MAX } from "./capacity.ts";

/** Of instruments, and of what there is for each that is held or worked. */
export const SYMBOLS_AT_BOUND =
  "A symbol without position, order and leg leaves; where there is none, orders in a further symbol are decided `overloaded`.";
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
  { collection: "table:instrument", max: SYMBOLS_MAX, unit: "rows", atBound: SYMBOLS_AT_BOUND },
  { collection: "state:instruments", max: SYMBOLS_MAX, unit: "entries", atBound: SYMBOLS_AT_BOUND },
  {
    collection: "state:fxMarks",
    max: FX_SYMBOLS_MAX,
    unit: "entries",
    atBound: "An account that names symbols for more currencies is refused `too-many-items`.",
  },
  {
    collection: "memory:met",
    max: SYMBOLS_MAX,
    unit: "entries",
    atBound: "Leaves with its instrument.",
  },
  {
    collection: "memory:held",
    max: SYMBOLS_MAX,
    unit: "entries",
    atBound: "As the instruments: only a known symbol is held.",
  },
  {
    collection: "memory:meetings",
    max: MEETINGS_MAX,
    unit: "entries",
    atBound:
      "A further symbol is not asked for: its order is decided `instrument-unknown` or `price-missing`.",
  },
];
