/** All hubs, with the symbols that the test speaks for and subscribers that it names; every call is counted, and time passes when told. */
import { priceHubOf } from "../../../actors/price-hub/address.ts";
import { LANES } from "../../../actors/price-hub/bounds.ts";
import {
  decodePriceBatch,
  type PriceBatch,
  type PriceUpdate,
  type SubscriberName,
} from "../../../actors/price-hub/messages.ts";
import { Relay } from "../../../actors/price-hub/relay.ts";
import { HUB_MIGRATIONS } from "../../../actors/price-hub/store.ts";
import { migrateLocally } from "../../../actors/runtime/local-migrations.ts";
import { Mailbox } from "../../../actors/runtime/mailbox.ts";
import { type ActorReply, answer } from "../../../actors/runtime/reply.ts";
import { Timers } from "../../../actors/runtime/timers.ts";
import { Vitals } from "../../../actors/runtime/vitals.ts";
import type { Symbol } from "../../../src/domain/ids.ts";
import type { Instrument } from "../../../src/domain/instrument.ts";
import type { PriceMark } from "../../../src/domain/price.ts";
import type { EpochMs } from "../../../src/domain/time.ts";
import type { ActorPorts } from "../../../src/ports.ts";
import { memorySql } from "../../support/node-sql.ts";
import { envelope, FakeAlarm, FakeClock } from "../../support/runtime-fakes.ts";
import { instrument, turns } from "./bench.ts";

/** Of the first number of a symbol's changes. */
const FIRST_PRICE = 10_000;

export type Told = (batch: PriceBatch) => Promise<ActorReply<null>>;
type Calls = { prices: number; subscribe: number; snapshot: number };
type Hub = { readonly relay: Relay; readonly vitals: Vitals };
type Wake = { readonly at: number; readonly run: () => void; gone: boolean };

export class FanInWorld {
  readonly clock: FakeClock;
  readonly calls: Calls = { prices: 0, subscribe: 0, snapshot: 0 };
  /** How long the oldest change of any batch had been known to its hub. */
  oldestMs = 0;
  readonly marks = new Map<Symbol, PriceMark>();
  readonly #subscribers = new Map<SubscriberName, Told>();
  readonly #hubs = new Map<string, Hub>();
  readonly #instrument: (symbol: Symbol) => Instrument;
  #wakes: Wake[] = [];

  constructor(clock = new FakeClock(), instrumentOf: (symbol: Symbol) => Instrument = instrument) {
    this.clock = clock;
    this.#instrument = instrumentOf;
  }

  /** Symbols of which each hub has as many as it would. */
  symbols(count: number): Symbol[] {
    return Array.from({ length: count }, (_, index) => `SIM:F${index}` as Symbol);
  }

  listen(name: SubscriberName, told: Told): void {
    this.#subscribers.set(name, told);
  }

  /** As a strategy and an account call it: once for each hub. */
  async follow(name: SubscriberName, symbols: readonly Symbol[]): Promise<void> {
    for (const [hub, own] of Map.groupBy(symbols, priceHubOf)) {
      await this.subscribe(hub, name, own);
      await turns(2);
    }
  }

  subscribe(hub: string, name: SubscriberName, symbols: readonly Symbol[]): Promise<ActorReply<null>> {
    this.calls.subscribe += 1;
    return this.#hub(hub).relay.subscribe(envelope(this.clock.now() + 10_000), name, symbols);
  }

  unsubscribe(hub: string, name: SubscriberName, symbols: readonly Symbol[]): Promise<ActorReply<null>> {
    return this.#hub(hub).relay.unsubscribe(envelope(this.clock.now() + 10_000), name, symbols);
  }

  /** A symbol is asked where it stands. */
  snapshot(symbol: Symbol) {
    this.calls.snapshot += 1;
    return answer({ instrument: this.#instrument(symbol), mark: this.#markOf(symbol) });
  }

  /** The symbol's last price changes now, as it pushes it. */
  change(symbol: Symbol, last: number): void {
    const now = this.clock.now();
    const n = this.#markOf(symbol).lastChanges + 1;
    const mark: PriceMark = { lastChanges: n, last, lastTs: now };
    this.marks.set(symbol, mark);
    this.#hub(priceHubOf(symbol)).relay.push({ symbol, mark, changes: [[n, now, last]], sampled: false });
  }

  /** The changes that all hubs keep for who has not heard them. */
  async kept(): Promise<number> {
    const hubs = await Promise.all([...this.#hubs.values()].map(({ vitals }) => vitals.inspect()));
    const used = hubs.map(
      ({ sizes }) => sizes.find(({ collection }) => collection === "memory:changes")?.used ?? Number.NaN,
    );
    return used.reduce((sum, one) => sum + one, 0);
  }

  /** Time passes; what is due on the way runs. */
  async pass(ms: number): Promise<void> {
    const until = this.clock.now() + ms;
    await turns(2);
    for (let next = this.#nextWake(until); next !== undefined; next = this.#nextWake(until)) {
      this.clock.pass(Math.max(0, next.at - this.clock.now()));
      next.gone = true;
      next.run();
      await turns(3);
    }
    this.clock.pass(Math.max(0, until - this.clock.now()));
    this.#wakes = this.#wakes.filter(({ gone }) => !gone);
  }

  #nextWake(until: number): Wake | undefined {
    let next: Wake | undefined;
    for (const wake of this.#wakes)
      if (!wake.gone && wake.at <= until && (next === undefined || wake.at < next.at)) next = wake;
    return next;
  }

  #markOf(symbol: Symbol): PriceMark {
    return (
      this.marks.get(symbol) ?? {
        lastChanges: 1,
        last: FIRST_PRICE,
        lastTs: (this.clock.now() - 1) as EpochMs,
      }
    );
  }

  #hub(name: string): Hub {
    const known = this.#hubs.get(name);
    if (known !== undefined) return known;
    const hub = this.#newHub(name);
    this.#hubs.set(name, hub);
    return hub;
  }

  #newHub(name: string): Hub {
    const { clock } = this;
    const sql = memorySql();
    migrateLocally(sql, HUB_MIGRATIONS);
    const timers = new Timers(sql, new FakeAlarm(), `price-hub:${name}`);
    const writers: { write(): void }[] = [];
    const mailbox = new Mailbox<keyof typeof LANES>({
      lanes: LANES,
      clock,
      transaction: (work) => sql.transaction(work),
      write: () => {
        for (const writer of [...writers, timers]) writer.write();
      },
      abort: (reason) => {
        throw new Error(reason);
      },
      committed: () => timers.repair(clock.now()),
      arm: (run) => void setImmediate(run),
    });
    const vitals = new Vitals({ actor: `price-hub:${name}`, clock });
    const bricks = {
      ...{ clock, sql, timers, mailbox, vitals },
      writes: (...more: { write(): void }[]) => void writers.push(...more),
    };
    const relay = new Relay(name, bricks, this.#actors(), {
      set: (run, afterMs) => {
        const wake = { at: clock.now() + afterMs, run, gone: false };
        this.#wakes.push(wake);
        return wake;
      },
      clear: (wake) => {
        (wake as Wake).gone = true;
      },
    });
    return { relay, vitals };
  }

  #actors(): ActorPorts {
    const actors = {
      symbol: (symbol: Symbol) => ({ snapshot: async () => this.snapshot(symbol) }),
      priceSubscriber: (to: SubscriberName) => ({
        prices: async (_envelope: unknown, sent: string | PriceBatch) => {
          const batch = decodePriceBatch(sent);
          const told = this.#subscribers.get(to);
          if (batch === undefined || told === undefined) throw new Error("a hub tells whom it knows");
          this.calls.prices += 1;
          this.#time(batch.updates);
          return told(batch);
        },
      }),
    };
    // SAFETY: the relay is handed two ports and calls one method of each.
    return actors as unknown as ActorPorts;
  }

  #time(updates: readonly PriceUpdate[]): void {
    for (const { changes } of updates)
      for (const [, ts] of changes) this.oldestMs = Math.max(this.oldestMs, this.clock.now() - ts);
  }
}
