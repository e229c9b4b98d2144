/** What a hub does for each caller: remember who follows what, keep the newest prices, see that they are told. */
import type { Symbol } from "../../src/domain/ids.ts";
import type { EpochMs } from "../../src/domain/time.ts";
import type { ActorPorts } from "../../src/ports.ts";
import { Asking, type Wakes } from "../runtime/asking.ts";
import type { Bricks } from "../runtime/bricks.ts";
import { type Envelope, systemEnvelope } from "../runtime/envelope.ts";
import { randomFraction } from "../runtime/id.ts";
import { KeptStubs } from "../runtime/kept-stubs.ts";
import { type ActorReply, answer, refusal } from "../runtime/reply.ts";
import { Rush } from "../runtime/rush.ts";
import { ifWithin, type Patience } from "../runtime/within.ts";
import { apply } from "./apply.ts";
import { BOUNDS, type LANES } from "./bounds.ts";
import { decideSubscribe, decideUnsubscribe } from "./decide.ts";
import { CALL_MS_MAX, Delivery } from "./delivery.ts";
import type { HubEvent } from "./events.ts";
import { KEPT_SUBSCRIBERS_MAX } from "./limits.ts";
import {
  encodePriceBatch,
  encodePriceUpdate,
  type PriceBatch,
  type PriceSubscriberApi,
  type PriceUpdate,
  type PushTaken,
  type SubscriberName,
} from "./messages.ts";
import { noteNewsFor, takeSnapshot, takeUpdate } from "./prices.ts";
import type { HubState } from "./state.ts";
import { HubStore } from "./store.ts";

/**
 * On disk while anybody is owed a price. Shorter than the ten idle seconds after which an object is evicted, so it outlives its hub
 * only where that was killed: then the marks are fetched anew, and otherwise a hub wakes without asking anyone.
 */
const WATCH_MS = 5_000;
const WATCH_TIMER = "owed";

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
  readonly #subscribers: KeptStubs<SubscriberName, PriceSubscriberApi>;
  readonly #store: HubStore;
  readonly #state: HubState;
  readonly #delivery: Delivery;
  /** Of updates that are under way: who is told the same is told the same text. */
  readonly #texts = new WeakMap<PriceUpdate, string>();
  readonly #asking: Asking<Symbol>;
  readonly #rush = new Rush();
  #owesFromBefore: boolean;

  constructor(hub: string, bricks: HubBricks, neighbours: Neighbours, wakes: Wakes = platformWakes) {
    this.#hub = hub;
    this.#bricks = bricks;
    this.#neighbours = neighbours;
    this.#subscribers = new KeptStubs(KEPT_SUBSCRIBERS_MAX, (name) => neighbours.priceSubscriber(name));
    this.#store = new HubStore(bricks.sql);
    this.#state = this.#store.load();
    this.#owesFromBefore = bricks.timers.dueOf(WATCH_TIMER) !== undefined;
    this.#delivery = new Delivery({
      state: this.#state,
      clock: bricks.clock,
      send: (subscriber, updates, patience) => this.#send(subscriber, updates, patience),
      wakes,
      randomFraction,
      isRush: () => this.#rush.isOn,
    });
    this.#asking = new Asking({
      isFollowed: (symbol) => this.#isFollowed(symbol),
      reach: (symbol) => this.#reach(symbol),
      wakes,
      randomFraction,
    });
    bricks.writes(this.#store);
    const sizes = {
      "memory:links": () => this.#delivery.links,
      "memory:kept": () => this.#subscribers.size,
      "memory:asked": () => this.#asking.size,
      "memory:changes": () => this.#state.changes,
    };
    bricks.vitals.measures(BOUNDS, sizes, () => this.#state);
  }

  /** In memory is enough: what the hub owes is on disk as a watch, and the symbols have the prices. */
  push(update: PriceUpdate): ActorReply<PushTaken> {
    this.#recover();
    const { vitals, clock } = this.#bricks;
    vitals.directory.active();
    if (!this.#isFollowed(update.symbol)) return answer({ followed: false });
    if (takeUpdate(this.#state, update)) this.#owe(update.instrument !== undefined);
    const pauseMs = this.#rush.pauseAfter(Math.max(1, update.changes.length), clock.now());
    return answer({ followed: true, pauseMs });
  }

  async subscribe(
    envelope: Envelope,
    subscriber: SubscriberName,
    symbols: readonly Symbol[],
  ): Promise<ActorReply<null>> {
    this.#recover();
    const { mailbox } = this.#bricks;
    const decide = () => decideSubscribe(this.#state, subscriber, symbols);
    let silent: readonly Symbol[] = [];
    const reply = await mailbox.run("subscriptions", envelope, symbols.length, decide, (decision) => {
      if (!decision.ok) return refusal("too-many", decision.detail);
      silent = symbols.filter((symbol) => !this.#isFollowed(symbol));
      this.#fold(decision.events);
      if (silent.length > 0) this.#watch();
      return answer(null);
    });
    if (reply.ok) this.#introduce(subscriber, symbols, new Set(silent));
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
      for (const { symbol } of events) if (!this.#isFollowed(symbol)) this.#asking.forget(symbol);
      return answer(null);
    });
  }

  /** The alarm's part: who is still owed something is told, and watched over again. */
  wake(): void {
    this.#recover();
    this.#owe(false);
  }

  #isFollowed(symbol: Symbol): boolean {
    return this.#state.followers.has(symbol);
  }

  #fold(events: readonly HubEvent[]): void {
    for (const event of events) apply(this.#state, event);
    this.#store.keep(events);
  }

  /** The next batch tells where these symbols stand; those that the hub does not know itself, and those that nobody followed, are asked first. */
  #introduce(subscriber: SubscriberName, symbols: readonly Symbol[], silent: ReadonlySet<Symbol>): void {
    const { prices } = this.#state;
    for (const symbol of symbols) if (prices.has(symbol)) noteNewsFor(this.#state, subscriber, symbol);
    this.#ask(symbols.filter((symbol) => silent.has(symbol) || prices.get(symbol)?.instrument === undefined));
  }

  /** The hub that was here before owed prices when it went: nobody knows which, so all are told. */
  #recover(): void {
    if (!this.#owesFromBefore) return;
    this.#owesFromBefore = false;
    this.#ask([...this.#state.followers.keys()]);
  }

  #ask(symbols: readonly Symbol[]): void {
    void this.#asking.ask(symbols);
    this.#owe(false);
  }

  /** A symbol that refuses was there too: it tells by itself once it has news. */
  async #reach(symbol: Symbol): Promise<boolean> {
    const reply = await ended(async () => this.#neighbours.symbol(symbol).snapshot(this.#envelope()));
    if (reply?.ok !== true) return reply !== undefined;
    takeSnapshot(this.#state, symbol, reply.value);
    this.#owe(false);
    return true;
  }

  /** Whoever is owed something is told soon, and the watch stands on disk until then. */
  #owe(urgent: boolean): void {
    const { timers, sql, clock } = this.#bricks;
    this.#delivery.arm(urgent);
    if (timers.dueOf(WATCH_TIMER) !== undefined || !this.#owes()) return;
    this.#watch();
    sql.transaction(() => timers.write());
    timers.repair(clock.now());
  }

  #watch(): void {
    const { timers, clock } = this.#bricks;
    const due = Math.max(clock.now() + WATCH_MS, this.#delivery.nextDue() ?? 0);
    timers.atLatest(WATCH_TIMER, due as EpochMs);
  }

  #owes(): boolean {
    return this.#asking.size > 0 || !this.#delivery.isQuiet;
  }

  async #send(
    subscriber: SubscriberName,
    updates: readonly PriceUpdate[],
    patience: Patience,
  ): Promise<boolean> {
    const texts = updates.map((update) => this.#textOf(update));
    const told = await this.#tell(subscriber, encodePriceBatch(this.#hub, texts), patience);
    if (told !== "unread") return told === "taken";
    return (await this.#tell(subscriber, { hub: this.#hub, updates }, patience)) === "taken";
  }

  async #tell(subscriber: SubscriberName, batch: string | PriceBatch, patience: Patience): Promise<Told> {
    const call = () => this.#subscribers.call(subscriber, (api) => api.prices(this.#envelope(), batch));
    const told = async (): Promise<Told> => {
      const reply = await patience.with(call());
      if (reply.ok) return "taken";
      return reply.code === "json-invalid" ? "unread" : "failed";
    };
    // What looks for the list of updates in a text finds none, and throws that.
    return told().catch((error: unknown) => (error instanceof TypeError ? "unread" : "failed"));
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

/** `unread`: a subscriber of the version before, for whom a batch is no text. Others are of it only until the deploy is through. */
type Told = "taken" | "unread" | "failed";

/** Undefined where the call failed or did not end in time; a stub may throw before it calls. */
const ended = <Reply>(call: () => Promise<Reply>): Promise<Reply | undefined> =>
  ifWithin(call(), CALL_MS_MAX);
