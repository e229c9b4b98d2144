/** The end of each turn that changes something: what was decided is folded, minutes close, candles are recorded. Free of the platform, so tests run it too. */
import { stableHash } from "../../src/domain/hash.ts";
import { type EpochMs, MINUTE_MS, SECOND_MS } from "../../src/domain/time.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Counter } from "../runtime/meter.ts";
import type { Outbox } from "../runtime/outbox.ts";
import type { Timers } from "../runtime/timers.ts";
import type { Vitals } from "../runtime/vitals.ts";
import type { StrategyAddress } from "./address.ts";
import { apply, firstMinute } from "./apply.ts";
import type { Candle } from "./candle.ts";
import { clockDue, decideClosing, markSampled, retirementOf, revisionDue } from "./closing.ts";
import {
  encodeCandleFact,
  encodeDriftFact,
  M2M_CANDLE,
  POSITION_DRIFT,
  type StrategyEvent,
} from "./events.ts";
import type { Span, StrategyState } from "./state.ts";
import type { StrategyStore } from "./store.ts";

/** Closes minutes that no later price closes, and says again what is owed. */
export const CLOSING_TIMER = "closing";
/** Ten thousand strategies must not wake in the same moment after a minute has ended. */
const PHASE_MS = SECOND_MS;

/** What a strategy needs of the bricks. */
export type Surroundings = {
  readonly outbox: Pick<Outbox, "add">;
  readonly timers: Pick<Timers, "at" | "dueOf">;
  readonly clock: Clock;
  readonly vitals: Pick<Vitals, "meter">;
};

export class StrategyTurns {
  readonly #address: StrategyAddress;
  readonly #store: StrategyStore;
  readonly #surroundings: Surroundings;
  readonly #candles: (state: "final" | "revised") => Counter;
  readonly #drifts: Counter;
  #spans: Span[] = [];
  /** Takes what statistics need of each event, before it is applied, and settles at the end of a turn. */
  statistics: { note(event: StrategyEvent): void; settle(): void } | undefined;
  /** Who else hears: of each candle that is said, and that a turn has changed something. */
  listener: { closed(candle: Candle): void; changed(): void } | undefined;

  constructor(address: StrategyAddress, store: StrategyStore, surroundings: Surroundings) {
    this.#address = address;
    this.#store = store;
    this.#surroundings = surroundings;
    this.#candles = surroundings.vitals.meter.counters("outcry_candles_total");
    this.#drifts = surroundings.vitals.meter.counter("outcry_position_drifts_total");
  }

  get state(): StrategyState {
    return this.#store.state;
  }

  /** What came of a decision on the state as it is: nothing here may fail. */
  take(events: readonly StrategyEvent[]): void {
    for (const event of events) this.#take(event);
    this.#finish(false);
  }

  /** What the closing timer is for. */
  closeByClock(): void {
    this.#finish(true);
  }

  #finish(byClock: boolean): void {
    const now = this.#surroundings.clock.now();
    const retiring = retirementOf(this.state);
    for (const event of decideClosing(this.state, now, byClock, retiring)) this.#take(event);
    for (const span of this.#spans) this.#markPast(span);
    this.#spans = [];
    if (retiring > 0) this.#take({ type: "moments-retired", count: retiring });
    this.statistics?.settle();
    this.listener?.changed();
    this.#arm(now);
  }

  /** Candles that are too old to be folded again still say that a price change may be missing. */
  #markPast({ from, to }: Span): void {
    const last = Math.min(to, firstMinute(this.state) - MINUTE_MS);
    for (const event of markSampled(this.#store.candlesBetween(from, last))) this.#take(event);
  }

  #take(event: StrategyEvent): void {
    this.#store.note(event);
    this.statistics?.note(event);
    apply(this.state, event);
    if (event.type === "moments-heard") this.#spans.push(...event.spans);
    const { outbox, clock } = this.#surroundings;
    if (event.type === "position-drifted") {
      outbox.add(POSITION_DRIFT, encodeDriftFact(this.#address, event), clock.now());
      this.#drifts.add();
    }
    if (event.type !== "candle-closed") return;
    const seq = outbox.add(M2M_CANDLE, encodeCandleFact(this.#address, event.candle), clock.now());
    this.#store.putCandle(event.candle, seq);
    this.#candles(event.candle.rev === 0 ? "final" : "revised").add();
    this.listener?.closed(event.candle);
  }

  #arm(now: EpochMs): void {
    const { timers } = this.#surroundings;
    const closing = clockDue(this.state, now);
    const phase = stableHash(this.#address.actor) % PHASE_MS;
    const revising = this.state.changedFrom === Infinity ? Infinity : revisionDue(this.state);
    const at = Math.min(closing === undefined ? Infinity : closing + phase, revising) as EpochMs;
    if (at === Infinity) return;
    if (timers.dueOf(CLOSING_TIMER) !== at) timers.at(CLOSING_TIMER, at);
  }
}
