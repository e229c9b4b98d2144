/**
 * A symbol's news for its hub. Each commit that changed a price or the reference data is told once, in order; while the hub does not
 * answer the news gathers here, bounded. All of it is memory: after a load the first event tells the current mark, and the hub sees by
 * the change's number whether it missed one.
 *
 * A hub that says that nobody follows is told nothing more until it asks for a snapshot, as it does for whoever follows first. A snapshot
 * begins a new generation: what the hub said to a push of an earlier one may have been said before somebody followed.
 */
import type { Instrument } from "../../../src/domain/instrument.ts";
import type { PriceMark } from "../../../src/domain/price.ts";
import type { EpochMs } from "../../../src/domain/time.ts";
import type { PriceChange, PriceUpdate, PushTaken } from "../../price-hub/messages.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { ActorReply } from "../../runtime/reply.ts";
import { WAITING_CHANGES_MAX } from "../limits.ts";

/** First wait after a failure; doubles, with full jitter. */
const RETRY_MS = 100;
/** A hub that is away is asked this often at the most seldom: prices must be there soon after it is back. */
export const RETRY_MS_MAX = 5_000;

/** When to look whether the hub has heard of a commit. A symbol that lives has told it long before; one that was killed wakes for it. */
export const UNTOLD_WATCH_MS = 30_000;
/**
 * A call that has not ended by then has failed: a hub answers from memory, and a cold one is there in a second. Noticed with the next news,
 * or by the watch: a timer for each push would cost a good part of it, and one that outlived it would keep the symbol from being evicted.
 */
export const PUSH_MS_MAX = 10_000;

/** However long a hub asks for, a price is told by then. */
export const PAUSE_MS_MAX = 250;

export type TellingOptions = {
  readonly symbol: PriceUpdate["symbol"];
  readonly clock: Clock;
  readonly current: () => { readonly mark: PriceMark; readonly instrument: Instrument | undefined };
  readonly push: (update: PriceUpdate) => Promise<ActorReply<PushTaken | null>>;
  /** Wakes the actor for another try, also after an eviction. */
  readonly retryAt: (at: EpochMs) => void;
  /** Nothing is left to wake for. */
  readonly allTold: () => void;
  /** Runs once after that time, unless the answer is called before. */
  readonly later: (run: () => void, afterMs: number) => () => void;
  readonly randomFraction: () => number;
};

/** What has left and was not answered yet. */
type Push = {
  readonly at: EpochMs;
  readonly changes: PriceChange[];
  readonly sampled: boolean;
  readonly reference: boolean;
  readonly generation: number;
};

export class PriceTelling {
  readonly #options: TellingOptions;
  #changes: PriceChange[] = [];
  #sampled = false;
  #untold = true;
  #referenceUntold = true;
  #underWay: Push | undefined;
  #failures = 0;
  #notBefore = 0;
  #isWatched = false;
  /** After a load somebody may follow: the hub says where it is not so. */
  #isFollowed = true;
  #generation = 0;
  /** What the hub has asked for, from its answer on. */
  #pauseMs = 0;
  #answeredAt = 0;
  /** Ends the wait of gathered news. */
  #stopGathering: (() => void) | undefined;

  constructor(options: TellingOptions) {
    this.#options = options;
  }

  /** Changes that wait for the hub. */
  get waiting(): number {
    return this.#changes.length;
  }

  get untold(): boolean {
    return this.#untold || this.#referenceUntold;
  }

  /** News of a turn; told after its commit. */
  note(changes: readonly PriceChange[], reference: boolean): void {
    if (!this.#isFollowed) return;
    this.#untold = true;
    this.#referenceUntold ||= reference;
    this.#queue([...this.#changes, ...changes]);
  }

  /** Somebody is about to be told where the symbol stands, and may follow it from here on. */
  snapshotAsked(): void {
    this.#generation += 1;
    if (!this.#isFollowed) this.#untold = this.#referenceUntold = true;
    this.#isFollowed = true;
  }

  /** Starts a push if there is news and none is under way. Never awaited by a command, never throws. */
  tell(): void {
    const now = this.#options.clock.now();
    if (this.#underWay !== undefined && now - this.#underWay.at >= PUSH_MS_MAX) this.#failed(this.#underWay);
    if (this.#underWay !== undefined || !this.untold || now < this.#notBefore) return;
    const { mark, instrument } = this.#options.current();
    if (instrument === undefined || this.#gathers(now)) return;
    this.#stopGathering?.();
    this.#stopGathering = undefined;
    void this.#push(mark, instrument, now);
  }

  /** The alarm's part. It has taken the timer, so what the hub has not heard yet gets one again: its own time, or that of a new watch. */
  wake(): void {
    this.tell();
    const { clock, retryAt } = this.#options;
    const now = clock.now();
    if (this.#underWay !== undefined || this.#stopGathering !== undefined) {
      this.#isWatched = true;
      retryAt((now + UNTOLD_WATCH_MS) as EpochMs);
    } else if (this.untold && now < this.#notBefore) retryAt((this.#notBefore + 1) as EpochMs);
  }

  /** In a rush a price waits for the next one, up to a bound; reference data never does. */
  #gathers(now: EpochMs): boolean {
    if (this.#referenceUntold || now - this.#answeredAt >= this.#pauseMs) return false;
    this.#stopGathering ??= this.#options.later(() => {
      this.#stopGathering = undefined;
      this.#pauseMs = 0;
      this.tell();
    }, this.#pauseMs);
    return true;
  }

  async #push(mark: PriceMark, instrument: Instrument, at: EpochMs): Promise<void> {
    const push: Push = {
      at,
      changes: this.#changes,
      sampled: this.#sampled,
      reference: this.#referenceUntold,
      generation: this.#generation,
    };
    this.#changes = [];
    this.#sampled = this.#untold = this.#referenceUntold = false;
    this.#underWay = push;
    const { changes, sampled, reference } = push;
    const { symbol } = this.#options;
    const taken = await this.#reach({ symbol, mark, changes, sampled, ...(reference ? { instrument } : {}) });
    // It was given up: what it carried has gone with another.
    if (this.#underWay !== push) return;
    if (taken === undefined) this.#failed(push);
    else this.#taken(push, taken);
  }

  #taken({ generation }: Push, { followed, pauseMs = 0 }: PushTaken): void {
    this.#underWay = undefined;
    this.#failures = 0;
    this.#pauseMs = Math.min(pauseMs, PAUSE_MS_MAX);
    this.#answeredAt = this.#options.clock.now();
    if (!followed) this.#unfollowed(generation);
    this.tell();
    this.#endWatch();
  }

  #failed({ changes, sampled, reference }: Push): void {
    this.#underWay = undefined;
    this.#untold = true;
    this.#referenceUntold ||= reference;
    this.#sampled ||= sampled;
    this.#queue([...changes, ...this.#changes]);
    this.#retryLater();
  }

  /** What nobody hears is not kept. Where a snapshot was asked for meanwhile, the hub is told where the symbol stands: it has dropped that push. */
  #unfollowed(generation: number): void {
    this.#isFollowed = generation !== this.#generation;
    this.#untold = this.#referenceUntold = this.#isFollowed;
    if (this.#isFollowed) return;
    this.#changes = [];
    this.#sampled = false;
  }

  /** The watch that the alarm set anew leaves, or each would wake an evicted symbol only to set the next. */
  #endWatch(): void {
    if (!this.#isWatched || this.#underWay !== undefined || this.untold) return;
    this.#isWatched = false;
    this.#options.allTold();
  }

  /** Undefined where the hub did not take it. A stub may throw before it calls. */
  async #reach(update: PriceUpdate): Promise<PushTaken | undefined> {
    try {
      const reply = await this.#options.push(update);
      return reply.ok ? (reply.value ?? FOLLOWED) : undefined;
    } catch {
      return undefined;
    }
  }

  /** Beyond the bound the newest stay, and the update says that some are missing. */
  #queue(changes: PriceChange[]): void {
    this.#changes = changes.slice(-WAITING_CHANGES_MAX);
    if (changes.length > WAITING_CHANGES_MAX) this.#sampled = true;
  }

  #retryLater(): void {
    const { clock, randomFraction, retryAt } = this.#options;
    this.#failures += 1;
    const ceiling = Math.min(RETRY_MS_MAX, RETRY_MS * 2 ** Math.min(this.#failures, 10));
    this.#notBefore = clock.now() + Math.ceil(ceiling * randomFraction());
    retryAt((this.#notBefore + 1) as EpochMs);
  }
}

/** What a hub of the version before means, which says nothing. */
const FOLLOWED: PushTaken = { followed: true };
