import type { Bound } from "../runtime/bounds.ts";
import { SUSPECTS_MAX, WAITING_BATCHES_MAX } from "./collector.ts";

export const BOUNDS: readonly Bound[] = [
  {
    collection: "memory:waiting",
    max: WAITING_BATCHES_MAX,
    unit: "entries",
    atBound: "The caller is refused `overloaded`; it keeps its facts and comes again.",
  },
  {
    collection: "memory:suspects",
    max: SUSPECTS_MAX,
    unit: "entries",
    atBound:
      "A further batch with a row that Postgres refuses is not searched yet: its caller is refused `overloaded`, keeps its facts and comes again.",
  },
];
