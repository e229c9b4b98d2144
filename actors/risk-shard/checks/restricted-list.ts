/** Symbols that nothing is traded in, in neither direction: a restriction is not lifted by holding it already. */
import type { LimitCheck } from "./check.ts";
import { measured } from "./measure.ts";
import { COUNT } from "./units.ts";

export const restrictedList: LimitCheck = {
  kind: "restricted-list",
  fixCode: 99,
  scopes: ["account", "strategy"],
  scopeDefault: "account",
  unit: COUNT,
  standing: false,
  parameters: ({ id }) => id,
  gather: ({ terms, limit }) => [limit.symbols?.has(terms.symbol) === true ? 1n : 0n],
  measure: (_scene, _measuring, found) => {
    // An order of a symbol that is not on the list is one of nothing restricted: 0 of 0.
    const [listed] = found ?? [];
    return listed === undefined ? undefined : measured(0n, listed);
  },
};
