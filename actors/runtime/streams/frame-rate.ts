/** How fast a client may speak: a bucket that fills steadily and holds a burst. */

/** Control frames: 100 charts that are each acknowledged once a second. */
export const FRAMES_PER_SECOND_MAX = 100;
/** A client that comes back resumes each of its topics at once, and acknowledges what it gets. */
export const FRAME_BURST_MAX = 300;

export class FrameRate {
  #tokens = FRAME_BURST_MAX;
  #at: number;

  constructor(now: number) {
    this.#at = now;
  }

  /** Whether one more frame may come now. */
  take(now: number): boolean {
    const filled = (Math.max(0, now - this.#at) * FRAMES_PER_SECOND_MAX) / 1_000;
    this.#tokens = Math.min(FRAME_BURST_MAX, this.#tokens + filled);
    this.#at = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
