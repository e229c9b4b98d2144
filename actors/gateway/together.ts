/** Frames of several clients that come within a macrotask are taken in one: what they write is one commit, and what is said waits behind no other. */
import type { Wakes } from "../runtime/asking.ts";
import { TOGETHER_MAX } from "./limits.ts";

export class Together {
  readonly #wakes: Pick<Wakes, "set">;
  #moment: Promise<void> | undefined;
  #count = 0;

  constructor(wakes: Pick<Wakes, "set">) {
    this.#wakes = wakes;
  }

  /** When it is to be done, with whatever else has come by then. */
  moment(): Promise<void> {
    if (this.#moment === undefined || this.#count >= TOGETHER_MAX) this.#begin();
    this.#count += 1;
    // SAFETY: `begin` has set it.
    return this.#moment as Promise<void>;
  }

  #begin(): void {
    const moment = new Promise<void>((resolve) => {
      this.#wakes.set(() => {
        if (this.#moment === moment) this.#moment = undefined;
        resolve();
      }, 0);
    });
    this.#moment = moment;
    this.#count = 0;
  }
}
