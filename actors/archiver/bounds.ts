import type { Bound } from "../runtime/bounds.ts";
import { WAITING_BATCHES_MAX } from "./collector.ts";

export const BOUNDS: readonly Bound[] = [
  {
    collection: "memory:waiting",
    max: WAITING_BATCHES_MAX,
    unit: "entries",
    atBound: "The caller is refused `overloaded`; it keeps its facts and comes again.",
  },
];
