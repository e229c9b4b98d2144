/** What an order does to one symbol, as the limits' scopes see it. */
import { valueOf } from "../../src/domain/worth.ts";
import { measured } from "./checks/measure.ts";
import { type Extremes, extremesOf, grossOf } from "./extremes.ts";
import { accountWorth } from "./fx.ts";
import type { Inputs, View } from "./inputs.ts";
import { closesIn, type Difference, type Scene, type Sight } from "./scene.ts";
import type { LimitScopeKind } from "./state.ts";

/** In quantities. Undefined where the order has no strategy and the scope is one. */
export function quantitiesIn(scene: Scene, scope: LimitScopeKind): Difference | undefined {
  const sight = sightIn(scene, scope);
  sight.quantities ??= seeQuantities(scene, scope);
  return sight.quantities;
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
  return difference(before, after, closesIn(scene, scope));
}

/** In the account's currency at the mark. Without a mark, or a rate, only nothing has a value. */
export function valuesIn(scene: Scene, scope: LimitScopeKind): Difference | undefined {
  const sight = sightIn(scene, scope);
  sight.values ??= seeValues(scene, scope);
  return sight.values;
}

function seeValues(scene: Scene, scope: LimitScopeKind): Difference | undefined {
  const found = quantitiesIn(scene, scope);
  const { instrument, order } = scene.inputs;
  if (found === undefined || isNothing(found)) return found;
  const worth = instrument === undefined ? undefined : accountWorth(instrument, scene.mark.doubled, scene.fx);
  if (worth === undefined) return undefined;
  const high = valueOf(found.before.high, worth);
  const before = {
    high,
    // Alike where nothing works.
    low: found.before.low === found.before.high ? high : valueOf(found.before.low, worth),
  };
  // The other extreme is where it was.
  const after =
    order.side > 0
      ? { high: valueOf(found.after.high, worth), low: before.low }
      : { high, low: valueOf(found.after.low, worth) };
  return difference(before, after, found.gross.reduction);
}

const difference = (before: Extremes, after: Extremes, reduction: boolean): Difference => ({
  before,
  after,
  gross: measured(grossOf(before), grossOf(after), reduction),
});

const isNothing = ({ before, after }: Difference): boolean =>
  before.high === 0n && before.low === 0n && after.high === 0n && after.low === 0n;

/** The account's line in the symbol is the symbol's. */
const sightIn = ({ seen }: Scene, scope: LimitScopeKind): Sight =>
  scope === "strategy" ? seen.strategy : seen.account;

/** Beside the line it has everything else that a limit of the scope sums over; a symbol is all there is of itself. */
export const viewIn = ({ inputs }: Scene, scope: LimitScopeKind): View | undefined =>
  scope === "strategy" ? inputs.strategy : inputs.account;

/** Orders that reserve, without the one to be replaced. */
export function workingIn({ account, strategy, standing }: Inputs, scope: LimitScopeKind): number {
  if (scope === "account") return account.working;
  return scope === "symbol" ? standing.symbolWorking : (strategy?.working ?? 0);
}
