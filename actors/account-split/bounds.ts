/** How large each collection of a split's coordinator may grow, and what happens there. */
import type { Bound } from "../runtime/bounds.ts";

export const BOUNDS: readonly Bound[] = [
  { collection: "table:split", max: 1, unit: "rows", atBound: "One row by its key: the newest split alone." },
];
