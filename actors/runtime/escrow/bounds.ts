/** What a parent keeps of its children, and a child of its parent: declared by each actor that is one. */
import type { Bound } from "../bounds.ts";
import { BUDGETS_KEPT_MAX, BUDGETS_MAX, CHILDREN_MAX } from "./limits.ts";

export const grantsBounds: readonly Bound[] = [
  {
    collection: "state:children",
    max: CHILDREN_MAX,
    unit: "entries",
    atBound: "The ask of one more is refused `too-many`: it holds nothing, and nothing of it grows.",
  },
  {
    collection: "state:budgets",
    max: BUDGETS_KEPT_MAX,
    unit: "entries",
    atBound:
      "Limits that would make more, together with those taken away and not yet given back, are refused `too-many`.",
  },
  {
    collection: "state:left",
    max: CHILDREN_MAX,
    unit: "entries",
    atBound: "The one that left first is forgotten.",
  },
];

export const holdingBounds: readonly Bound[] = [
  {
    collection: "state:held",
    max: BUDGETS_MAX,
    unit: "entries",
    atBound: "A node whose limits would give a child more is refused them `too-many`.",
  },
];
