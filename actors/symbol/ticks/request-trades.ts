/** Trades and amendments of the request that is being decided: the log does not have them yet. */
import type { StandingTrade, SymbolEvent, TradeAmended, TradeTaken } from "../events.ts";
import type { TakenKey } from "./taken-keys.ts";

/** A trade that is known: `amendedAt` is the time of its newest notice, 0 before the first. */
export type KnownTrade = {
  readonly trade: StandingTrade;
  readonly cancelled: boolean;
  readonly amendedAt: number;
};

/** What the rules ask of the log before they decide. */
export type TradesKnown = {
  /** Those that the log has, by `nameOf`. */
  find(keys: readonly TakenKey[]): ReadonlyMap<string, KnownTrade>;
  /** Trades of [from, to) that stand, in their order. */
  trades(from: number, to: number): readonly StandingTrade[];
  /** Trades from then on are all in the log. */
  readonly reach: { readonly ts: number };
};

export const nameOf = ({ space, name }: TakenKey): string => `${space} ${name}`;

export class RequestTrades {
  readonly #events: readonly SymbolEvent[];
  readonly #known = new Map<number, KnownTrade>();
  readonly #byName = new Map<string, number>();
  /** Trades that came too late for their bars. */
  readonly #late = new Set<string>();
  #seen = 0;
  #arrivals: number;

  /** `events` grows while the request is decided. */
  constructor(arrivals: number, events: readonly SymbolEvent[]) {
    this.#arrivals = arrivals;
    this.#events = events;
  }

  named(key: TakenKey): KnownTrade | undefined {
    this.#hear();
    const arrival = this.#byName.get(nameOf(key));
    return arrival === undefined ? undefined : this.#known.get(arrival);
  }

  isLate(key: TakenKey): boolean {
    this.#hear();
    return this.#late.has(nameOf(key));
  }

  /** Those of the log as they stand behind this request, and its own; in no order. */
  standing(logged: readonly StandingTrade[]): StandingTrade[] {
    this.#hear();
    const others = logged.filter(({ arrival }) => !this.#known.has(arrival));
    const here = [...this.#known.values()].filter(({ cancelled }) => !cancelled);
    return [...others, ...here.map(({ trade }) => trade)];
  }

  /** Each event that `apply` counts as an arrival, and what it makes known. */
  #hear(): void {
    for (; this.#seen < this.#events.length; this.#seen++) {
      const event = this.#events[this.#seen];
      if (event?.kind === "quote-taken") this.#arrivals += 1;
      else if (event?.kind === "trade-taken") this.#take(event);
      else if (event?.kind === "trade-amended") this.#amend(event);
      else if (event?.kind === "tick-late" && event.tick.key !== undefined)
        this.#late.add(nameOf(event.tick.key));
    }
  }

  #take({ ts, ordinal, price, size, counts, key }: TradeTaken): void {
    this.#arrivals += 1;
    const trade = { ts, ordinal, arrival: this.#arrivals, price, size, counts, name: key };
    this.#put({ trade, cancelled: false, amendedAt: 0 });
  }

  #amend({ how, trade, price, size, at }: TradeAmended): void {
    this.#arrivals += 1;
    const cancelled = how === "cancel";
    this.#put({ trade: cancelled ? trade : { ...trade, price, size }, cancelled, amendedAt: at });
  }

  #put(known: KnownTrade): void {
    const { arrival, name } = known.trade;
    this.#known.set(arrival, known);
    if (name !== undefined) this.#byName.set(nameOf(name), arrival);
  }
}
