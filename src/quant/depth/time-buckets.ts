/** Sums over the newest stretch of event time, in a fixed number of buckets: the oldest leave whole, so nothing is kept of any one event. */

/** Of a window of buckets, the newest of which is not full yet. */
export class TimeBuckets<Column extends string> {
  readonly widthMs: number;
  readonly count: number;
  readonly #columns: readonly Column[];
  readonly #sums: Float64Array;
  /** Number of the newest bucket, counted from 1 January 1970. */
  #newest = Number.NEGATIVE_INFINITY;

  constructor(columns: readonly Column[], widthMs: number, count: number) {
    this.#columns = columns;
    this.widthMs = widthMs;
    this.count = count;
    this.#sums = new Float64Array(columns.length * count);
  }

  /** Counts at a moment; one that has left the window counts nowhere. */
  add(column: Column, at: number, amount: number): void {
    const bucket = Math.floor(at / this.widthMs);
    this.#reach(bucket);
    if (bucket > this.#newest - this.count) this.#put(column, bucket, amount);
  }

  /** What held from the one moment to the other counts by its milliseconds, in each bucket for the part that lies there. */
  addOver(column: Column, from: number, to: number, value: number): void {
    if (to <= from) return;
    const last = Math.floor((to - 1) / this.widthMs);
    this.#reach(last);
    const first = Math.max(Math.floor(from / this.widthMs), this.#newest - this.count + 1);
    for (let bucket = first; bucket <= last; bucket++) {
      const start = Math.max(from, bucket * this.widthMs);
      const end = Math.min(to, (bucket + 1) * this.widthMs);
      this.#put(column, bucket, value * (end - start));
    }
  }

  /** Over the window that ends with the bucket of that moment. */
  sum(column: Column, at: number): number {
    this.#reach(Math.floor(at / this.widthMs));
    const base = this.#columns.indexOf(column) * this.count;
    let sum = 0;
    for (let slot = 0; slot < this.count; slot++) sum += this.#sums[base + slot] ?? 0;
    return sum;
  }

  #put(column: Column, bucket: number, amount: number): void {
    const at = this.#columns.indexOf(column) * this.count + (bucket % this.count);
    this.#sums[at] = (this.#sums[at] ?? 0) + amount;
  }

  /** Buckets that have left are emptied for those that come. */
  #reach(bucket: number): void {
    if (bucket <= this.#newest) return;
    const stale = Math.min(this.count, bucket - this.#newest);
    for (let back = 0; back < stale; back++) this.#clear((bucket - back) % this.count);
    this.#newest = bucket;
  }

  #clear(slot: number): void {
    for (let column = 0; column < this.#columns.length; column++) this.#sums[column * this.count + slot] = 0;
  }
}
