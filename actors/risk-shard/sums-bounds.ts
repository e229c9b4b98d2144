/** Sums and ranks of the book. They stand beside the lines, so they are bounded by them. */
import { LIMITS_MAX } from "../../src/contracts/limits.ts";
import type { Bound } from "../runtime/bounds.ts";
import { SYMBOLS_MAX } from "./capacity.ts";

export const SUMS_BOUNDS: readonly Bound[] = [
  {
    collection: "memory:bookSums",
    // Each symbol may be alone in its four classes; a group or a factor for each limit; margin and squares.
    max: 4 * SYMBOLS_MAX + LIMITS_MAX + 2,
    unit: "entries",
    atBound: "As the lines: a sum leaves with the last line that it is of, and no further symbol gets one.",
  },
  {
    collection: "memory:ranking",
    max: SYMBOLS_MAX,
    unit: "entries",
    atBound: "As the lines: a symbol leaves when nothing of it is held or worked.",
  },
];
