/** What may go wrong. Each seed draws which of it does, and how often; what fired is counted. */
import type { Random } from "./random.ts";

/** The most that a fault's chance may be, at each place where it may strike. */
const MOST = {
  crash: 0.03,
  eviction: 0.03,
  "request-lost": 0.1,
  "reply-lost": 0.1,
  "reply-never": 0.02,
  duplicate: 0.15,
  delay: 0.2,
  reorder: 1,
  "slow-flush": 0.1,
  "commit-failed": 0.01,
  "storage-full": 0.004,
  "alarm-late": 0.3,
  "alarm-twice": 0.3,
  "mirror-down": 0.05,
  "mirror-reply-lost": 0.2,
  "mirror-slow": 0.2,
  "clock-step": 0.004,
  "stale-twin": 0.003,
  "retry-in-flight": 0.15,
} as const;
export type Fault = keyof typeof MOST;
export const FAULTS = Object.keys(MOST) as readonly Fault[];
/** A seed has each fault with this chance: some have one alone, some nearly all. */
const SHARES = [0.1, 0.3, 0.6, 0.9];

export class Faults {
  readonly fired = new Map<Fault, number>();
  readonly drawn: ReadonlyMap<Fault, number>;
  readonly #random: Random;
  /** Safety phase: they strike. Afterwards none does. */
  isOn = true;

  constructor(random: Random) {
    this.#random = random;
    const share = random.pick(SHARES);
    this.drawn = new Map(
      FAULTS.filter(() => random.chance(share)).map((fault) => [
        fault,
        MOST[fault] * (0.2 + 0.8 * random.next()),
      ]),
    );
  }

  has(fault: Fault): boolean {
    return this.drawn.has(fault);
  }

  /** Whether it strikes here; counted if so. */
  strikes(fault: Fault): boolean {
    const chance = this.drawn.get(fault);
    if (!this.isOn || chance === undefined || !this.#random.chance(chance)) return false;
    this.fired.set(fault, (this.fired.get(fault) ?? 0) + 1);
    return true;
  }

  between(from: number, to: number): number {
    return this.#random.between(from, to);
  }

  chance(probability: number): boolean {
    return this.#random.chance(probability);
  }
}
