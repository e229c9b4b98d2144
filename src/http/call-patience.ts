/**
 * How long a call waits, first for its body and then for its actor, with one timer for both: setting and clearing one costs as much as
 * judging a body. Where the timer comes too early for what is waited for by then, it looks again.
 */
import type { Clock } from "../../actors/runtime/clock.ts";
import { CALL_DEADLINE_MS } from "../../actors/runtime/envelope.ts";
import { TookTooLong } from "../../actors/runtime/within.ts";

export class CallPatience {
  readonly #clock: Clock;
  readonly #late = Promise.withResolvers<never>();
  #until: number;
  #timer: ReturnType<typeof setTimeout>;

  constructor(clock: Clock, waitMs: number) {
    this.#clock = clock;
    this.#until = clock.now() + waitMs;
    this.#timer = this.#lookAfter(Math.min(waitMs, CALL_DEADLINE_MS));
    // Nobody may be waiting any more, or not yet.
    this.#late.promise.catch(() => undefined);
  }

  /** What `work` ends with. Throws what it throws, and `TookTooLong` once the time is over. One after the other. */
  with<Value>(work: Promise<Value>): Promise<Value> {
    return Promise.race([work, this.#late.promise]);
  }

  /** What is waited for from here on may take until then: no sooner than in `CALL_DEADLINE_MS` after the beginning. */
  until(moment: number): this {
    this.#until = moment;
    return this;
  }

  end(): void {
    clearTimeout(this.#timer);
  }

  #lookAfter(ms: number): ReturnType<typeof setTimeout> {
    return setTimeout(() => {
      const left = this.#until - this.#clock.now();
      if (left > 0) this.#timer = this.#lookAfter(left);
      else this.#late.reject(new TookTooLong("the call's time is over"));
    }, ms);
  }
}
