/** What leaves in one go: gathered by lanes, counted there once, and told in one frame to each who listens. */
import type { Crowd } from "../runtime/streams/crowd.ts";
import type { Told } from "../runtime/streams/fan-out.ts";
import type { Lane } from "./lane.ts";

export class Outgoing {
  readonly #crowd: Pick<Crowd, "tell">;
  #told: Told[] = [];
  readonly #units = new Map<Lane, number>();

  constructor(crowd: Pick<Crowd, "tell">) {
    this.#crowd = crowd;
  }

  readonly add = (lane: Lane, texts: readonly string[]): void => {
    for (const text of texts) {
      this.#told.push({ topic: lane, text });
      const units = this.#units.get(lane);
      this.#units.set(lane, text.length + (units === undefined ? 0 : units + 1));
    }
  };

  send(): void {
    if (this.#told.length === 0) return;
    const told = this.#told;
    this.#told = [];
    for (const [lane, units] of this.#units) lane.count(units);
    this.#units.clear();
    this.#crowd.tell(told);
  }

  /** A lane that somebody is about to join stands where its topic does afterwards. */
  flush(lane: Lane): void {
    if (!lane.waits) return;
    this.add(lane, lane.flush());
    this.send();
  }
}
