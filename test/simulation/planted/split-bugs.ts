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
  {
    ...{ name: "quota-stays", load, file: "actors/risk-shard/parts-passing.ts" },
    find: "if (hasAny(left))",
    replace: "if (!hasAny(left))",
    says: "the quota for what has moved stays with the part that gave it away",
  },
  {
    ...{ name: "uncovered-not-counted", load, file: "actors/runtime/escrow/uncovered.ts" },
    find: "atLeastNothing(amountOf(committed, budget) - amountOf(granted, budget));\n\nexport const uncoveredIn",
    replace: "0n * (amountOf(committed, budget) - amountOf(granted, budget));\n\nexport const uncoveredIn",
    says: "others grow into what a part uses beyond what it is granted",
  },
  {
    ...{ name: "over-not-told", load, file: "actors/runtime/escrow/grants.ts" },
    find: "+ (state.uncovered.get(budget) ?? 0n) > limit;",
    replace: "+ (state.uncovered.get(budget) ?? 0n) > 1_000_000n * limit;",
    says: "a part that has come to use less of a lowered limit uses it again, though more is out than there is",
  },
  {
    ...{ name: "joined-and-not-told", load, file: "actors/account-split/desk.ts" },
    find: '(type === "state" || runningPlan(state) === undefined)',
    replace: '(type === "state" || state.parts === 1)',
    says: "a limit that is put while parts are on their way is acknowledged, and part 0 goes by the one before",
  },
];
