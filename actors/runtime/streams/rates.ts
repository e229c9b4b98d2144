/** How fast a client may speak, and how much it may have told at its own request: buckets that fill steadily and hold a burst. */

/** Control frames: 100 charts that are each acknowledged once a second. */
export const FRAMES_PER_SECOND_MAX = 100;
/** A client that comes back resumes each of its topics at once, and acknowledges what it gets. */
export const FRAME_BURST_MAX = 300;
/** Frames of an op of the actor's own that are refused before they are queued: all that anybody keeps in flight, in a bad moment. */
export const REFUSED_BURST_MAX = 1_024;
/** After the burst, as control frames. */
const REFUSED_PER_SECOND_MAX = 100;
/** Snapshots and replays, in units: the largest account and a full ring, several times over. */
export const ANSWER_UNITS_BURST_MAX = 8_388_608;
/** After the burst: a full ring each second. */
export const ANSWER_UNITS_PER_SECOND_MAX = 1_048_576;
/** Replies to ops of the actor's own, in units: all orders that one object can decide in a second, each with every check told. */
export const REPLY_UNITS_PER_SECOND_MAX = 33_554_432;
/** A second of it. */
export const REPLY_UNITS_BURST_MAX = REPLY_UNITS_PER_SECOND_MAX;

export type Rates = {
  readonly frames: Bucket;
  readonly refused: Bucket;
  readonly answers: Bucket;
  readonly replies: Bucket;
};

/** `frameBurst` is more for who may have so many more topics. */
export const ratesFrom = (now: number, frameBurst: number = FRAME_BURST_MAX): Rates => ({
  frames: new Bucket(FRAMES_PER_SECOND_MAX, frameBurst, now),
  refused: new Bucket(REFUSED_PER_SECOND_MAX, REFUSED_BURST_MAX, now),
  answers: new Bucket(ANSWER_UNITS_PER_SECOND_MAX, ANSWER_UNITS_BURST_MAX, now),
  replies: new Bucket(REPLY_UNITS_PER_SECOND_MAX, REPLY_UNITS_BURST_MAX, now),
});

export class Bucket {
  readonly #perSecond: number;
  readonly #most: number;
  #held: number;
  #at: number;

  constructor(perSecond: number, most: number, now: number) {
    this.#perSecond = perSecond;
    this.#most = most;
    this.#held = most;
    this.#at = now;
  }

  /** Whether one more may come now. */
  take(now: number): boolean {
    if (this.isSpent(now)) return false;
    this.#held -= 1;
    return true;
  }

  /** What nobody knows before it is there: it may leave a debt, which is waited for. */
  charge(amount: number): void {
    this.#held -= amount;
  }

  isSpent(now: number): boolean {
    const filled = (Math.max(0, now - this.#at) * this.#perSecond) / 1_000;
    this.#held = Math.min(this.#most, this.#held + filled);
    this.#at = now;
    return this.#held < 1;
  }
}
