/**
 * What a live feed holds while the platform is slow or away. It is bounded: when it is full, quotes that a newer one of
 * their symbol follows are left out first, which costs no truth about the present, with the changes of order books,
 * which a snapshot heals; and then the oldest trades, each of which is told as part of a gap. Gaps are never left out: those of a symbol that wait together become one.
 */
import type { FeedTick, GapTick, TradeTick } from "./tick.ts";
import { rangeOf, type TradeGap } from "./trade-gaps.ts";

/** Some minutes of a busy market, and well below 100 MB. */
export const BUFFER_TICKS_MAX = 200_000;
/** Room is made for this part at once, so that a full buffer is not gone through for every tick. */
const ROOM_PART = 0.1;

export type LeftOut = {
  readonly quotes: number;
  readonly depths: number;
  readonly trades: readonly TradeGap[];
};

export class TickBuffer {
  readonly #max: number;
  #ticks: FeedTick[] = [];
  /** One for each symbol and reason. */
  readonly #told = new Map<string, GapTick>();
  #quotes = 0;
  #depths = 0;
  #gaps: TradeGap[] = [];

  constructor(max = BUFFER_TICKS_MAX) {
    this.#max = max;
  }

  get size(): number {
    return this.#ticks.length + this.#told.size;
  }

  add(tick: FeedTick): void {
    if (this.#ticks.length >= this.#max) this.#makeRoom();
    this.#ticks.push(tick);
  }

  tell(gap: GapTick): void {
    const key = `${gap.symbol} ${gap.reason}`;
    const waiting = this.#told.get(key);
    this.#told.set(key, waiting === undefined ? gap : together(waiting, gap));
  }

  /** Gaps, then the oldest ticks. */
  take(count: number): FeedTick[] {
    const gaps = [...this.#told].slice(0, count);
    for (const [key] of gaps) this.#told.delete(key);
    return [...gaps.map(([, gap]) => gap), ...this.#ticks.splice(0, count - gaps.length)];
  }

  /** What was left out since this was last asked. */
  takeLeftOut(): LeftOut {
    const left = { quotes: this.#quotes, depths: this.#depths, trades: this.#gaps };
    this.#quotes = 0;
    this.#depths = 0;
    this.#gaps = [];
    return left;
  }

  #makeRoom(): void {
    const others = this.#ticks.filter(({ type }) => type !== "depth");
    this.#depths += this.#ticks.length - others.length;
    const kept = withoutOldQuotes(others);
    this.#quotes += others.length - kept.length;
    const excess = kept.length - Math.floor(this.#max * (1 - ROOM_PART));
    for (const tick of excess > 0 ? kept.splice(0, excess) : []) this.#leaveOut(tick);
    this.#ticks = kept;
  }

  #leaveOut(tick: FeedTick): void {
    if (tick.type === "trade" && tick.id !== undefined)
      this.#gaps = extended(this.#gaps, tick, Number(tick.id));
    else this.#quotes += 1;
  }
}

function together(one: GapTick, other: GapTick): GapTick {
  const to = Math.max(one.to, other.to);
  return {
    ...other,
    ...{ ts: to, from: Math.min(one.from, other.from), to, missing: one.missing + other.missing },
  };
}

function withoutOldQuotes(ticks: readonly FeedTick[]): FeedTick[] {
  const newer = new Set<string>();
  const kept: FeedTick[] = [];
  for (const tick of ticks.toReversed()) {
    if (tick.type === "quote" && newer.has(tick.symbol)) continue;
    if (tick.type === "quote") newer.add(tick.symbol);
    kept.push(tick);
  }
  return kept.reverse();
}

/** A trade right after the last gap of its symbol makes that gap longer. */
function extended(gaps: TradeGap[], { symbol, ts }: TradeTick, id: number): TradeGap[] {
  const at = gaps.findLastIndex((gap) => gap.symbol === symbol);
  const last = gaps[at];
  if (last === undefined || last.lastId + 1 !== id) {
    gaps.push({ ...rangeOf(symbol, id, id), from: ts, to: ts });
    return gaps;
  }
  const span = { from: Math.min(last.from, ts), to: Math.max(last.to, ts) };
  gaps[at] = { ...rangeOf(symbol, last.firstId, id), ...span };
  return gaps;
}
