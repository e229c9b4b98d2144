/**
 * Who is being pushed to, who is in backoff, and whose turn is next. One push per destination at a time; the archiver has its own slot,
 * so that no number of slow destinations keeps facts from the mirror.
 */
import type { EpochMs } from "../../src/domain/time.ts";
import type { Clock } from "./clock.ts";

/** A push that has not ended by then is taken for dead and tried again. Longer than the archiver's own deadline. */
export const PUSH_WATCHDOG_MS = 30_000;
/** Destinations asked at the same time, so that an account of a thousand strategies does not make a thousand calls at once. */
export const PARALLEL_PUSHES_MAX = 32;
/** First wait after a failure; doubles, with full jitter. */
const RETRY_MS = 200;
/** A destination that is away is asked this often at the most seldom. */
export const RETRY_MS_MAX = 15_000;
/** By then the wait has passed RETRY_MS_MAX; further doubling would only overflow. */
const DOUBLINGS_MAX = 10;
/** A destination that says when to come again is believed up to here: the longest that a breaker stays open. */
export const TOLD_MS_MAX = 60_000;
/** All who were told the same moment come within this after it, rather than together; little, since then somebody is there. */
export const TOLD_SPREAD_MS = 2_000;

/** A destination that refused a batch, and when it wants to be asked again, where it says so. */
export class DeliveryRefused extends Error {
  override readonly name = "DeliveryRefused";
  readonly retryAfterMs: number | undefined;

  constructor(message: string, retryAfterMs: number | undefined) {
    super(message);
    this.retryAfterMs = retryAfterMs;
  }
}

export type PushOptions = {
  readonly clock: Clock;
  readonly randomFraction: () => number;
  /** The destination with a slot of its own, and whether it has something waiting. */
  readonly first: string;
  readonly firstWaits: () => boolean;
  /** The others that have something waiting, the longest unasked first. */
  readonly waiting: () => Iterable<string>;
  /** Delivers one batch of what was waiting up to `upTo`. False when nothing was; throws when it failed. */
  readonly deliverOne: (destination: string, upTo: number) => Promise<boolean>;
  /** The newest fact now. */
  readonly upTo: () => number;
  /** False when nobody may be asked any more. */
  readonly open: () => boolean;
  /** Somebody is in backoff now. The alarm does the waiting: it survives eviction. */
  readonly backedOff: () => void;
};

type Attempts = { running: Promise<boolean> | undefined; upTo: number; failures: number; notBefore: number };

export class Pushes {
  readonly #options: PushOptions;
  readonly #attempts = new Map<string, Attempts>();
  #others = 0;

  constructor(options: PushOptions) {
    this.#options = options;
  }

  /** Starts a push to everybody who has something waiting, has none under way, is not in backoff and finds a slot. */
  start(): void {
    if (!this.#options.open()) return;
    const now = this.#options.clock.now();
    const { first, firstWaits, waiting } = this.#options;
    if (firstWaits() && this.#isFree(first, now)) void this.push(first);
    for (const destination of waiting()) {
      if (this.#others >= PARALLEL_PUSHES_MAX) return;
      if (this.#isFree(destination, now)) void this.push(destination);
    }
  }

  isRunning(destination: string): boolean {
    return this.#attempts.get(destination)?.running !== undefined;
  }

  /** When the first of those in backoff may be asked again. */
  nextTry(now: EpochMs): EpochMs | undefined {
    let next: number | undefined;
    for (const { running, notBefore } of this.#attempts.values())
      if (running === undefined && notBefore > now && (next === undefined || notBefore < next))
        next = notBefore;
    return next as EpochMs | undefined;
  }

  /** Ends when nobody is being pushed to. */
  async idle(): Promise<void> {
    for (let running = this.#running(); running.length > 0; running = this.#running())
      await Promise.all(running);
  }

  /** Delivers everything that waits for this destination now. False when it failed and will be tried again later. */
  push(destination: string): Promise<boolean> {
    const { clock, open, upTo } = this.#options;
    const attempts = this.#attemptsOf(destination);
    const wanted = upTo();
    if (attempts.running !== undefined)
      return this.#join(destination, attempts.running, attempts.upTo, wanted);
    if (!open() || attempts.notBefore > clock.now()) return Promise.resolve(false);
    attempts.upTo = wanted;
    attempts.running = this.#run(destination, attempts);
    return attempts.running;
  }

  /** The push under way may have started before the newest fact. */
  async #join(
    destination: string,
    running: Promise<boolean>,
    reaches: number,
    wanted: number,
  ): Promise<boolean> {
    return (await running) && (reaches >= wanted || this.push(destination));
  }

  async #run(destination: string, attempts: Attempts): Promise<boolean> {
    this.#count(destination, 1);
    let delivered = false;
    try {
      while (await this.#options.deliverOne(destination, attempts.upTo)) attempts.failures = 0;
      delivered = this.#options.open();
    } catch (error) {
      if (this.#options.open()) this.#backOff(attempts, toldMs(error));
    }
    this.#count(destination, -1);
    attempts.running = undefined;
    if (delivered) this.#attempts.delete(destination);
    else if (this.#options.open()) this.#options.backedOff();
    // A slot is free, and something may have come in meanwhile.
    this.start();
    return delivered;
  }

  /** Full jitter, so that ten thousand actors do not come back together. */
  #backOff(attempts: Attempts, told: number | undefined): void {
    const { clock, randomFraction } = this.#options;
    attempts.failures += 1;
    const grown = RETRY_MS * 2 ** Math.min(attempts.failures, DOUBLINGS_MAX);
    const ceiling = Math.min(told === undefined ? RETRY_MS_MAX : TOLD_SPREAD_MS, grown);
    attempts.notBefore = clock.now() + (told ?? 0) + 1 + Math.floor(ceiling * randomFraction());
  }

  #isFree(destination: string, now: EpochMs): boolean {
    const attempts = this.#attempts.get(destination);
    return attempts === undefined || (attempts.running === undefined && attempts.notBefore <= now);
  }

  #attemptsOf(destination: string): Attempts {
    const present = this.#attempts.get(destination);
    if (present !== undefined) return present;
    const attempts: Attempts = { running: undefined, upTo: 0, failures: 0, notBefore: 0 };
    this.#attempts.set(destination, attempts);
    return attempts;
  }

  #count(destination: string, change: number): void {
    if (destination !== this.#options.first) this.#others += change;
  }

  #running(): Promise<boolean>[] {
    return [...this.#attempts.values()].flatMap(({ running }) => running ?? []);
  }
}

/** Whole milliseconds: they become the time of an alarm. */
function toldMs(error: unknown): number | undefined {
  const told = error instanceof DeliveryRefused ? error.retryAfterMs : undefined;
  return told === undefined || !(told >= 0) ? undefined : Math.min(TOLD_MS_MAX, Math.ceil(told));
}
