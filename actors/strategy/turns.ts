/** One turn of each command that changes something: decide, fold, close minutes, record. Free of the platform, so tests run it too. */
import { stableHash } from "../../src/domain/hash.ts";
import type { PriceMark } from "../../src/domain/price.ts";
import { type EpochMs, MINUTE_MS, SECOND_MS } from "../../src/domain/time.ts";
import type { PriceBatch } from "../price-hub/messages.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Outbox } from "../runtime/outbox.ts";
import type { Timers } from "../runtime/timers.ts";
import type { StrategyAddress } from "./address.ts";
import { apply, firstMinute } from "./apply.ts";
import { clockDue, decideClosing, markSampled, retirementOf } from "./closing.ts";
import { decideNews, meetLegs } from "./decide.ts";
import { decideBaseline, decidePrices } from "./decide-prices.ts";
import { encodeCandleFact, M2M_CANDLE, type StrategyEvent } from "./events.ts";
import type { StrategyNews } from "./messages.ts";
import type { Span, StrategyState } from "./state.ts";
import type { StrategyStore } from "./store.ts";

/** Closes minutes that no later price closes. */
export const CLOSING_TIMER = "closing";
/** Ten thousand strategies must not wake in the same moment after a minute has ended. */
const PHASE_MS = SECOND_MS;

/** What a strategy needs of the bricks. */
export type Surroundings = {
  readonly outbox: Pick<Outbox, "add">;
  readonly timers: Pick<Timers, "at" | "dueOf">;
  readonly clock: Clock;
};

export class StrategyTurns {
  readonly #address: StrategyAddress;
  readonly #store: StrategyStore;
  readonly #surroundings: Surroundings;
  #spans: Span[] = [];

  constructor(address: StrategyAddress, store: StrategyStore, surroundings: Surroundings) {
    this.#address = address;
    this.#store = store;
    this.#surroundings = surroundings;
  }

  get state(): StrategyState {
    return this.#store.state;
  }

  /** `met` is what `meetLegs` said of this very news. */
  hear(news: readonly StrategyNews[], met: readonly StrategyEvent[]): void {
    for (const event of met) this.#take(event);
    for (const item of news) this.#take(decideNews(this.state, item));
    this.#finish(false);
  }

  /** Undefined where there is no room for the legs that it brings. */
  meetLegs(news: readonly StrategyNews[]): readonly StrategyEvent[] | undefined {
    return meetLegs(this.state, news);
  }

  price(batch: PriceBatch): void {
    for (const event of decidePrices(this.state, batch)) this.#take(event);
    this.#finish(false);
  }

  baseline(symbol: string, mark: PriceMark): void {
    for (const event of decideBaseline(this.state, symbol, mark)) this.#take(event);
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
    this.#arm(now);
  }

  /** Candles that are too old to be folded again still say that a price change may be missing. */
  #markPast({ from, to }: Span): void {
    const last = Math.min(to, firstMinute(this.state) - MINUTE_MS);
    for (const event of markSampled(this.#store.candlesBetween(from, last))) this.#take(event);
  }

  #take(event: StrategyEvent): void {
    this.#store.note(event);
    apply(this.state, event);
    if (event.type === "moments-heard") this.#spans.push(...event.spans);
    if (event.type !== "candle-closed") return;
    const { outbox, clock } = this.#surroundings;
    const seq = outbox.add(M2M_CANDLE, encodeCandleFact(this.#address, event.candle), clock.now());
    this.#store.putCandle(event.candle, seq);
  }

  #arm(now: EpochMs): void {
    const { timers } = this.#surroundings;
    const due = clockDue(this.state, now);
    if (due === undefined) return;
    const at = (due + (stableHash(this.#address.actor) % PHASE_MS)) as EpochMs;
    if (timers.dueOf(CLOSING_TIMER) !== at) timers.at(CLOSING_TIMER, at);
  }
}
