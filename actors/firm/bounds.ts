/** How large each collection of a firm or desk may grow, and what happens there. */
import type { Bound } from "../runtime/bounds.ts";
import { grantsBounds, holdingBounds } from "../runtime/escrow/bounds.ts";
import { CHILDREN_MAX } from "../runtime/escrow/limits.ts";
import { LIMIT_VERSIONS_MAX } from "./limits.ts";

const ONE_ROW = "One row, updated in place.";

export const BOUNDS: readonly Bound[] = [
  ...grantsBounds,
  ...holdingBounds,
  { collection: "table:node", max: 1, unit: "rows", atBound: ONE_ROW },
  { collection: "table:holding", max: 1, unit: "rows", atBound: ONE_ROW },
  {
    collection: "table:limit_version",
    max: LIMIT_VERSIONS_MAX,
    unit: "rows",
    atBound: "The oldest leave; they are facts in Postgres.",
  },
  {
    collection: "table:child",
    max: CHILDREN_MAX,
    unit: "rows",
    atBound: "The ask of one more is refused `too-many`: it holds nothing, and nothing of it grows.",
  },
  {
    collection: "table:child_left",
    max: CHILDREN_MAX,
    unit: "rows",
    atBound: "The one that left first is forgotten.",
  },
  {
    collection: "memory:books",
    max: CHILDREN_MAX,
    unit: "entries",
    atBound: "One for each child at the most: it leaves with the child.",
  },
];
