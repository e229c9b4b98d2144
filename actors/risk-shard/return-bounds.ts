/** Bars of symbols, and what the book would have made in them. */
import type { Bound } from "../runtime/bounds.ts";
import { SYMBOLS_MAX } from "./capacity.ts";
import { CLUSTERS_MAX } from "./return-clusters.ts";

const leaves = "Leaves with its instrument.";

export const RETURN_BOUNDS: readonly Bound[] = [
  {
    collection: "memory:returnRows",
    max: SYMBOLS_MAX,
    unit: "entries",
    atBound: `${leaves} Each has the newest 250 bars, 2,250 bytes.`,
  },
  { collection: "memory:returnTellers", max: SYMBOLS_MAX, unit: "entries", atBound: leaves },
  {
    collection: "memory:returnWeights",
    max: SYMBOLS_MAX,
    unit: "entries",
    atBound: "As the lines: a symbol leaves when nothing of it is held or worked.",
  },
  {
    collection: "memory:returnClusters",
    max: CLUSTERS_MAX,
    unit: "entries",
    atBound: "All are forgotten, and found again as orders ask for them.",
  },
];
