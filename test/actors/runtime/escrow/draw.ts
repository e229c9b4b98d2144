/** Chance by one seed, so that what a walk has found can be walked again. */
export class Draw {
  #state: number;

  constructor(seed: number) {
    this.#state = (seed * 2_654_435_761 + 12_345) >>> 0;
    for (let each = 0; each < 8; each++) this.part();
  }

  /** From 0 to below 1: mulberry32. */
  part(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  below(bound: number): number {
    return Math.floor(this.part() * bound);
  }

  chance(part: number): boolean {
    return this.part() < part;
  }

  from<Value>(values: readonly Value[]): Value | undefined {
    return values[this.below(values.length)];
  }
}
