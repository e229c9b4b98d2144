/**
 * How fast a side of a book fills up again. A shock begins when what stands at its best levels falls below half of what stood there on
 * average over the window, and has recovered when that is back at four fifths of it (time over a threshold: E. Panayi and G. Peters, 2014;
 * two thresholds, so that a size that trembles at one is one shock).
 */

/** Levels of a side that are looked at: what venues publish at the least. */
export const RESILIENCE_LEVELS = 5;
/** Below this part of the average a shock begins. */
export const SHOCK_BELOW = 0.5;
/** From this part of the average that held when the shock began, it has recovered. */
export const RECOVERED_FROM = 0.8;

/** How a shock ended: that it lasted as long as the window is no recovery, since by then the average is of the shock itself. */
export type ShockEnd = { readonly how: "recovered" | "unrecovered"; readonly tookMs: number };

/** A shock under way of one side. */
export class Shock {
  readonly #timeoutMs: number;
  #since: number | undefined;
  #average = 0;

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  get isUnderWay(): boolean {
    return this.#since !== undefined;
  }

  /** `average` is undefined where too little is known of what stood there before. */
  observe(at: number, size: number, average: number | undefined): "begun" | ShockEnd | undefined {
    if (this.#since === undefined) return this.#begin(at, size, average);
    const tookMs = at - this.#since;
    const how =
      size >= RECOVERED_FROM * this.#average
        ? "recovered"
        : tookMs >= this.#timeoutMs
          ? "unrecovered"
          : undefined;
    if (how === undefined) return undefined;
    this.#since = undefined;
    return { how, tookMs };
  }

  /** The book was lost: nobody knows how it went on. */
  forget(): void {
    this.#since = undefined;
  }

  #begin(at: number, size: number, average: number | undefined): "begun" | undefined {
    if (average === undefined || size >= SHOCK_BELOW * average) return undefined;
    this.#since = at;
    this.#average = average;
    return "begun";
  }
}
