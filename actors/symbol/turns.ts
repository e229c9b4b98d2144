/** One turn of each command: decide on the state, fold, note what must be written, told and armed. Free of the platform, so tests run it too. */
import type { Instrument } from "../../src/domain/instrument.ts";
import { bucketStart, type EpochMs, MINUTE_MS } from "../../src/domain/time.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Counter } from "../runtime/meter.ts";
import { OUTBOX_GROWTH_MAX, type Outbox } from "../runtime/outbox.ts";
import { UNTOLD_WATCH_MS } from "../runtime/telling.ts";
import type { Timers } from "../runtime/timers.ts";
import type { Vitals } from "../runtime/vitals.ts";
import { apply } from "./apply.ts";
import { barFact, closedStateOf, lateTicksFacts } from "./bars/bar-text.ts";
import { type Bar, isPriced } from "./bars/bars.ts";
import { foldTouched, nextLookAt } from "./bars/closing.ts";
import { closeByNewHours, hoursOf, leaveHours } from "./bars/new-hours.ts";
import { forgetOld } from "./bars/window.ts";
import { type Changes, noChanges, type ToldBar } from "./changes.ts";
import {
  decideClose,
  decideEnd,
  decideInstrument,
  decideTicks,
  type ParsedTicks,
  type TicksDecision,
} from "./decide.ts";
import { encodeFact, type SymbolEvent, type SymbolFact } from "./events.ts";
import { barFlagFacts } from "./gaps/gap-flags.ts";
import type { LiquidityDesk } from "./liquidity/liquidity-desk.ts";
import { settleAmended } from "./log/amend.ts";
import { decideFold, foldLate } from "./log/late-folding.ts";
import type { PriceTelling } from "./prices/price-telling.ts";
import { quoteBarFact } from "./quotes/quote-bar-text.ts";
import type { SeriesDesk } from "./series/series-desk.ts";
import type { SymbolState } from "./state.ts";
import type { SymbolStore } from "./store.ts";
import type { SymbolStreams } from "./streams.ts";

export const CLOSE_TIMER = "close";
export const PRICES_TIMER = "prices";

/** What a turn needs of the bricks. */
export type Surroundings = {
  readonly clock: Clock;
  readonly outbox: Pick<Outbox, "add" | "depth">;
  readonly timers: Pick<Timers, "at" | "atLatest" | "cancel" | "dueOf">;
  readonly vitals: Pick<Vitals, "meter">;
};

export class SymbolTurns {
  readonly state: SymbolState;
  readonly #store: SymbolStore;
  readonly #around: Surroundings;
  readonly #telling: Pick<PriceTelling, "note" | "noteLiquidity" | "noteBars">;
  readonly #streams: Pick<SymbolStreams, "tell">;
  readonly #series: Pick<SeriesDesk, "size" | "follow">;
  readonly #liquidity: Pick<LiquidityDesk, "follow">;
  readonly #bars: (state: "final" | "revised") => Counter;
  readonly #lateFolded: Counter;
  readonly #lateUnfolded: Counter;

  constructor(
    state: SymbolState,
    store: SymbolStore,
    around: Surroundings,
    telling: Pick<PriceTelling, "note" | "noteLiquidity" | "noteBars">,
    streams: Pick<SymbolStreams, "tell">,
    series: Pick<SeriesDesk, "size" | "follow">,
    liquidity: Pick<LiquidityDesk, "follow">,
  ) {
    this.state = state;
    this.#store = store;
    this.#around = around;
    this.#telling = telling;
    this.#streams = streams;
    this.#series = series;
    this.#liquidity = liquidity;
    const { meter } = around.vitals;
    this.#bars = meter.counters("outcry_bars_total");
    this.#lateFolded = meter.counter("outcry_late_ticks_folded_total");
    this.#lateUnfolded = meter.counter("outcry_late_ticks_unfolded_total");
  }

  decideTicks(parsed: ParsedTicks): TicksDecision {
    const { clock, outbox } = this.#around;
    return decideTicks(this.state, parsed, clock.now(), OUTBOX_GROWTH_MAX - outbox.depth, this.#store.log);
  }

  decideClose(): readonly SymbolEvent[] {
    return decideClose(this.state, this.#around.clock.now());
  }

  decideEnd(): readonly SymbolEvent[] {
    return decideEnd(this.state);
  }

  decideInstrument(offered: readonly Instrument[]): readonly SymbolEvent[] {
    return decideInstrument(this.state, offered);
  }

  /** Folds what was decided. Must not fail: the disk follows. */
  settle(events: readonly SymbolEvent[]): void {
    if (events.length === 0) return;
    const { state } = this;
    const now = this.#around.clock.now();
    const changes = noChanges();
    this.#closeOfBefore(changes);
    const hours = events.some(({ kind }) => kind === "instrument-taken") ? hoursOf(state) : undefined;
    const { closedUntil, endedAt } = state;
    const { log } = this.#store;
    for (const event of events) apply(state, event, changes, log);
    this.#foldLate(changes);
    settleAmended(state, changes, log);
    const lines = this.#series.size > 0 ? log.ofTurn() : [];
    if (log.hasTurn || hasClosed(state, closedUntil, endedAt)) log.endTurn(state, now);
    if (hours !== undefined) leaveHours(hours, state, this.#store, changes);
    foldTouched(state, changes);
    if (changes.settled > 0) forgetOld(state);
    if (state.quotes !== undefined) foldTouched(state.quotes, changes.quotes);
    this.#store.keep(state, changes, this.#tell(changes, now), this.#tellQuoteBars(changes, now));
    this.#streams.tell(events, changes);
    if (state.instrument !== undefined) this.#series.follow(lines, changes.gaps, state.instrument);
    this.#lateFolded.add(changes.folded);
    this.#lateUnfolded.add(changes.unfolded);
    if (this.#liquidity.follow(changes)) this.#telling.noteLiquidity();
    if (changes.told.size > 0) this.#telling.noteBars(changes.told.values());
    this.#notePrices(changes, now);
    this.#armClose(now);
  }

  /** Once, on a disk of the version before. */
  #closeOfBefore(changes: Changes): void {
    const since = this.#store.formingBefore(this.state);
    if (since !== undefined) closeByNewHours(this.state, since, this.#store.bars, changes);
  }

  /** Late ticks whose day has closed, as far as the outbox has room for what they tell. */
  #foldLate(changes: Changes): void {
    const { state } = this;
    const { outbox } = this.#around;
    const fold = decideFold(state, OUTBOX_GROWTH_MAX - outbox.depth - changes.told.size);
    if (fold === undefined) return;
    const since = this.#store.widen(state, Math.min(...fold.ticks.map(({ tick }) => tick.ts)), changes);
    foldLate(state, fold, since, changes, this.#store.log);
  }

  /** The alarm's turn: where it may not close yet, it looks again. */
  settleClose(events: readonly SymbolEvent[]): void {
    if (events.length === 0) this.#armClose(this.#around.clock.now());
    else this.settle(events);
  }

  /** Records the turn's facts and answers which fact told which bar. */
  #tell(changes: Changes, now: EpochMs): ReadonlyMap<string, number> {
    const { symbol, instrument } = this.state;
    const seqOf = new Map<string, number>();
    if (instrument === undefined) return seqOf;
    for (const [key, told] of changes.told) {
      const bar = this.#shown(told);
      if (bar === undefined) continue;
      this.#bars(closedStateOf(bar)).add();
      const payload = barFact(this.state, { resolution: told.resolution, bar }, instrument);
      seqOf.set(key, this.#record({ kind: "bar", payload }, now));
    }
    for (const gap of changes.gaps) this.#record({ kind: "gap", payload: { symbol, ...gap } }, now);
    const { bars, quotes } = this.#store;
    for (const payload of barFlagFacts(this.state, { trades: bars, quotes: quotes.bars }, changes.gaps))
      this.#record({ kind: "bar-flags", payload }, now);
    for (const payload of lateTicksFacts(symbol, changes.late, instrument)) {
      const fact = { kind: "late-ticks", payload } as const;
      this.#store.lateTicks.append(this.#record(fact, now), encodeFact(fact));
    }
    return seqOf;
  }

  #tellQuoteBars({ quotes }: Changes, now: EpochMs): ReadonlyMap<string, number> {
    const { instrument } = this.state;
    const seqOf = new Map<string, number>();
    if (instrument === undefined) return seqOf;
    for (const [key, told] of quotes.told) {
      this.#bars(closedStateOf(told.bar)).add();
      const payload = quoteBarFact(this.state, told, instrument);
      seqOf.set(key, this.#record({ kind: "quote-bar", payload }, now));
    }
    return seqOf;
  }

  /** What is told of it: nothing where it has no price and never was a bar; where it was one, that it is none any more. */
  #shown(told: ToldBar): Bar | undefined {
    const { resolution, bar } = told;
    if (isPriced(bar)) return bar;
    const before = this.#store.bars.told(resolution, bar.start);
    if (before !== undefined)
      told.withdrawn = { ...before, v: 0n, n: 0, pv: 0n, rev: bar.rev, withdrawn: true };
    return told.withdrawn;
  }

  #record(fact: SymbolFact, now: EpochMs): number {
    return this.#around.outbox.add(fact.kind, encodeFact(fact), now);
  }

  #notePrices({ lastPrices, priced, reference }: Changes, now: EpochMs): void {
    if (!priced && !reference) return;
    this.#telling.note(lastPrices, reference);
    this.#around.timers.atLatest(PRICES_TIMER, (now + UNTOLD_WATCH_MS) as EpochMs);
  }

  #armClose(now: EpochMs): void {
    const { timers } = this.#around;
    const armed = timers.dueOf(CLOSE_TIMER);
    const due = nextLookAt(this.state, now, armed);
    if (due === armed) return;
    if (due === undefined) timers.cancel(CLOSE_TIMER);
    else timers.at(CLOSE_TIMER, due as EpochMs);
  }
}

/** Whether minutes have closed since. */
const hasClosed = (state: SymbolState, closedUntil: number, endedAt: number): boolean =>
  state.endedAt !== endedAt ||
  bucketStart(state.closedUntil, MINUTE_MS) !== bucketStart(closedUntil, MINUTE_MS);
