/** Keeps the strategy subscribed to exactly the symbols that it follows, and fetches the first price of each new one. */
import type { Symbol } from "../../src/domain/ids.ts";
import type { PriceMark } from "../../src/domain/price.ts";
import type { EpochMs } from "../../src/domain/time.ts";
import type { ActorPorts } from "../../src/ports.ts";
import { priceHubOf } from "../price-hub/address.ts";
import type { SubscriberName } from "../price-hub/messages.ts";
import type { Clock } from "../runtime/clock.ts";
import { systemEnvelope } from "../runtime/envelope.ts";
import { within } from "../runtime/within.ts";
import { LEGS_MAX } from "./limits.ts";

/** A hub or a symbol that cannot be reached is away for the length of a deploy, or for long. */
export const RETRY_MS = 5_000;
/** A call that hangs is one that failed: whatever is linked next waits for it no longer than this. */
const CALL_MS_MAX = 5_000;
/** Symbols asked at the same time: a basket of 2,000 legs is linked in a few round trips without a flood. */
const PARALLEL_SNAPSHOTS_MAX = 32;

export type PriceLinksOptions = {
  readonly subscriber: SubscriberName;
  readonly actors: Pick<ActorPorts, "priceHub" | "symbol">;
  readonly clock: Clock;
  /** Rises whenever what follows may be another: nothing is looked through with each batch of prices. */
  readonly wanted: () => number;
  readonly followed: () => readonly string[];
  /** Its price has never been heard. */
  readonly isUnpriced: (symbol: string) => boolean;
  /** Takes the first price of a symbol; ends when it is durable. */
  readonly baseline: (symbol: string, mark: PriceMark) => Promise<unknown>;
  /** Has `link` called again, even after an eviction. */
  readonly comeBackAt: (at: EpochMs) => void;
  /** Nothing is left to link. */
  readonly complete: () => void;
};

export class PriceLinks {
  readonly #options: PriceLinksOptions;
  /** What the hubs are known to have. Empty after a load: subscribing again changes nothing there. */
  readonly #subscribed = new Set<string>();
  #running = Promise.resolve();
  /** When it was last looked whether something is to be linked, and whether it is. */
  #looked: { readonly wanted: number; readonly isDue: boolean } | undefined;

  constructor(options: PriceLinksOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#subscribed.size;
  }

  /** A hub sends what nobody wants any more: its subscription has outlived ours, and is dropped with the next linking that has room. */
  noteStray(symbol: string): void {
    if (this.#subscribed.size < LEGS_MAX) this.#subscribed.add(symbol);
    this.#looked = undefined;
  }

  /** Whether a linking would do something. */
  get isDue(): boolean {
    const wanted = this.#options.wanted();
    if (this.#looked?.wanted !== wanted) {
      const { subscribe, unsubscribe, unpriced } = this.#difference();
      this.#looked = { wanted, isDue: subscribe.length + unsubscribe.length + unpriced.length > 0 };
    }
    return this.#looked.isDue;
  }

  /** Ends when everything that is followed is subscribed and priced, or could not be; then it comes back. Never throws. */
  link(): Promise<void> {
    const { clock, comeBackAt, complete } = this.#options;
    this.#running = this.#running.then(async () => {
      if (!this.isDue || (await this.#run())) complete();
      else comeBackAt((clock.now() + RETRY_MS) as EpochMs);
    });
    return this.#running;
  }

  /** False when something is left to do. */
  async #run(): Promise<boolean> {
    const { subscribe, unsubscribe } = this.#difference();
    const hubs = await Promise.allSettled([
      ...byHub(subscribe).map(([hub, symbols]) => this.#subscribe(hub, symbols)),
      ...byHub(unsubscribe).map(([hub, symbols]) => this.#unsubscribe(hub, symbols)),
    ]);
    // After the subscriptions: what changes in between comes through the hub, and its number says that it is newer.
    const { unpriced } = this.#difference();
    let complete = hubs.every(isTrue);
    for (let next = 0; next < unpriced.length; next += PARALLEL_SNAPSHOTS_MAX) {
      const asked = unpriced
        .slice(next, next + PARALLEL_SNAPSHOTS_MAX)
        .map((symbol) => this.#fetchPrice(symbol));
      complete = (await Promise.allSettled(asked)).every(isTrue) && complete;
    }
    return complete && !this.isDue;
  }

  #difference() {
    const followed = this.#options.followed();
    const wanted = new Set(followed);
    return {
      subscribe: followed.filter((symbol) => !this.#subscribed.has(symbol)),
      unsubscribe: [...this.#subscribed].filter((symbol) => !wanted.has(symbol)),
      unpriced: followed.filter((symbol) => this.#options.isUnpriced(symbol)),
    };
  }

  async #subscribe(hub: string, symbols: readonly Symbol[]): Promise<boolean> {
    const { actors, subscriber } = this.#options;
    const asked = actors.priceHub(hub).subscribe(this.#envelope(), subscriber, symbols);
    const reply = await within(asked, CALL_MS_MAX);
    if (reply.ok) for (const symbol of symbols) this.#subscribed.add(symbol);
    this.#looked = undefined;
    return reply.ok;
  }

  async #unsubscribe(hub: string, symbols: readonly Symbol[]): Promise<boolean> {
    const { actors, subscriber } = this.#options;
    const asked = actors.priceHub(hub).unsubscribe(this.#envelope(), subscriber, symbols);
    const reply = await within(asked, CALL_MS_MAX);
    if (reply.ok) for (const symbol of symbols) this.#subscribed.delete(symbol);
    this.#looked = undefined;
    return reply.ok;
  }

  async #fetchPrice(symbol: string): Promise<boolean> {
    const { actors, baseline } = this.#options;
    const reply = await within(actors.symbol(symbol).snapshot(this.#envelope()), CALL_MS_MAX);
    if (!reply.ok) return false;
    await baseline(symbol, reply.value.mark);
    return true;
  }

  #envelope() {
    return systemEnvelope(this.#options.clock.now());
  }
}

const isTrue = (result: PromiseSettledResult<boolean>): boolean =>
  result.status === "fulfilled" && result.value;

// SAFETY: legs come from the risk shard, which took them as symbols of the public contract.
const byHub = (symbols: readonly string[]): [string, Symbol[]][] => [
  ...Map.groupBy(symbols as readonly Symbol[], priceHubOf),
];
