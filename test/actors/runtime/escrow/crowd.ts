/** Accounts of one firm under a limit of exposure and one of pace, with orders at chosen moments: how many of them wait for an answer of the firm. */
import { amountOf, NOTHING } from "../../../../actors/runtime/escrow/amounts.ts";
import { quotaOf } from "../../../../actors/runtime/escrow/holding.ts";
import { Draw } from "./draw.ts";
import { type Message, Place } from "./place.ts";
import { FIRM } from "./world.ts";

export const GROSS = `${FIRM}/gross`;
export const RATE = `${FIRM}/rate`;
const STEP_MS = 5;
/** An account looks for what is due no more often. */
const LOOK_MS = 100;
const ORDER_WAITS_MS = 500;

export type CrowdTerms = {
  readonly seed: number;
  readonly accounts: number;
  readonly gross: bigint;
  readonly rate: bigint;
  readonly windowMs: number;
};

type Order = { readonly amount: bigint; readonly until: number };

/** What an account uses: lots that it holds or works, and orders of the window. */
class Trader {
  readonly place: Place;
  readonly waiting: Order[] = [];
  gross = 0n;
  readonly #times: number[] = [];
  readonly #windowMs: number;

  constructor(place: Place, windowMs: number) {
    this.place = place;
    this.#windowMs = windowMs;
  }

  /** As it is now: a window forgets by itself. */
  tells(at: number): void {
    while (this.#times.length > 0 && this.#times[0]! <= at - this.#windowMs) this.#times.shift();
    this.place.use({ [GROSS]: this.gross, [RATE]: BigInt(this.#times.length) });
    const gross = this.waiting.reduce((sum, { amount }) => sum + amount, 0n);
    const isWanted = this.waiting.length > 0;
    this.place.wanted = isWanted ? { [GROSS]: gross, [RATE]: BigInt(this.waiting.length) } : NOTHING;
  }

  decides({ amount }: Order, at: number): boolean {
    this.tells(at);
    const { holding } = this.place;
    const free = (budget: string): bigint =>
      holding === undefined ? -1n : (quotaOf(holding, budget, at) ?? -1n) - this.place.used(budget);
    if (free(GROSS) < amount || free(RATE) < 1n) return false;
    this.gross += amount;
    this.#times.push(at);
    this.tells(at);
    return true;
  }
}

export class Crowd {
  readonly draw: Draw;
  readonly traders: readonly Trader[];
  at = 1_000_000;
  orders = 0;
  /** Orders that could not be decided at once. */
  waited = 0;
  refused = 0;
  readonly #firm: Place;
  readonly #places: ReadonlyMap<string, Place>;
  readonly #flights: { readonly message: Message; readonly due: number }[] = [];

  constructor({ seed, accounts, gross, rate, windowMs }: CrowdTerms) {
    this.draw = new Draw(seed);
    let drawn = 0;
    const draw = () => `i${drawn++}`;
    this.#firm = new Place({ name: FIRM, draw });
    this.#firm.putOwn(
      new Map([
        [GROSS, { limit: gross, reserve: 0n }],
        [RATE, { limit: rate, reserve: 0n }],
      ]),
    );
    const places = Array.from(
      { length: accounts },
      (_, each) => new Place({ name: `account:${each}`, parent: FIRM, draw }),
    );
    this.traders = places.map((place) => new Trader(place, windowMs));
    this.#places = new Map([this.#firm, ...places].map((place) => [place.name, place]));
  }

  begin(): void {
    [this.orders, this.waited, this.refused] = [0, 0, 0];
  }

  order(trader: Trader, amount: bigint): void {
    const order = { amount, until: this.at + ORDER_WAITS_MS };
    this.orders++;
    if (trader.decides(order, this.at)) return;
    this.waited++;
    trader.waiting.push(order);
    trader.tells(this.at);
    if (trader.place.holding?.inFlight === undefined) trader.place.asks(this.at);
  }

  /** What closes waits for nobody. */
  closes(trader: Trader, amount: bigint): void {
    trader.gross -= amount < trader.gross ? amount : trader.gross;
  }

  pass(ms: number): void {
    for (const until = this.at + ms; this.at < until; ) this.#step();
  }

  used(budget: string): bigint {
    for (const trader of this.traders) trader.tells(this.at);
    return this.traders.reduce((sum, { place }) => sum + place.used(budget), 0n);
  }

  granted(budget: string): bigint {
    const { children } = this.#firm.grants;
    return [...children.values()].reduce((sum, child) => sum + amountOf(child.granted, budget), 0n);
  }

  #step(): void {
    this.at += STEP_MS;
    for (const place of this.#places.values()) this.#flush(place);
    const due = this.#flights.filter((flight) => flight.due <= this.at);
    for (const flight of due) {
      this.#flights.splice(this.#flights.indexOf(flight), 1);
      this.#places.get(flight.message.to)?.hears(flight.message, this.at);
    }
    for (const [index, trader] of this.traders.entries()) this.#wake(trader, index * STEP_MS);
  }

  #wake(trader: Trader, offset: number): void {
    const isDue = (this.at + offset) % LOOK_MS === 0;
    if (trader.waiting.length === 0 && !isDue) return;
    for (const order of [...trader.waiting]) {
      const isDone = trader.decides(order, this.at);
      if (!isDone && this.at < order.until) continue;
      if (!isDone) this.refused++;
      trader.waiting.splice(trader.waiting.indexOf(order), 1);
    }
    trader.tells(this.at);
    trader.place.wakes(this.at);
  }

  #flush(place: Place): void {
    if (!place.hasPending) return;
    for (const message of place.flush())
      this.#flights.push({ message, due: this.at + 1 + this.draw.below(25) });
  }
}
