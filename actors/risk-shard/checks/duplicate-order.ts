/**
 * The same symbol, strategy, side, type, quantity and prices, accepted within the threshold: one order of a content in so many
 * milliseconds. It holds for closing orders as well: sent twice by mistake is what it looks for.
 */
import { contentOf, duplicatesAt } from "../order-contents.ts";
import { closesIn } from "../scene.ts";
import type { LimitCheck } from "./check.ts";
import { measured, missing } from "./measure.ts";
import type { Unit } from "./units.ts";

/** The threshold is a time; what is compared are orders in it. */
const ONE_WITHIN: Unit = { thresholdScale: () => 0, bound: () => 1n, scale: () => 0 };

export const duplicateOrder: LimitCheck = {
  kind: "duplicate-order",
  fixCode: 6,
  scopes: ["account", "strategy", "symbol"],
  scopeDefault: "account",
  unit: ONE_WITHIN,
  standing: false,
  parameters: ({ threshold }) => String(threshold),
  gather: ({ state, terms, at, limit }) => {
    const count = duplicatesAt(state, contentOf(terms), Number(limit.threshold), at);
    return count === undefined ? undefined : [BigInt(count)];
  },
  measure: (scene, { scope }, found) => {
    const [count] = found ?? [];
    return count === undefined
      ? missing("history-full", closesIn(scene, scope))
      : measured(count, count + 1n);
  },
};
