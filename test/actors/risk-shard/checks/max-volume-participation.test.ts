/** Percent of the median interval: 40 are traded in it, so 20 are 50. */
import { holdsForLiquidity } from "./liquidity-kinds.ts";

holdsForLiquidity({
  ...{ kind: "max-volume-participation", field: "volumeP50", threshold: "50", largest: 20 },
  shown: ["50", "52.5"],
});
