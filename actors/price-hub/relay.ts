/** What a hub does for each caller: remember who follows what, keep the newest prices, see that they are told. */
import type { Symbol } from "../../src/domain/ids.ts";
import type { EpochMs } from "../../src/domain/time.ts";
import type { ActorPorts } from "../../src/ports.ts";
import type { Bricks } from "../runtime/bricks.ts";
import { type Envelope, systemEnvelope } from "../runtime/envelope.ts";
import { randomFraction } from "../runtime/id.ts";
import { type ActorReply, answer, refusal } from "../runtime/reply.ts";
import { ifWithin } from "../runtime/within.ts";
import { apply } from "./apply.ts";
import { BOUNDS, type LANES } from "./bounds.ts";
import { decideSubscribe, decideUnsubscribe } from "./decide.ts";
import { Delivery, type Wakes } from "./delivery.ts";
import type { HubEvent } from "./events.ts";
import { encodePriceBatch, encodePriceUpdate, type PriceUpdate, type SubscriberName } from "./messages.ts";
import { noteNewsFor, takeSnapshot, takeUpdate } from "./prices.ts";
import type { HubState } from "./state.ts";
import { HubStore } from "./store.ts";

/**
 * On disk while anybody is owed a price. Shorter than the ten idle seconds after which an object is evicted, so it outlives its hub
 * only where that was killed: then the marks are fetched anew, and otherwise a hub wakes without asking anyone.
 */
const WATCH_MS = 5_000;
const WATCH_TIMER = "owed";
/** A call that has not ended by then has failed: a turn takes milliseconds, and a cold object is there in a second. */
const CALL_MS_MAX = 10_000;
/** Symbols asked at the same time. */
const PARALLEL_SNAPSHOTS_MAX = 16;

type HubBricks = Pick<
  Bricks<keyof typeof LANES>,
  "clock" | "sql" | "timers" | "mailbox" | "vitals" | "writes"
>;
type Neighbours = Pick<ActorPorts, "symbol" | "priceSubscriber">;
const platformWakes: Wakes = {
  set: (run, afterMs) => setTimeout(run, afterMs),
  clear: (wake) => clearTimeout(wake as ReturnType<typeof setTimeout>),
};

export class Relay {
  readonly #hub: string;
  readonly #bricks: HubBricks;
  readonly #neighbours: Neighbours;
  readonly #store: HubStore;
  readonly #state: HubState;
  readonly #delivery: Delivery;
  /** Of updates that are under way: who is told the same is told the same text. */
  readonly #texts = new WeakMap<PriceUpdate, string>();
  #owesFromBefore: boolean;
  /** Rounds of snapshots under way. */
  #fetching = 0;

  constructor(hub: string, bricks: HubBricks, neighbours: Neighbours, wakes: Wakes = platformWakes) {
    this.#hub = hub;
    this.#bricks = bricks;
    this.#neighbours = neighbours;
    this.#store = new HubStore(bricks.sql);
    this.#state = this.#store.load();
    this.#owesFromBefore = bricks.timers.dueOf(WATCH_TIMER) !== undefined;
    this.#delivery = new Delivery({
      state: this.#state,
      clock: bricks.clock,
      send: (subscriber, updates) => this.#send(subscriber, updates),
      wakes,
      randomFraction,
    });
    bricks.writes(this.#store);
    bricks.vitals.measures(BOUNDS, { "memory:links": () => this.#delivery.links }, () => this.#state);
  }

  /** In memory is enough: what the hub owes is on disk as a watch, and the symbols have the prices. */
  push(update: PriceUpdate): ActorReply<null> {
    this.#recover();
    if (takeUpdate(this.#state, update)) this.#owe(update.instrument !== undefined);
    this.#bricks.vitals.directory.active();
    return answer(null);
  }

  async subscribe(
    envelope: Envelope,
    subscriber: SubscriberName,
    symbols: readonly Symbol[],
  ): Promise<ActorReply<null>> {
    this.#recover();
    const decide = () => decideSubscribe(this.#state, subscriber, symbols);
    const reply = await this.#bricks.mailbox.run(
      "subscriptions",
      envelope,
      symbols.length,
      decide,
      (decision) => {
        if (!decision.ok) return refusal("too-many", decision.detail);
        this.#fold(decision.events);
        return answer(null);
      },
    );
    if (reply.ok) this.#introduce(subscriber, symbols);
    return reply;
  }

  async unsubscribe(
    envelope: Envelope,
    subscriber: SubscriberName,
    symbols: readonly Symbol[],
  ): Promise<ActorReply<null>> {
    const decide = () => decideUnsubscribe(this.#state, subscriber, symbols);
    return this.#bricks.mailbox.run("subscriptions", envelope, symbols.length, decide, (events) => {
      this.#fold(events);
      return answer(null);
    });
  }

  /** The alarm's part: who is still owed something is told, and watched over again. */
  wake(): void {
    this.#recover();
    this.#owe(false);
  }

  #fold(events: readonly HubEvent[]): void {
    for (const event of events) apply(this.#state, event);
    this.#store.keep(events);
  }

  /** The next batch tells where these symbols stand; those that the hub does not know itself are asked first. */
  #introduce(subscriber: SubscriberName, symbols: readonly Symbol[]): void {
    const { prices } = this.#state;
    for (const symbol of symbols) if (prices.has(symbol)) noteNewsFor(this.#state, subscriber, symbol);
    void this.#fetch(symbols.filter((symbol) => prices.get(symbol)?.instrument === undefined));
  }

  /** The hub that was here before owed prices when it went: nobody knows which, so all are told. */
  #recover(): void {
    if (!this.#owesFromBefore) return;
    this.#owesFromBefore = false;
    void this.#fetch([...this.#state.followers.keys()]);
  }

  /** Never throws. A symbol that cannot be asked tells by itself when it has news. */
  async #fetch(symbols: readonly Symbol[]): Promise<void> {
    this.#fetching += 1;
    this.#owe(false);
    for (let next = 0; next < symbols.length; next += PARALLEL_SNAPSHOTS_MAX) {
      const asked = symbols
        .slice(next, next + PARALLEL_SNAPSHOTS_MAX)
        .map((symbol) => this.#fetchOne(symbol));
      await Promise.all(asked);
    }
    this.#fetching -= 1;
  }

  async #fetchOne(symbol: Symbol): Promise<void> {
    const reply = await ended(async () => this.#neighbours.symbol(symbol).snapshot(this.#envelope()));
    if (!reply?.ok) return;
    takeSnapshot(this.#state, symbol, reply.value);
    this.#owe(false);
  }

  /** Whoever is owed something is told soon, and the watch stands on disk until then. */
  #owe(urgent: boolean): void {
    const { timers, sql, clock } = this.#bricks;
    this.#delivery.arm(urgent);
    if (timers.dueOf(WATCH_TIMER) !== undefined || !this.#owes()) return;
    const now = clock.now();
    timers.at(WATCH_TIMER, Math.max(now + WATCH_MS, this.#delivery.nextDue() ?? 0) as EpochMs);
    sql.transaction(() => timers.write());
    timers.repair(now);
  }

  #owes(): boolean {
    return this.#fetching > 0 || !this.#delivery.isQuiet;
  }

  async #send(subscriber: SubscriberName, updates: readonly PriceUpdate[]): Promise<boolean> {
    const batch = encodePriceBatch(
      this.#hub,
      updates.map((update) => this.#textOf(update)),
    );
    const reply = await ended(async () =>
      this.#neighbours.priceSubscriber(subscriber).prices(this.#envelope(), batch),
    );
    return reply?.ok === true;
  }

  #textOf(update: PriceUpdate): string {
    const known = this.#texts.get(update);
    if (known !== undefined) return known;
    const text = encodePriceUpdate(update);
    this.#texts.set(update, text);
    return text;
  }

  #envelope(): Envelope {
    return systemEnvelope(this.#bricks.clock.now());
  }
}

/** Undefined where the call failed or did not end in time; a stub may throw before it calls. */
const ended = <Reply>(call: () => Promise<Reply>): Promise<Reply | undefined> =>
  ifWithin(call(), CALL_MS_MAX);
