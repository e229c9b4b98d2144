/** What an isolate remembers for a while: bounded by count and, where asked, by age. The oldest entries leave. */
import type { EpochMs } from "../domain/time.ts";

export class ExpiringMap<Value> {
  readonly #entries = new Map<string, { readonly value: Value; readonly until: number }>();
  readonly #max: number;
  readonly #ageMsMax: number;

  constructor(max: number, ageMsMax: number = Number.POSITIVE_INFINITY) {
    this.#max = max;
    this.#ageMsMax = ageMsMax;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: string, now: EpochMs): Value | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    if (now < entry.until) return entry.value;
    this.#entries.delete(key);
    return undefined;
  }

  set(key: string, value: Value, now: EpochMs): void {
    this.#entries.delete(key);
    if (this.#entries.size >= this.#max) this.#dropOldest();
    this.#entries.set(key, { value, until: now + this.#ageMsMax });
  }

  #dropOldest(): void {
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined) this.#entries.delete(oldest);
  }
}
