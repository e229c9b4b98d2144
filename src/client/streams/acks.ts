/** Says what was taken in: often enough to stay far below the server's bound of 1 MiB, seldom enough to be no traffic. */
import type { Surroundings } from "../surroundings.ts";
import type { Followed } from "./followed.ts";
import { ackFrames } from "./frames.ts";

// A tenth of what a lagging reader is given, and some ten kilobytes of quotes.
const ACK_MS = 1_000;
const ACK_MESSAGES = 50;
/** So that acknowledgements stay below the rate of frames, also where each topic needs a frame of its own. */
const FRAME_MS = 25;

export class Acks {
  readonly #surroundings: Surroundings;
  readonly #send: (frame: object) => void;
  readonly #isGateway: boolean;
  readonly #due = new Set<Followed>();
  #messages = 0;
  #notBefore = 0;
  #timer: { readonly at: number; readonly cancel: () => void } | undefined;

  constructor(surroundings: Surroundings, isGateway: boolean, send: (frame: object) => void) {
    this.#surroundings = surroundings;
    this.#isGateway = isGateway;
    this.#send = send;
  }

  took(followed: Followed): void {
    this.#due.add(followed);
    this.#messages += 1;
    const now = this.#surroundings.now();
    if (this.#messages < ACK_MESSAGES) this.#flushAt(now + ACK_MS, now);
    else if (now >= this.#notBefore) this.flush();
    else this.#flushAt(this.#notBefore, now);
  }

  flush(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const acks = [...this.#due].flatMap((followed) => {
      const { topic, place, acked } = followed;
      if (place === undefined || acked === place.seq) return [];
      followed.acked = place.seq;
      return [{ topic, seq: place.seq }];
    });
    this.#due.clear();
    this.#messages = 0;
    const frames = ackFrames(acks, this.#isGateway);
    this.#notBefore = this.#surroundings.now() + frames.length * FRAME_MS;
    for (const frame of frames) this.#send(frame);
  }

  /** Of a connection that is gone nothing can be said. */
  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#due.clear();
    this.#messages = 0;
  }

  #flushAt(at: number, now: number): void {
    if (this.#timer !== undefined && this.#timer.at <= at) return;
    this.#timer?.cancel();
    this.#timer = { at, cancel: this.#surroundings.later(() => this.flush(), at - now) };
  }
}
