/** How many facts the ticks of one turn may cause, before they are taken: a bar is told when it closes, and once in each turn that changes it after that. */
import { RESOLUTIONS, ROLL_UPS } from "../../../src/domain/bar.ts";
import { HORIZON_MS } from "../../../src/domain/lateness.ts";
import { bucketStart, MINUTE_MS } from "../../../src/domain/time.ts";
import { LATE_PER_FACT_MAX, SILENCE_MS } from "../limits.ts";
import type { SymbolState } from "../state.ts";
import { isClosed } from "./closing.ts";

export class FactRoom {
  readonly #state: SymbolState;
  /** Series that every tick may close bars of. */
  readonly #tracks: number;
  #room: number;
  /** Minutes behind the newest that a trade of this turn went into: their bars, and those above them, are told once. */
  readonly #revised = new Set<number>();

  constructor(state: SymbolState, room: number) {
    this.#state = state;
    this.#tracks = state.quotes === undefined ? 1 : 2;
    this.#room = room - this.#tracks * closedAbove(state, state.watermark);
  }

  get left(): number {
    return this.#room;
  }

  /** Whether so many more find room; they are then reckoned with. */
  takes(facts: number): boolean {
    if (facts > this.#room) return false;
    this.#room -= facts;
    return true;
  }

  /** The same of a tick, at the most and mostly none. */
  takesTick(ts: number, watermark: number): boolean {
    if (watermark - ts > HORIZON_MS) return this.takes(1 / LATE_PER_FACT_MAX);
    const minute = bucketStart(ts, MINUTE_MS);
    const newest = bucketStart(watermark, MINUTE_MS);
    const { closedUntil, endedAt } = this.#state;
    if (minute < newest || minute + MINUTE_MS <= closedUntil || minute <= endedAt) {
      if (this.#revised.has(minute)) return true;
      if (!this.takes(this.#tracks * RESOLUTIONS.length)) return false;
      this.#revised.add(minute);
      return true;
    }
    // Every width is a number of minutes: nothing begins within one.
    if (minute === newest) return true;
    const silence = ts - watermark > SILENCE_MS ? 1 : 0;
    return this.takes(silence + this.#tracks * (1 + beginnings(this.#state, ts, watermark)));
  }
}

/** Bars above the newest minute that closed with their session, or with a feed: ticks in order revise each of them. */
const closedAbove = (state: SymbolState, at: number): number =>
  ROLL_UPS.filter((resolution) => isClosed(state, state.calendar.spanOf(resolution, at))).length;

/** Wider bars that a tick in a new minute begins: each will be told when it closes. */
const beginnings = ({ calendar }: SymbolState, ts: number, watermark: number): number =>
  ROLL_UPS.filter(
    (resolution) => calendar.spanOf(resolution, ts).start !== calendar.spanOf(resolution, watermark).start,
  ).length;
