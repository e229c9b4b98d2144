/** The paces of `latest` messages: lanes in which one waits are sent together, at the same moments for all lanes of a pace. */

import type { Wakes } from "../runtime/asking.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Lane } from "./lane.ts";
import type { Outgoing } from "./outgoing.ts";

export class Conflation {
  readonly #clock: Clock;
  readonly #wakes: Wakes;
  readonly #outgoing: Outgoing;
  /** By pace; a pace that nobody waits at has no timer. */
  readonly #waiting = new Map<number, Set<Lane>>();

  constructor(clock: Clock, wakes: Wakes, outgoing: Outgoing) {
    this.#clock = clock;
    this.#wakes = wakes;
    this.#outgoing = outgoing;
  }

  /** Lanes that wait, over all paces. */
  get size(): number {
    let size = 0;
    for (const lanes of this.#waiting.values()) size += lanes.size;
    return size;
  }

  /** After a lane was given something. */
  note(lane: Lane): void {
    if (!lane.waits) return;
    const lanes = this.#waiting.get(lane.conflateMs);
    if (lanes !== undefined) {
      lanes.add(lane);
      return;
    }
    const { conflateMs } = lane;
    this.#waiting.set(conflateMs, new Set([lane]));
    this.#wakes.set(() => this.#tick(conflateMs), conflateMs - (this.#clock.now() % conflateMs));
  }

  #tick(conflateMs: number): void {
    const lanes = this.#waiting.get(conflateMs);
    this.#waiting.delete(conflateMs);
    for (const lane of lanes ?? []) this.#outgoing.add(lane, lane.flush());
    this.#outgoing.send();
  }
}
