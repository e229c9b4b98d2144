/** What an order does to one symbol, as the limits' scopes see it. */
import { type Extremes, extremesOf } from "./exposure.ts";
import type { View } from "./inputs.ts";
import type { Difference, Scene } from "./scene.ts";
import type { LimitScopeKind } from "./state.ts";
import { markValue } from "./valuation.ts";

type Rest = { readonly gross: bigint; readonly high: bigint; readonly low: bigint };

const NOTHING: Rest = { gross: 0n, high: 0n, low: 0n };

/** In quantities. Undefined where the order has no strategy and the scope is one. */
export function quantitiesIn(scene: Scene, scope: LimitScopeKind): Difference | undefined {
  const line = lineIn(scope);
  const { quantities } = scene.seen;
  if (!(line in quantities)) quantities[line] = seeQuantities(scene, scope);
  return quantities[line];
}

function seeQuantities(scene: Scene, scope: LimitScopeKind): Difference | undefined {
  const view = viewIn(scene, scope);
  if (view === undefined) return undefined;
  const { qty, inputs } = scene;
  const before = extremesOf(view);
  const after =
    inputs.order.side > 0
      ? { high: before.high + qty, low: before.low }
      : { high: before.high, low: before.low - qty };
  const closable = scope === "strategy" ? scene.strategyClosable : scene.closable;
  return { before, after, reduction: qty > 0n && qty <= closable };
}

/** In money at the mark. Without a mark only nothing has a value. */
export function valuesIn(scene: Scene, scope: LimitScopeKind): Difference | undefined {
  const line = lineIn(scope);
  const { values } = scene.seen;
  if (!(line in values)) values[line] = seeValues(scene, scope);
  return values[line];
}

function seeValues(scene: Scene, scope: LimitScopeKind): Difference | undefined {
  const found = quantitiesIn(scene, scope);
  const { instrument } = scene.inputs;
  const { doubled } = scene.mark;
  if (found === undefined || isNothing(found)) return found;
  if (instrument === undefined || doubled === undefined) return undefined;
  const value = ({ high, low }: Extremes): Extremes => ({
    high: markValue(high, doubled, instrument.notionalUnit),
    low: markValue(low, doubled, instrument.notionalUnit),
  });
  return { before: value(found.before), after: value(found.after), reduction: found.reduction };
}

/** Everything else that a limit of this scope sums over. */
export function restIn(scene: Scene, scope: LimitScopeKind): Rest {
  const view = viewIn(scene, scope);
  if (view === undefined || scope === "symbol") return NOTHING;
  return { gross: view.restGross, high: view.restHigh, low: view.restLow };
}

const isNothing = ({ before, after }: Difference): boolean =>
  before.high === 0n && before.low === 0n && after.high === 0n && after.low === 0n;

/** The account's line in the symbol is the symbol's. */
const lineIn = (scope: LimitScopeKind): "account" | "strategy" =>
  scope === "strategy" ? "strategy" : "account";

const viewIn = ({ inputs }: Scene, scope: LimitScopeKind): View | undefined =>
  scope === "strategy" ? inputs.strategy : inputs.account;
