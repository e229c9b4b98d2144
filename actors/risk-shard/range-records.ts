/** Highest and lowest mark of a symbol by slots of sliding windows, as they are kept. */

export type PriceSlot = { readonly slot: number; high: number; low: number; last: number };
type Window = { readonly windowMs: number; readonly slots: PriceSlot[] };

/** It is changed in place: no trial changes it. */
export type PriceRange = {
  /** Changes of the last price that it has, up to this one. */
  n: number;
  /** Without a hole from this one on. */
  from: number;
  /** Nothing is missing of the time from here on. */
  since: number;
  /** Something was missed: the symbol is asked. */
  isTorn: boolean;
  readonly windows: readonly Window[];
};
