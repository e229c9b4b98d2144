/**
 * Telling one other actor what is new here: one call at a time, and what comes meanwhile goes with the next. A call that fails or hangs is told
 * again with growing patience. What was committed and not heard is watched over by a timer on disk, so a kill loses none of it.
 *
 * Whoever is told may ask for a pause: news then gathers, for a bounded time. What the news is, the caller knows: `take` hands it over, and
 * `failed` takes it back.
 */
import type { EpochMs } from "../../src/domain/time.ts";
import type { Clock } from "./clock.ts";
import type { ActorReply } from "./reply.ts";

/** First wait after a failure; doubles, with full jitter. */
const RETRY_MS = 100;
/** Who is away is asked this often at the most seldom: news must be there soon after it is back. */
export const RETRY_MS_MAX = 5_000;
/** Doublings that are counted: far beyond the longest wait. */
const DOUBLINGS_MAX = 10;

/** When to look whether everything was heard. An actor that lives has told it long before; one that was killed wakes for it. */
export const UNTOLD_WATCH_MS = 30_000;
/**
 * A call that has not ended by then has failed: it is answered from memory, and a cold object is there in a second. Noticed with the next
 * news, or by the watch: a timer for each call would cost a good part of it, and one that outlived it would keep the actor from being evicted.
 */
export const TELL_MS_MAX = 10_000;
/** However long a pause is asked for, news leaves by then. */
export const PAUSE_MS_MAX = 250;

export type TellingOptions<Load, Heard> = {
  readonly clock: Clock;
  readonly randomFraction: () => number;
  readonly hasNews: () => boolean;
  /** It does not wait for a pause to end. */
  readonly isUrgent: () => boolean;
  /** What leaves now, or undefined where it cannot yet. */
  readonly take: () => Load | undefined;
  readonly send: (load: Load) => Promise<ActorReply<Heard>>;
  /** It was heard. Answers for how long the next news is to gather. */
  readonly taken: (load: Load, heard: Heard) => number | undefined;
  /** It was not heard, or nobody knows. */
  readonly failed: (load: Load) => void;
  /** Wakes the actor for another try, also after an eviction. */
  readonly retryAt: (at: EpochMs) => void;
  /** Nothing is left to wake for. */
  readonly allTold: () => void;
  readonly later: Later;
};
/** Runs once after that time, unless the answer is called before. */
export type Later = (run: () => void, afterMs: number) => () => void;

/** What has left and was not answered yet. */
type Call<Load> = { readonly load: Load; readonly at: EpochMs };

export class Telling<Load, Heard> {
  readonly #options: TellingOptions<Load, Heard>;
  #underWay: Call<Load> | undefined;
  #failures = 0;
  #failingSince: number | undefined;
  #notBefore = 0;
  #isWatched = false;
  /** What was asked for, from the answer on. */
  #pauseMs = 0;
  #answeredAt = 0;
  /** Ends the wait of gathered news. */
  #stopGathering: (() => void) | undefined;

  constructor(options: TellingOptions<Load, Heard>) {
    this.#options = options;
  }

  get isUnderWay(): boolean {
    return this.#underWay !== undefined;
  }

  /** Since when every call has failed; undefined where the last one was heard, or there was none. */
  get failingSince(): number | undefined {
    return this.#failingSince;
  }

  /** Starts a call if there is news and none is under way. Never awaited by a command, never throws. */
  tell(): void {
    const { clock, hasNews, take } = this.#options;
    const now = clock.now();
    if (this.#underWay !== undefined && now - this.#underWay.at >= TELL_MS_MAX) this.#failed(this.#underWay);
    if (this.#underWay !== undefined || !hasNews() || now < this.#notBefore || this.#gathers(now)) return;
    const load = take();
    if (load === undefined) return;
    this.#stop();
    void this.#run({ load, at: now });
  }

  /** The alarm's part. It has taken the timer, so what was not heard yet gets one again: its own time, or that of a new watch. */
  wake(): void {
    this.tell();
    const { clock, hasNews, retryAt } = this.#options;
    const now = clock.now();
    if (this.#underWay !== undefined || this.#stopGathering !== undefined) {
      this.#isWatched = true;
      retryAt((now + UNTOLD_WATCH_MS) as EpochMs);
    } else if (hasNews() && now < this.#notBefore) retryAt((this.#notBefore + 1) as EpochMs);
  }

  /** Nobody is told any more; what is under way is not waited for. */
  stop(): void {
    this.#underWay = undefined;
    this.#stop();
  }

  #stop(): void {
    this.#stopGathering?.();
    this.#stopGathering = undefined;
  }

  #gathers(now: EpochMs): boolean {
    const { isUrgent, later } = this.#options;
    if (now - this.#answeredAt >= this.#pauseMs || isUrgent()) return false;
    this.#stopGathering ??= later(() => {
      this.#stopGathering = undefined;
      this.#pauseMs = 0;
      this.tell();
    }, this.#pauseMs);
    return true;
  }

  async #run(call: Call<Load>): Promise<void> {
    this.#underWay = call;
    const reply = await this.#reach(call.load);
    // It was given up: what it carried has gone with another.
    if (this.#underWay !== call) return;
    if (reply?.ok === true) this.#taken(call.load, reply.value);
    else this.#failed(call);
  }

  /** Undefined where nobody answered. A stub may throw before it calls. */
  async #reach(load: Load): Promise<ActorReply<Heard> | undefined> {
    try {
      return await this.#options.send(load);
    } catch {
      return undefined;
    }
  }

  #taken(load: Load, heard: Heard): void {
    this.#underWay = undefined;
    this.#failures = 0;
    this.#failingSince = undefined;
    this.#answeredAt = this.#options.clock.now();
    this.#pauseMs = Math.min(this.#options.taken(load, heard) ?? 0, PAUSE_MS_MAX);
    this.tell();
    this.#endWatch();
  }

  #failed({ load, at }: Call<Load>): void {
    this.#underWay = undefined;
    this.#failingSince ??= at;
    this.#options.failed(load);
    this.#retryLater();
  }

  /** The watch that the alarm set anew leaves, or each would wake an evicted actor only to set the next. */
  #endWatch(): void {
    if (!this.#isWatched || this.#underWay !== undefined || this.#options.hasNews()) return;
    this.#isWatched = false;
    this.#options.allTold();
  }

  #retryLater(): void {
    const { clock, randomFraction, retryAt } = this.#options;
    this.#failures += 1;
    const ceiling = Math.min(RETRY_MS_MAX, RETRY_MS * 2 ** Math.min(this.#failures, DOUBLINGS_MAX));
    this.#notBefore = clock.now() + Math.ceil(ceiling * randomFraction());
    retryAt((this.#notBefore + 1) as EpochMs);
  }
}

/** The platform's. */
export const platformLater: Later = (run, afterMs) => {
  const timer = setTimeout(run, afterMs);
  return () => clearTimeout(timer);
};
