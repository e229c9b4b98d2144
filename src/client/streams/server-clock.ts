/** How far the server's clock is from ours, so that the age of a message can be told on a machine whose clock is wrong. */

/** Clocks drift by milliseconds in this time, and the best of so many pings is seldom a slow one. */
const SAMPLES_MAX = 16;

type Sample = { readonly roundTripMs: number; readonly aheadMs: number };

export class ServerClock {
  #samples: Sample[] = [];
  #askedAt: number | undefined;

  asked(now: number): void {
    this.#askedAt ??= now;
  }

  /** The server's time, told in answer to what was asked; halfway through the wait. */
  answered(serverTs: number, now: number): void {
    if (this.#askedAt === undefined) return;
    const roundTripMs = now - this.#askedAt;
    this.#askedAt = undefined;
    const sample = { roundTripMs, aheadMs: serverTs - (now - roundTripMs / 2) };
    this.#samples = [...this.#samples, sample].slice(-SAMPLES_MAX);
  }

  /** A new connection may end at another machine. */
  forget(): void {
    this.#samples = [];
    this.#askedAt = undefined;
  }

  /** From when a message was made until now; null while nothing is known of the server's clock. */
  lagMs(madeAt: number, now: number): number | null {
    const [first, ...others] = this.#samples;
    if (first === undefined) return null;
    const best = others.reduce((one, other) => (other.roundTripMs < one.roundTripMs ? other : one), first);
    return Math.max(0, Math.round(now + best.aheadMs - madeAt));
  }
}
