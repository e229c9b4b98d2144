/**
 * Connections that were sent to a gateway and that it may not have reported yet. Without them a thousand clients that come back within a
 * second would all be sent to the one that was emptiest a second ago.
 */
import { ARRIVING_MS } from "./bounds.ts";
import type { Arriving } from "./state.ts";

const SECOND_MS = 1_000;

export class Arrivals {
  readonly #seconds = new Map<string, Arriving[]>();

  expect(gateway: string, now: number): void {
    const seconds = this.#standing(gateway, now);
    const second = Math.floor(now / SECOND_MS);
    const running = seconds.find((one) => one.second === second);
    if (running === undefined) seconds.push({ second, count: 1 });
    else running.count += 1;
    this.#seconds.set(gateway, seconds);
  }

  countOf(gateway: string, now: number): number {
    const seconds = this.#standing(gateway, now);
    let count = 0;
    for (const one of seconds) count += one.count;
    return count;
  }

  /** Entries over all gateways. */
  get size(): number {
    let size = 0;
    for (const seconds of this.#seconds.values()) size += seconds.length;
    return size;
  }

  forget(gateway: string): void {
    this.#seconds.delete(gateway);
  }

  #standing(gateway: string, now: number): Arriving[] {
    const oldest = Math.floor((now - ARRIVING_MS) / SECOND_MS);
    return (this.#seconds.get(gateway) ?? []).filter(({ second }) => second > oldest);
  }
}
