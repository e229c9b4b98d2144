/** Orders in scope may only close: what its strategy holds where a strategy is the scope, else what the account holds in the symbol. */
import type { Scene } from "../scene.ts";
import type { LimitScopeKind } from "../state.ts";
import type { LimitCheck } from "./check.ts";
import { measured } from "./measure.ts";
import { QUANTITY } from "./units.ts";

/** What is beyond the close grows with the quantity, so what passes passes when it is made smaller; the largest that does is the close. */
export const reduceOnlyLimit: LimitCheck = {
  kind: "reduce-only",
  fixCode: 99,
  scopes: ["account", "strategy", "symbol", "sector", "country", "currency", "issuer", "group"],
  scopeDefault: "account",
  unit: QUANTITY,
  standing: false,
  measure: (scene, { scope }) => {
    const closable = closableIn(scene, scope);
    if (scene.inputs.instrument === undefined || closable === undefined) return undefined;
    return measured(0n, scene.qty > closable ? scene.qty - closable : 0n);
  },
};

function closableIn(scene: Scene, scope: LimitScopeKind): bigint | undefined {
  if (scope !== "strategy") return scene.closable;
  return scene.inputs.strategy === undefined ? undefined : scene.strategyClosable;
}
