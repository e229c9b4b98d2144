/** How far bid and ask stand apart now, in basis points of their middle. What closes is let through: a smaller order would not narrow it. */
import { isReduction } from "../scene.ts";
import type { LimitCheck } from "./check.ts";
import { measured, missing } from "./measure.ts";
import { RATIO } from "./units.ts";

/** Ten thousand basis points at six decimals; twice, since the middle is half of bid and ask. */
const OF_MIDDLE = 2n * 10_000n * 1_000_000n;

export const maxSpread: LimitCheck = {
  kind: "max-spread",
  fixCode: 99,
  scopes: ["account", "strategy", "symbol"],
  scopeDefault: "account",
  unit: RATIO,
  scopeless: true,
  standing: false,
  measure: (scene) => {
    const { bid, ask } = scene.mark;
    if (scene.inputs.instrument === undefined) return undefined;
    const reduction = isReduction(scene);
    if (bid === undefined || ask === undefined) return missing("quote-missing", reduction);
    if (bid.at < scene.freshFrom || ask.at < scene.freshFrom) return missing("quote-stale", reduction);
    const both = BigInt(bid.price) + BigInt(ask.price);
    const spread = (BigInt(ask.price - bid.price) * OF_MIDDLE + both - 1n) / both;
    return measured(spread, spread, reduction);
  },
};
