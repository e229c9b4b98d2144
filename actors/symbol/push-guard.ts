/**
 * Ends the wait for a push that does not end. One timer stands over all pushes of a busy symbol, since setting and clearing one for each
 * costs as much as a good part of the push: a call that is there when it is set is given up when it runs, a later one at its next run.
 */
export type Later = (run: () => void, afterMs: number) => () => void;

export class PushGuard {
  readonly #later: Later;
  readonly #waitMs: number;
  #giveUp: (() => void) | undefined;
  #stands = false;

  /** A call is given up after this time, and after twice as much at the latest. */
  constructor(later: Later, waitMs: number) {
    this.#later = later;
    this.#waitMs = waitMs;
  }

  /** Undefined where the call failed or was given up; what it says then is heard by nobody. One at a time. Never throws. */
  ended<Reply>(call: Promise<Reply>): Promise<Reply | undefined> {
    const { promise, resolve } = Promise.withResolvers<Reply | undefined>();
    const giveUp = () => resolve(undefined);
    const end = (reply: Reply | undefined): void => {
      if (this.#giveUp === giveUp) this.#giveUp = undefined;
      resolve(reply);
    };
    this.#giveUp = giveUp;
    call.then(end, () => end(undefined));
    this.#stand();
    return promise;
  }

  #stand(): void {
    if (this.#stands) return;
    this.#stands = true;
    const watched = this.#giveUp;
    this.#later(() => {
      this.#stands = false;
      if (this.#giveUp === watched) this.#giveUp?.();
      if (this.#giveUp !== undefined && this.#giveUp !== watched) this.#stand();
    }, this.#waitMs);
  }
}
