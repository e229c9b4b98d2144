/** Changes that wait for a snapshot, in order. */
import type { DepthChange } from "./depth-change.ts";

/** Binance tells ten a second and answers for a snapshot within one or two: ten times that. */
export const WAITING_CHANGES_MAX = 256;
/** About 80 KB of text. One change that is larger than all of this waits alone. */
export const WAITING_LEVELS_MAX = 4_000;

export class WaitingChanges {
  #changes: DepthChange[];
  #levels: number;

  constructor(changes: readonly DepthChange[]) {
    this.#changes = [...changes];
    this.#levels = changes.reduce((sum, change) => sum + levelsOf(change), 0);
  }

  get all(): readonly DepthChange[] {
    return this.#changes;
  }

  get newest(): DepthChange | undefined {
    return this.#changes.at(-1);
  }

  /** Whether a snapshot of this number reaches the first change that it does not hold. */
  goesOnFrom(seq: number): boolean {
    const first = this.#changes.find(({ lastSeq = 0 }) => lastSeq > seq);
    return first === undefined || (first.afterSeq ?? 0) <= seq;
  }

  /** Nothing else waits. */
  begin(change: DepthChange): void {
    this.#changes = [change];
    this.#levels = levelsOf(change);
  }

  /** Beyond the bound the oldest leave: the snapshot has to be younger then. */
  add(change: DepthChange): void {
    this.#changes.push(change);
    this.#levels += levelsOf(change);
    while (this.#changes.length > WAITING_CHANGES_MAX || this.#levels > WAITING_LEVELS_MAX) {
      if (this.#changes.length === 1) return;
      const oldest = this.#changes.shift();
      if (oldest !== undefined) this.#levels -= levelsOf(oldest);
    }
  }

  takeAll(): readonly DepthChange[] {
    const changes = this.#changes;
    this.#changes = [];
    this.#levels = 0;
    return changes;
  }
}

const levelsOf = ({ bids, asks }: DepthChange): number => (bids.length + asks.length) / 2;
