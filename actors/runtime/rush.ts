/**
 * Whether a hub or a gateway is told so much that fewer, fuller calls serve everybody better. Counted in news, not in calls: who gathers
 * makes fewer calls, and the rush would seem to be over.
 */
import type { EpochMs } from "../../src/domain/time.ts";

/** What symbols are asked to gather for by a hub. With the pace of batches and a turn at either end a change is there well within half a second. */
export const PAUSE_MS = 250;
/**
 * News of a second from which on it is a rush: a tenth of the calls that one object is good for. Where a machine is
 * short, hundreds of a second are not even heard while calls are made one by one: at 300 such a rush was never seen, and lasted.
 */
export const RUSH_NEWS = 100;
const SECOND_MS = 1_000;

export class Rush {
  readonly #pauseMs: number;
  #since = 0;
  #news = 0;
  #isOn = false;

  constructor(pauseMs: number = PAUSE_MS) {
    this.#pauseMs = pauseMs;
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  /** So much was told at once. Answers for how long whoever told it is to gather before it tells more. */
  pauseAfter(news: number, now: EpochMs): number {
    if (now - this.#since >= SECOND_MS) {
      this.#isOn = this.#news > RUSH_NEWS && now - this.#since < 2 * SECOND_MS;
      this.#since = now;
      this.#news = 0;
    }
    this.#news += news;
    this.#isOn ||= this.#news > RUSH_NEWS;
    return this.#isOn ? this.#pauseMs : 0;
  }
}
