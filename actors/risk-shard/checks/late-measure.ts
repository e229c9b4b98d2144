/**
 * A measure that works out what there was before the order, and whether the order only closes or makes nothing worse, when somebody asks:
 * an order that passes is asked neither, and divisions and roots are what a decision takes longest for.
 */
import type { LimitMeasure, MissingReason } from "./measure.ts";

export class LateMeasure implements LimitMeasure {
  readonly projected: bigint;
  readonly told: MissingReason | undefined;
  texts: LimitMeasure["texts"] = undefined;
  readonly #observed: () => bigint;
  readonly #reduction: () => boolean;

  constructor(
    projected: bigint,
    observed: () => bigint,
    reduction: () => boolean,
    told: MissingReason | undefined = undefined,
  ) {
    this.projected = projected;
    this.told = told;
    this.#observed = observed;
    this.#reduction = reduction;
  }

  get observed(): bigint {
    return this.#observed();
  }

  get reduction(): boolean {
    return this.#reduction();
  }
}
