/** Bugs of an account that is split. */
import type { PlantedBug } from "./bug.ts";

const load = "split";

export const SPLIT_BUGS: readonly PlantedBug[] = [
  {
    ...{ name: "part-holds-nothing", load, file: "actors/risk-shard/load.ts" },
    find: "  state.parts = loadParts(sql);\n  state.above = loadAbove(sql, state);\n",
    replace: "  state.above = loadAbove(sql, state);\n  state.parts = loadParts(sql);\n",
    says: "a part that is loaded does not know yet that it is one, and forgets what it holds of the split's quotas",
  },
];
