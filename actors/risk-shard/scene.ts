/** What checks are shown: the inputs, and what several of them would otherwise work out each for itself. */
import { PRICE_AGE_MS_MAX } from "../../src/domain/price.ts";
import { type FxRate, valueAtPrice, valueOf } from "../../src/domain/worth.ts";
import type { KnownMeasure } from "./checks/measure.ts";
import { closableOf, type Extremes } from "./extremes.ts";
import { accountWorth } from "./fx.ts";
import type { Inputs } from "./inputs.ts";
import type { LimitScopeKind } from "./state.ts";
import { consultedPart, priceBy, type UsableMark, usableMark } from "./valuation.ts";

export type Scene = {
  readonly inputs: Inputs;
  /** Of the order, or a smaller one that is being tried. */
  readonly qty: bigint;
  readonly mark: UsableMark;
  /** From the instrument's currency to the account's. */
  readonly fx: FxRate | "own" | undefined;
  /** Price that the order is valued at; undefined where the market says nothing to value it by. */
  readonly valuedAt: number | undefined;
  /** Age of the oldest price that is used, never below zero: a venue's clock may be ahead of ours. Undefined without a mark. */
  readonly priceAge: number | undefined;
  /** A price of before is stale. */
  readonly freshFrom: number;
  /** Up to here the order closes what the account holds in the symbol; beyond it is new risk. */
  readonly closable: bigint;
  /** The same for what its strategy holds; 0 without a strategy. */
  readonly strategyClosable: bigint;
  /** Worked out when the first limit asks (`views.ts`): many limits look at the same line. */
  readonly seen: Seen;
};

/** What an order does to the account's line in its symbol, and to its strategy's. */
export type Seen = { readonly account: Sight; readonly strategy: Sight };
export type Sight = { quantities: Difference | undefined; values: Difference | undefined };
/** Extremes of a line without and with the order, and the larger of each as a limit sees them. */
export type Difference = {
  readonly before: Extremes;
  readonly after: Extremes;
  readonly gross: KnownMeasure;
};

const nothingSeen = (): Seen => ({
  account: { quantities: undefined, values: undefined },
  strategy: { quantities: undefined, values: undefined },
});

/** Under limits that allow another price age than the usual one, `priceAgeMax` is the strictest of theirs. */
export function sceneOf(inputs: Inputs, priceAgeMax = PRICE_AGE_MS_MAX): Scene {
  const mark = usableMark(inputs.mark);
  const order = pricedOrder(inputs);
  const freshFrom = inputs.at - priceAgeMax;
  const consulted = consultedPart(order, mark, freshFrom);
  return {
    inputs,
    qty: BigInt(inputs.order.qty),
    mark,
    fx: inputs.instrument?.sameCurrency === false ? inputs.fx : "own",
    valuedAt: priceBy(order, consulted),
    freshFrom,
    priceAge: mark.at === undefined ? undefined : ageAt(inputs.at, mark.at, consulted?.at),
    closable: closableOf(inputs.account, order.side),
    strategyClosable: inputs.strategy === undefined ? 0n : closableOf(inputs.strategy, order.side),
    seen: nothingSeen(),
  };
}

const pricedOrder = ({ order, instrument }: Inputs) =>
  instrument?.contract === undefined ? order : { ...order, isInverse: instrument.contract === "inverse" };

export const withQty = (scene: Scene, qty: bigint): Scene => ({ ...scene, qty, seen: nothingSeen() });

/** Of the order at the price that it is valued at, in the account's currency. */
export function orderValue({ qty, valuedAt, fx, inputs: { instrument } }: Scene): bigint | undefined {
  if (instrument === undefined || valuedAt === undefined) return undefined;
  if (fx === "own") return valueAtPrice(instrument, qty, valuedAt);
  const worth = accountWorth(instrument, 2n * BigInt(valuedAt), fx);
  return worth === undefined ? undefined : valueOf(qty, worth);
}

/** All of it closes what the scope holds: of a strategy what that holds itself. */
export const closesIn = (scene: Scene, scope: LimitScopeKind): boolean =>
  scene.qty > 0n && scene.qty <= (scope === "strategy" ? scene.strategyClosable : scene.closable);

/** The quantity is known, and all of it closes. */
export const isReduction = (scene: Scene): boolean => closesIn(scene, "account");

const ageAt = (at: number, markedAt: number, consultedAt = markedAt): number =>
  Math.max(0, at - Math.min(markedAt, consultedAt));
