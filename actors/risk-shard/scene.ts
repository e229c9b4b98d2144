/** What checks are shown: the inputs, and what several of them would otherwise work out each for itself. */
import { closableOf } from "./exposure.ts";
import type { Inputs } from "./inputs.ts";
import { orderPrice, type UsableMark, usableMark } from "./valuation.ts";

export type Scene = {
  readonly inputs: Inputs;
  /** Of the order, or a smaller one that is being tried. */
  readonly qty: bigint;
  readonly mark: UsableMark;
  /** Price that the order is valued at; undefined where the market says nothing to value it by. */
  readonly valuedAt: number | undefined;
  /** Up to here the order closes what the account holds in the symbol; beyond it is new risk. */
  readonly closable: bigint;
  /** The same for what its strategy holds; 0 without a strategy. */
  readonly strategyClosable: bigint;
};

export function sceneOf(inputs: Inputs): Scene {
  const mark = usableMark(inputs.mark);
  const { side } = inputs.order;
  return {
    inputs,
    qty: BigInt(inputs.order.qty),
    mark,
    valuedAt: orderPrice(inputs.order, mark),
    closable: closableOf(inputs.account, side),
    strategyClosable: inputs.strategy === undefined ? 0n : closableOf(inputs.strategy, side),
  };
}

export const withQty = (scene: Scene, qty: bigint): Scene => ({ ...scene, qty });

/** The quantity is known, and all of it closes. */
export const isReduction = (scene: Scene): boolean => scene.qty > 0n && scene.qty <= scene.closable;
