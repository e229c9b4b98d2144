/**
 * What the last minute of a book was like: spread over time, how often it changed, what was added and taken away, how it recovered. Event
 * time alone; of constant size. It is memory: after a load it begins anew, and `observedMs` says how much of the minute it has seen.
 */

import type { BookSide } from "../book/book.ts";
import { RESILIENCE_LEVELS, Shock, type ShockEnd } from "./resilience.ts";
import { TimeBuckets } from "./time-buckets.ts";
import { spreadBps, type Touch } from "./touch.ts";

/** As long as a price counts as fresh; and of so many parts that the window is never shorter than 55 s. */
export const WINDOW_MS = 60_000;
export const WINDOW_BUCKETS = 12;
/** Before that much was seen nobody knows what usually stands in the book, and no shock begins. */
export const SETTLED_MS = 10_000;

const COLUMNS = [
  "observedMs",
  "twoSidedMs",
  "spread",
  "spreadBps",
  "bids",
  "asks",
  "updates",
  "added",
  "removed",
  "traded",
  "shocks",
  "recovered",
  "recoveryMs",
  "unrecovered",
] as const;
type Column = (typeof COLUMNS)[number];
export type WindowSums = { readonly [Name in Column]: number };

/** How a book stands from `at` on, until the next is observed. */
export type Observed = {
  readonly at: number;
  readonly touch: Touch | undefined;
  readonly bids: BookSide;
  readonly asks: BookSide;
};
type Standing = {
  readonly at: number;
  readonly touch: Touch | undefined;
  readonly bids: number;
  readonly asks: number;
};

export class DepthWindow {
  readonly #buckets = new TimeBuckets<Column>(COLUMNS, WINDOW_MS / WINDOW_BUCKETS, WINDOW_BUCKETS);
  readonly #shocks = { bids: new Shock(WINDOW_MS), asks: new Shock(WINDOW_MS) };
  #standing: Standing | undefined;
  #hasDeltas = false;

  /** Whether it was told what changed, not only how books stood. */
  get hasDeltas(): boolean {
    return this.#hasDeltas;
  }

  /** A size at a price was another before; sizes at the instrument's scale. */
  changed(at: number, before: number, after: number): void {
    this.#hasDeltas = true;
    if (after > before) this.#buckets.add("added", at, after - before);
    else if (before > after) this.#buckets.add("removed", at, before - after);
  }

  /** Of a symbol without a book nothing is counted. */
  traded(at: number, size: number): void {
    if (this.#standing !== undefined) this.#buckets.add("traded", at, size);
  }

  /** After each update. One whose time lies before the last counts from that one on. */
  observe({ at, touch, bids, asks }: Observed): void {
    const from = Math.max(at, this.#standing?.at ?? at);
    this.#settle(from);
    this.#buckets.add("updates", from, 1);
    const standing = { at: from, touch, bids: bestSize(bids), asks: bestSize(asks) };
    this.#standing = standing;
    for (const side of ["bids", "asks"] as const)
      this.#note(from, this.#shocks[side].observe(from, standing[side], this.#average(side, from)));
  }

  /** From then on nothing is known of the book until it is observed again. */
  lost(at: number): void {
    if (this.#standing !== undefined) this.#settle(Math.max(at, this.#standing.at));
    this.#standing = undefined;
    this.#shocks.bids.forget();
    this.#shocks.asks.forget();
  }

  /** Up to the newest observation; undefined before the first. */
  sums(): WindowSums | undefined {
    const at = this.#standing?.at;
    if (at === undefined) return undefined;
    const sums = COLUMNS.map((column) => [column, this.#buckets.sum(column, at)] as const);
    // SAFETY: of each column one.
    return Object.fromEntries(sums) as WindowSums;
  }

  get shocksUnderWay(): number {
    return Number(this.#shocks.bids.isUnderWay) + Number(this.#shocks.asks.isUnderWay);
  }

  /** What stood until now counts for the time that it did. */
  #settle(until: number): void {
    if (this.#standing === undefined) return;
    const { at, touch, bids, asks } = this.#standing;
    const add = (column: Column, value: number) => this.#buckets.addOver(column, at, until, value);
    add("observedMs", 1);
    add("bids", bids);
    add("asks", asks);
    if (touch === undefined) return;
    add("twoSidedMs", 1);
    add("spread", touch.ask[0] - touch.bid[0]);
    add("spreadBps", spreadBps(touch));
  }

  #average(side: "bids" | "asks", at: number): number | undefined {
    const observedMs = this.#buckets.sum("observedMs", at);
    return observedMs < SETTLED_MS ? undefined : this.#buckets.sum(side, at) / observedMs;
  }

  #note(at: number, shock: "begun" | ShockEnd | undefined): void {
    if (shock === undefined) return;
    if (shock === "begun") {
      this.#buckets.add("shocks", at, 1);
      return;
    }
    this.#buckets.add(shock.how, at, 1);
    if (shock.how === "recovered") this.#buckets.add("recoveryMs", at, shock.tookMs);
  }
}

function bestSize({ sizes }: BookSide): number {
  let sum = 0;
  const end = Math.min(RESILIENCE_LEVELS, sizes.length);
  for (let at = 0; at < end; at++) sum += sizes[at] ?? 0;
  return sum;
}
