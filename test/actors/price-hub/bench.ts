/** A hub between symbols and subscribers that the test rules, with time that passes when told. */

import { vi } from "vitest";
import { LANES } from "../../../actors/price-hub/bounds.ts";
import {
  decodePriceBatch,
  type PriceBatch,
  type PriceChange,
  type PriceSnapshot,
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
import { envelope, FakeAlarm, FakeClock, START } from "../../support/runtime-fakes.ts";

export const BTC = "BINANCE:BTCUSDT" as Symbol;
export const ETH = "BINANCE:ETHUSDT" as Symbol;
export const SHARD: SubscriberName = "risk-shard/acme/main";
export const STRATEGY: SubscriberName = "strategy/acme/carry";

export const instrument = (symbol: Symbol, version = 1): Instrument => ({
  symbol,
  description: symbol,
  type: "crypto",
  exchange: "BINANCE",
  currency: "USDT",
  priceScale: 2,
  sizeScale: 5,
  tickSize: 1,
  lotSize: 1,
  multiplier: "1",
  notionalUnit: 10n ** 5n,
  timezone: "UTC",
  session: "24x7",
  status: "active",
  version,
});

export const markAt = (n: number, over: Partial<PriceMark> = {}): PriceMark => ({
  lastChanges: n,
  ...(n === 0 ? {} : { last: 100 + n, lastTs: (START + n) as EpochMs }),
  ...over,
});
const change = (n: number): PriceChange => [n, START + n, 100 + n];
export const changesOf = (from: number, to: number): PriceChange[] =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => change(from + index));
/** Changes `from` to `to`, and the mark after them. */
export const update = (
  symbol: Symbol,
  from: number,
  to: number,
  over: Partial<PriceUpdate> = {},
): PriceUpdate => ({
  symbol,
  mark: markAt(to),
  changes: changesOf(from, to),
  sampled: false,
  ...over,
});

export type Sent = {
  readonly to: SubscriberName;
  readonly at: number;
  readonly updates: readonly PriceUpdate[];
};
/** How far time passes at once while a call is under way. */
const CALL_STEP_MS = 500;
type Reply = () => Promise<ActorReply<null>>;

export const turns = async (count = 12): Promise<void> => {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
};

export class HubBench {
  readonly sql = memorySql();
  readonly clock = new FakeClock();
  readonly alarm = new FakeAlarm();
  readonly sent: Sent[] = [];
  /** Subscribers are of the version before, which knows objects only. */
  isOld = false;
  readonly formats: ("text" | "objects")[] = [];
  /** What each symbol says when asked. */
  readonly marks = new Map<Symbol, PriceMark>();
  readonly asked: Symbol[] = [];
  /** Symbols that answer by themselves. */
  readonly snapshots = new Map<Symbol, () => Promise<ActorReply<PriceSnapshot>>>();
  /** How a subscriber answers; it takes everything unless said otherwise. */
  readonly replies = new Map<SubscriberName, Reply>();
  readonly #wakes: { at: number; run: () => void; gone: boolean }[] = [];
  relay!: Relay;
  timers!: Timers;
  mailbox!: Mailbox<keyof typeof LANES>;
  vitals!: Vitals;

  constructor() {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    migrateLocally(this.sql, HUB_MIGRATIONS);
    this.restart();
  }

  /** Memory is gone, with all that was under way. */
  restart(): void {
    const { sql, clock, alarm } = this;
    for (const wake of this.#wakes) wake.gone = true;
    vi.clearAllTimers();
    const writers: { write(): void }[] = [];
    this.timers = new Timers(sql, alarm, "price-hub:hub-0");
    this.timers.repair(clock.now());
    this.mailbox = new Mailbox<keyof typeof LANES>({
      lanes: LANES,
      clock,
      transaction: (work) => sql.transaction(work),
      write: () => {
        for (const writer of [...writers, this.timers]) writer.write();
      },
      abort: (reason) => {
        throw new Error(reason);
      },
      committed: () => this.timers.repair(clock.now()),
      arm: (run) => void setImmediate(run),
    });
    const actors = {
      symbol: (symbol: Symbol) => ({ snapshot: () => this.#snapshot(symbol) }),
      priceSubscriber: (to: SubscriberName) => ({
        prices: (_envelope: unknown, sent: string | PriceBatch) => {
          this.formats.push(typeof sent === "string" ? "text" : "objects");
          if (this.isOld && typeof sent === "string") throw new TypeError("batch.updates is not iterable");
          const batch = decodePriceBatch(sent);
          if (batch === undefined) throw new Error("a hub writes what its subscribers can read");
          return this.#take(to, batch.updates);
        },
      }),
      // SAFETY: the relay is handed two ports and calls one method of each.
    } as unknown as ActorPorts;
    this.vitals = new Vitals({ actor: "price-hub:hub-0", clock });
    const { timers, mailbox, vitals } = this;
    this.relay = new Relay(
      "hub-0",
      {
        clock,
        sql,
        timers,
        mailbox,
        vitals,
        writes: (...more) => writers.push(...more),
      },
      actors,
      {
        set: (run, afterMs) => {
          const wake = { at: clock.now() + afterMs, run, gone: false };
          this.#wakes.push(wake);
          return wake;
        },
        clear: (wake) => {
          (wake as { gone: boolean }).gone = true;
        },
      },
    );
  }

  async #snapshot(symbol: Symbol) {
    this.asked.push(symbol);
    const own = this.snapshots.get(symbol);
    if (own !== undefined) return own();
    const mark = this.marks.get(symbol);
    if (mark === undefined) throw new Error("the symbol is away");
    return answer({ instrument: instrument(symbol), mark });
  }

  #take(to: SubscriberName, updates: readonly PriceUpdate[]): Promise<ActorReply<null>> {
    this.sent.push({ to, at: this.clock.now(), updates });
    return this.replies.get(to)?.() ?? Promise.resolve(answer(null));
  }

  async subscribe(subscriber: SubscriberName, ...symbols: Symbol[]) {
    const reply = await this.relay.subscribe(envelope(this.clock.now() + 10_000), subscriber, symbols);
    await turns();
    return reply;
  }

  async unsubscribe(subscriber: SubscriberName, ...symbols: Symbol[]) {
    return this.relay.unsubscribe(envelope(this.clock.now() + 10_000), subscriber, symbols);
  }

  async push(update: PriceUpdate): Promise<void> {
    this.relay.push(update);
    await turns();
  }

  /** Time passes, millisecond by millisecond where something is due; alarms fire on the way. */
  async pass(ms: number): Promise<void> {
    const until = this.clock.now() + ms;
    await turns();
    for (;;) {
      const next = this.#wakes.filter(({ gone }) => !gone).sort((one, other) => one.at - other.at)[0];
      const due = Math.min(next?.at ?? Number.POSITIVE_INFINITY, this.alarm.slot ?? Number.POSITIVE_INFINITY);
      // A call under way may run out of time before.
      const step = vi.getTimerCount() > 0 ? this.clock.now() + CALL_STEP_MS : Number.POSITIVE_INFINITY;
      if (Math.min(due, step) > until) break;
      await this.#moveTo(Math.min(due, step));
      if (step < due) continue;
      if (this.alarm.slot !== undefined && this.alarm.slot <= due) this.fire();
      else if (next !== undefined) {
        next.gone = true;
        next.run();
      }
      await turns();
    }
    await this.#moveTo(until);
    await turns();
  }

  async #moveTo(time: number): Promise<void> {
    const ms = Math.max(0, time - this.clock.now());
    this.clock.pass(ms);
    await vi.advanceTimersByTimeAsync(ms);
  }

  /** As the shell's alarm does it. */
  fire(): void {
    this.alarm.slot = undefined;
    this.timers.takeDue(this.clock.now());
    this.mailbox.flush();
    this.relay.wake();
    this.timers.repair(this.clock.now());
  }

  /** What a subscriber has been sent, and forgets it. */
  takeSent(to: SubscriberName): Sent[] {
    const mine = this.sent.filter((one) => one.to === to);
    this.sent.splice(0, this.sent.length, ...this.sent.filter((one) => one.to !== to));
    return mine;
  }
}

export const numbers = (sent: Sent | undefined, symbol: Symbol): number[] =>
  (sent?.updates.find((one) => one.symbol === symbol)?.changes ?? []).map(([n]) => n);
