/** One turn of each command: decide on the state, fold, note what must be written, told and armed. Free of the platform, so tests run it too. */
import type { Instrument } from "../../src/domain/instrument.ts";
import type { EpochMs } from "../../src/domain/time.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Counter } from "../runtime/meter.ts";
import { OUTBOX_GROWTH_MAX, type Outbox } from "../runtime/outbox.ts";
import type { Timers } from "../runtime/timers.ts";
import type { Vitals } from "../runtime/vitals.ts";
import { apply } from "./apply.ts";
import { barFact, closedStateOf, lateTicksFacts } from "./bar-text.ts";
import { type Changes, noChanges } from "./changes.ts";
import { foldTouched, nextLookAt } from "./closing.ts";
import {
  decideClose,
  decideEnd,
  decideInstrument,
  decideTicks,
  type ParsedTicks,
  type TicksDecision,
} from "./decide.ts";
import { encodeFact, type SymbolEvent, type SymbolFact } from "./events.ts";
import { barFlagFacts } from "./gap-flags.ts";
import { closeByNewHours, daysSince, formingSince } from "./new-hours.ts";
import { type PriceTelling, UNTOLD_WATCH_MS } from "./price-telling.ts";
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
  readonly #telling: Pick<PriceTelling, "note">;
  readonly #streams: Pick<SymbolStreams, "tell">;
  readonly #bars: (state: "final" | "revised") => Counter;

  constructor(
    state: SymbolState,
    store: SymbolStore,
    around: Surroundings,
    telling: Pick<PriceTelling, "note">,
    streams: Pick<SymbolStreams, "tell">,
  ) {
    this.state = state;
    this.#store = store;
    this.#around = around;
    this.#telling = telling;
    this.#streams = streams;
    this.#bars = around.vitals.meter.counters("outcry_bars_total");
  }

  decideTicks(parsed: ParsedTicks): TicksDecision {
    const { clock, outbox } = this.#around;
    return decideTicks(this.state, parsed, clock.now(), OUTBOX_GROWTH_MAX - outbox.depth);
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
    const { calendar } = state;
    const forming = events.some(({ kind }) => kind === "instrument-taken") ? formingSince(state) : undefined;
    for (const event of events) apply(state, event, changes);
    if (state.calendar !== calendar && forming !== undefined) {
      this.#store.refill(state, daysSince(state, forming));
      closeByNewHours(state, forming, this.#store.bars, changes);
    }
    foldTouched(state, changes);
    this.#store.keep(state, changes, this.#tell(changes, now));
    this.#streams.tell(events, changes);
    this.#notePrices(changes, now);
    this.#armClose(now);
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
      this.#bars(closedStateOf(told.bar)).add();
      seqOf.set(key, this.#record({ kind: "bar", payload: barFact(this.state, told, instrument) }, now));
    }
    for (const gap of changes.gaps) this.#record({ kind: "gap", payload: { symbol, ...gap } }, now);
    for (const payload of barFlagFacts(this.state, this.#store.bars, changes.gaps))
      this.#record({ kind: "bar-flags", payload }, now);
    for (const payload of lateTicksFacts(symbol, changes.late, instrument)) {
      const fact = { kind: "late-ticks", payload } as const;
      this.#store.lateTicks.append(this.#record(fact, now), encodeFact(fact));
    }
    return seqOf;
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
