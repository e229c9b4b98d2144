/**
 * A measure that works out what there was before the order, and whether the order only closes or makes nothing worse, when somebody asks:
 * an order that passes is asked neither, and divisions and roots are what a decision takes longest for.
 */
import type { LimitMeasure } from "./measure.ts";

export class LateMeasure implements LimitMeasure {
  readonly projected: bigint;
  texts: LimitMeasure["texts"] = undefined;
  readonly #observed: () => bigint;
  readonly #reduction: () => boolean;

  constructor(projected: bigint, observed: () => bigint, reduction: () => boolean) {
    this.projected = projected;
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
