/**
 * The newest messages of one topic, in memory: what a client that comes back, or has fallen behind, is sent again. Of `latest` messages in a
 * row only the newest is kept; whoever is sent it is told by `prev` that something before it was left out on purpose.
 */

export type RingEntry = {
  readonly seq: number;
  readonly text: string;
  readonly isLatest: boolean;
  /** Of a `latest` message: what it is the newest of. */
  readonly key: string;
};

export class FeedRing {
  #entries: RingEntry[] = [];
  /** Entries before that index have left. */
  #first = 0;
  #from = 0;
  #units = 0;

  /** Everything after this sequence is here. */
  get from(): number {
    return this.#from;
  }
  get units(): number {
    return this.#units;
  }
  get size(): number {
    return this.#entries.length - this.#first;
  }

  /** Nothing from before this message is of any use. */
  restart(seq: number): void {
    this.#entries = [];
    this.#first = 0;
    this.#from = seq;
    this.#units = 0;
  }

  append(entry: RingEntry): void {
    push(this.#entries, this.#first, entry, (units) => {
      this.#units += units;
    });
  }

  /** What came before the ring begins, from after `seq` on. Of no use where the ring begins later than it reaches: it has moved since that was asked for. */
  backfill(seq: number, earlier: readonly RingEntry[]): void {
    if (seq >= this.#from || (earlier.at(-1)?.seq ?? seq) < this.#from) return;
    const joined: RingEntry[] = [];
    let total = 0;
    const count = (units: number) => {
      total += units;
    };
    for (const entry of earlier)
      if (entry.seq > seq && entry.seq <= this.#from) push(joined, 0, entry, count);
    for (const entry of this.#entries.slice(this.#first)) push(joined, 0, entry, count);
    this.#entries = joined;
    this.#first = 0;
    this.#from = seq;
    this.#units = total;
  }

  holdsAfter(seq: number): boolean {
    return seq >= this.#from;
  }

  /** In order. Asked only where they are here. */
  after(seq: number): readonly RingEntry[] {
    return this.#entries.slice(this.#indexAfter(seq));
  }

  unitsAfter(seq: number): number {
    let units = 0;
    for (let index = this.#indexAfter(seq); index < this.#entries.length; index += 1)
      units += this.#entries[index]?.text.length ?? 0;
    return units;
  }

  /** The oldest leave. */
  trim(entriesMax: number, unitsMax: number): void {
    while (this.size > entriesMax || (this.#units > unitsMax && this.size > 0)) {
      const oldest = this.#entries[this.#first];
      if (oldest === undefined) return;
      this.#first += 1;
      this.#units -= oldest.text.length;
      this.#from = oldest.seq;
    }
    if (this.#first * 2 <= this.#entries.length) return;
    this.#entries = this.#entries.slice(this.#first);
    this.#first = 0;
  }

  #indexAfter(seq: number): number {
    let low = this.#first;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#entries[middle]?.seq ?? 0) > seq) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

/** A `latest` message takes the place of the one of its key right before it. */
function push(entries: RingEntry[], first: number, entry: RingEntry, count: (units: number) => void): void {
  const before = entries.length > first ? entries.at(-1) : undefined;
  count(entry.text.length);
  if (before?.isLatest === true && entry.isLatest && before.key === entry.key) {
    count(-before.text.length);
    entries[entries.length - 1] = entry;
  } else entries.push(entry);
}
