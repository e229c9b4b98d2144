/** When each subscriber is told: one batch at a time, one in 200 ms, at once where reference data changed, and with growing patience where it fails. */
import type { EpochMs } from "../../src/domain/time.ts";
import type { Wakes } from "../runtime/asking.ts";
import type { Clock } from "../runtime/clock.ts";
import { Patience } from "../runtime/within.ts";
import { confirmBatch, failBatch, type Round, takeBatch } from "./batches.ts";
import type { PriceUpdate, SubscriberName } from "./messages.ts";
import { forgetHeard } from "./prices.ts";
import type { HubState } from "./state.ts";

/** The contract's pace: with a symbol's commit and a shard's turn a price is there well within half a second. */
export const CADENCE_MS = 200;
/** In a rush, where symbols gather first: together they take no longer than half a second either. */
export const RUSH_CADENCE_MS = 100;
/** So many subscribers are told twice as often; more of them would cost more calls than the symbols save. */
export const RUSH_SUBSCRIBERS_MAX = 100;
/** First wait after a failure; doubles, with full jitter. */
const RETRY_MS = 400;
/** A subscriber that is away is asked this often at the most seldom. */
export const RETRY_MS_MAX = 15_000;
/** After so many failures in a row (five minutes) nobody waits for a subscriber any more; it is tried when there is something new. */
export const PATIENCE = 24;

/** A call that has not ended by then has failed: a turn takes milliseconds, and a cold object is there in a second. */
export const CALL_MS_MAX = 10_000;

export type DeliveryOptions = {
  readonly state: HubState;
  readonly clock: Clock;
  /** Resolves to whether the subscriber took it; never rejects, and waits no longer than the patience of its run. */
  readonly send: (
    subscriber: SubscriberName,
    updates: readonly PriceUpdate[],
    patience: Patience,
  ) => Promise<boolean>;
  readonly wakes: Wakes;
  readonly randomFraction: () => number;
  readonly isRush: () => boolean;
};

type Link = { inFlight: boolean; failures: number; notBefore: number };

export class Delivery {
  readonly #options: DeliveryOptions;
  /** Subscribers that are being told or have failed. */
  readonly #links = new Map<SubscriberName, Link>();
  #timer: { readonly due: number; readonly handle: unknown } | undefined;
  #lastRun = 0;

  constructor(options: DeliveryOptions) {
    this.#options = options;
  }

  /** Something waits. `urgent`: it does not wait for the pace. */
  arm(urgent = false): void {
    if (urgent) this.#armAt(this.#options.clock.now());
    // Nothing else is due before the pace allows it, so most news needs no look at who waits.
    else if (this.#timer === undefined || this.#timer.due > this.#paced) this.#armAt(this.nextDue());
  }

  #armAt(due: EpochMs | undefined): void {
    const { clock, wakes } = this.#options;
    if (due === undefined || (this.#timer !== undefined && this.#timer.due <= due)) return;
    if (this.#timer !== undefined) wakes.clear(this.#timer.handle);
    const run = () => {
      this.#timer = undefined;
      this.#run();
    };
    const handle = wakes.set(run, Math.max(0, due - clock.now()));
    this.#timer = { due, handle };
  }

  /** When the next batch may leave, or undefined where nobody is waited for. */
  nextDue(): EpochMs | undefined {
    let earliest: EpochMs | undefined;
    for (const name of this.#options.state.waiting) {
      if (this.#links.get(name)?.inFlight) continue;
      const due = this.#dueOf(name);
      if (earliest === undefined || due < earliest) earliest = due;
      if (earliest === this.#paced) break;
    }
    return earliest;
  }

  #dueOf(name: SubscriberName): EpochMs {
    return Math.max(this.#paced, this.#links.get(name)?.notBefore ?? 0) as EpochMs;
  }

  get #paced(): number {
    return this.#lastRun + this.#cadenceMs;
  }

  get #cadenceMs(): number {
    const { state, isRush } = this.#options;
    return state.subscribers.size <= RUSH_SUBSCRIBERS_MAX && isRush() ? RUSH_CADENCE_MS : CADENCE_MS;
  }

  /** Nobody is owed anything that would be waited for. */
  get isQuiet(): boolean {
    for (const link of this.#links.values()) if (link.inFlight) return false;
    return this.nextDue() === undefined;
  }

  /** Subscribers that are being told or have failed. */
  get links(): number {
    return this.#links.size;
  }

  #run(): void {
    const { state, clock } = this.#options;
    const now = clock.now();
    this.#lastRun = now;
    forgetHeard(state);
    this.#forgetGone();
    const round: Round = new Map();
    const patience = new Patience(CALL_MS_MAX);
    const told: Promise<void>[] = [];
    for (const name of [...state.waiting]) {
      const link = this.#links.get(name) ?? { inFlight: false, failures: 0, notBefore: 0 };
      if (!link.inFlight && link.notBefore <= now) told.push(this.#tell(name, link, round, patience));
    }
    void Promise.all(told).then(() => patience.end());
    this.arm();
  }

  /** Whoever has left while it failed is not remembered for it. Looks at all: once for each run, never for each batch. */
  #forgetGone(): void {
    for (const [name, { inFlight }] of this.#links) {
      if (!inFlight && !this.#options.state.subscribers.has(name)) this.#links.delete(name);
    }
  }

  async #tell(name: SubscriberName, link: Link, round: Round, patience: Patience): Promise<void> {
    const { state, send, clock, randomFraction } = this.#options;
    const updates = takeBatch(state, name, round);
    if (updates.length === 0) return;
    link.inFlight = true;
    this.#links.set(name, link);
    const taken = await send(name, updates, patience);
    link.inFlight = false;
    if (taken) {
      confirmBatch(state, name, updates);
      this.#links.delete(name);
    } else {
      const hasNews = state.waiting.has(name);
      failBatch(state, name, updates);
      link.failures += 1;
      // What comes next has it waited for again; what came meanwhile already has.
      if (link.failures >= PATIENCE && !hasNews) state.waiting.delete(name);
      const ceiling = Math.min(RETRY_MS_MAX, RETRY_MS * 2 ** Math.min(link.failures, 10));
      link.notBefore = clock.now() + Math.ceil(ceiling * randomFraction());
    }
    if (!state.subscribers.has(name)) this.#links.delete(name);
    if (state.waiting.has(name)) this.#armAt(this.#dueOf(name));
  }
}
