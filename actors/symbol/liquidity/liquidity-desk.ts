/**
 * A symbol's statistics of liquidity: worked out when a session has closed, and again when one of those that they stand on was revised. What
 * follows from them is one small object, on disk as it was told; everything else is read when it is needed.
 */
import type { Liquidity } from "../../../src/domain/liquidity.ts";
import { DAY_MS } from "../../../src/domain/time.ts";
import { type LiquidityStatistics, liquidityStatistics } from "../../../src/quant/liquidity/statistics.ts";
import type { TradingDay } from "../../../src/quant/trading-days.ts";
import type { Changes } from "../changes.ts";
import { CLOSED_DAYS_MAX, REVISED_MS, REVISED_SESSIONS_MAX } from "./liquidity-limits.ts";
import { knownSessions, newestClosed, type SessionSources, sessionAfter } from "./sessions.ts";

/** What is on disk: the statistics, and as of when. */
type Kept = {
  readonly liquidity: Liquidity | undefined;
  /** Ticks taken, and W, when it was worked out. */
  readonly arrivals: number;
  readonly watermark: number;
  readonly endedAt: number;
  /** When the next session closes. */
  readonly nextCloseAt: number;
};
const NOTHING: Kept = { liquidity: undefined, arrivals: 0, watermark: 0, endedAt: 0, nextCloseAt: 0 };

export class LiquidityDesk {
  readonly #sources: SessionSources;
  #kept: Kept;
  /** Days whose bars were revised since. */
  readonly #revised = new Set<number>();
  /** A reader has heard what followers have not. */
  #isUntold = false;

  constructor(sources: SessionSources) {
    this.#sources = sources;
    const text = sources.rows.loadStatistics();
    // SAFETY: only `#work` writes it.
    this.#kept = text === undefined ? NOTHING : (JSON.parse(text) as Kept);
    if (text !== undefined && this.#kept.arrivals !== sources.state.arrivals) this.#reviseNewest();
  }

  get revised(): number {
    return this.#revised.size;
  }

  /** As it was told last; undefined before the first session has closed. */
  get current(): Liquidity | undefined {
    return this.#kept.liquidity;
  }

  /** At the end of a turn, when its bars are kept. True where there is something new to tell. */
  follow({ told, spreads, reference }: Pick<Changes, "told" | "spreads" | "reference">): boolean {
    const { state, rows } = this.#sources;
    for (const { day, times } of spreads) rows.putSpreads(day, times);
    for (const { resolution, bar } of told.values())
      if (resolution === "1D") this.#revise(state.calendar.dayNumberOf(bar.start));
    // Other hours close at another time.
    const isNews = (reference || this.#isDue()) && this.#work();
    const isTold = isNews || this.#isUntold;
    this.#isUntold = false;
    return isTold;
  }

  /** What a company does to its shares changes the volumes and closes of before. */
  actionsChanged(): boolean {
    return this.#work();
  }

  /** For a reader: with all that was revised. Followers hear of it with the next turn, when it is written. */
  fresh(): { readonly liquidity: Liquidity | undefined; readonly statistics: LiquidityStatistics } {
    if ((this.#revised.size > 0 || this.#kept === NOTHING) && this.#work()) this.#isUntold = true;
    const { liquidity } = this.#kept;
    return { liquidity, statistics: liquidity ?? NO_STATISTICS };
  }

  #isDue(): boolean {
    const { state } = this.#sources;
    const { nextCloseAt, endedAt, watermark } = this.#kept;
    if (state.closedUntil >= nextCloseAt || state.endedAt !== endedAt) return true;
    return this.#revised.size > 0 && state.watermark >= watermark + REVISED_MS;
  }

  #work(): boolean {
    const { state, rows } = this.#sources;
    const { instrument, arrivals, watermark, endedAt } = state;
    const newest = instrument === undefined ? undefined : newestClosed(state);
    const before = this.#kept.liquidity;
    let liquidity = before;
    if (instrument !== undefined && newest !== undefined) {
      const known = knownSessions(this.#sources, newest, this.#revised, instrument);
      const worked = { ts: this.#closedAt(newest), ...liquidityStatistics(known) };
      if (!isSame(before, worked)) liquidity = { version: (before?.version ?? 0) + 1, ...worked };
    }
    this.#revised.clear();
    this.#kept = { liquidity, arrivals, watermark, endedAt, nextCloseAt: this.#nextCloseAt(newest) };
    rows.putStatistics(JSON.stringify(this.#kept));
    return liquidity !== before;
  }

  /** A feed's end may have closed a session before its time. */
  #closedAt({ closesAt }: TradingDay): number {
    const { closedUntil, endedAt } = this.#sources.state;
    return closesAt <= closedUntil ? closesAt : endedAt;
  }

  #nextCloseAt(newest: TradingDay | undefined): number {
    const { state } = this.#sources;
    if (newest === undefined) return state.listeningSince === undefined ? 0 : this.#firstCloseAt();
    if (newest.closesAt > state.closedUntil) return newest.closesAt;
    return sessionAfter(state, newest.day)?.closesAt ?? newest.end + CLOSED_DAYS_MAX * DAY_MS;
  }

  /** Of the session in which the symbol began to listen, or of the first after it. */
  #firstCloseAt(): number {
    const { state } = this.#sources;
    const day = state.calendar.dayNumberOf(state.watermark);
    return sessionAfter(state, day - 1)?.closesAt ?? state.closedUntil + CLOSED_DAYS_MAX * DAY_MS;
  }

  /** Ticks were taken that it does not know of: a kill may have come before it was worked out again. */
  #reviseNewest(): void {
    const newest = newestClosed(this.#sources.state);
    if (newest === undefined) return;
    this.#revise(newest.day);
    this.#revise(newest.day - 1);
  }

  #revise(day: number): void {
    this.#revised.add(day);
    if (this.#revised.size > REVISED_SESSIONS_MAX) this.#revised.delete(Math.min(...this.#revised));
  }
}

const NO_STATISTICS = liquidityStatistics({ sessions: [], closeBefore: undefined, spreads: [], scale: 0 });

function isSame(before: Liquidity | undefined, { ...worked }: Omit<Liquidity, "version">): boolean {
  if (before === undefined) return false;
  const { version: _version, ...rest } = before;
  return JSON.stringify(rest) === JSON.stringify(worked);
}
