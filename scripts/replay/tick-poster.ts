/**
 * Hands batches of ticks to the platform until each tick has an answer that is final. A batch is sent again when its
 * reply was lost (ids and sequence numbers make a repeat a duplicate) and the ticks of an overloaded actor alone when
 * the platform asks for it. Batches follow one another: the next is sent when the last has been settled.
 */

import { Unreachable } from "../../src/client/refused.ts";
import type { TicksReply } from "../../src/contracts/ticks.ts";
import type { FeedTick } from "../../src/feeds/tick.ts";
import { type ApiClient, pause } from "../client.ts";
import { countIn, type Totals } from "./totals.ts";

/** A request of 500 ticks keeps an actor's turn short and still spreads the cost of a request over many ticks. */
export const BATCH_TICKS_MAX = 500;
/** The platform takes 8 MiB; half of it leaves room for whatever surrounds the ticks. */
export const BATCH_CHARS_MAX = 4 * 1024 * 1024;
const OVERLOAD_WAIT_MS_FIRST = 200;
const OVERLOAD_WAIT_MS_MAX = 2_000;
/** An actor that refuses the same ticks for this long is stuck, not busy. */
const OVERLOAD_PATIENCE_MS = 300_000;

export type PosterTarget = {
  readonly client: ApiClient;
  readonly source: string;
  readonly totals: Totals;
  readonly signal?: AbortSignal;
  readonly onOverload?: (ticks: number, waitMs: number) => void;
  /** A symbol whose order book needs a snapshot of the venue. */
  readonly onWanted?: (symbol: string) => void;
};

export class TickPoster {
  readonly #target: PosterTarget;

  constructor(target: PosterTarget) {
    this.#target = target;
  }

  /** Returns when every tick of the batch is accepted, a duplicate, late or finally rejected. */
  async post(batch: readonly FeedTick[]): Promise<void> {
    const startedAt = Date.now();
    this.#target.totals.sent += batch.length;
    let open = batch;
    for (let attempt = 0; open.length > 0; attempt++) {
      const reply = await this.#target.client.postTicks(this.#target.source, open);
      const again = this.#settle(open, reply);
      if (again.length > 0) await this.#waitForRoom(attempt, again.length, startedAt);
      open = again;
    }
  }

  // Counts what is final and returns the rest, in its order.
  #settle(open: readonly FeedTick[], reply: TicksReply): readonly FeedTick[] {
    const { totals, onWanted } = this.#target;
    for (const { symbol } of reply.wanted ?? []) onWanted?.(symbol);
    totals.accepted += reply.accepted;
    totals.duplicates += reply.duplicates;
    totals.late += reply.late;
    const again: FeedTick[] = [];
    for (const { index, code, retryable } of reply.rejected) {
      const tick = open[index];
      if (retryable === true && tick !== undefined) {
        again.push(tick);
        continue;
      }
      totals.rejected++;
      countIn(totals.codes, code);
    }
    return again;
  }

  async #waitForRoom(attempt: number, ticks: number, startedAt: number): Promise<void> {
    if (Date.now() - startedAt > OVERLOAD_PATIENCE_MS) {
      throw new Unreachable(`the platform has refused ${ticks} ticks as overloaded for minutes`);
    }
    const waitMs = Math.min(OVERLOAD_WAIT_MS_MAX, OVERLOAD_WAIT_MS_FIRST * 2 ** Math.min(attempt, 8));
    this.#target.onOverload?.(ticks, waitMs);
    await pause(waitMs, this.#target.signal);
  }
}

/** Gathers ticks until a request is full. */
export class TickBatch {
  #ticks: FeedTick[] = [];
  #chars = 0;

  get size(): number {
    return this.#ticks.length;
  }

  add(tick: FeedTick): void {
    this.#ticks.push(tick);
    this.#chars += JSON.stringify(tick).length;
  }

  get full(): boolean {
    return this.#ticks.length >= BATCH_TICKS_MAX || this.#chars >= BATCH_CHARS_MAX;
  }

  take(): FeedTick[] {
    const ticks = this.#ticks;
    this.#ticks = [];
    this.#chars = 0;
    return ticks;
  }
}
