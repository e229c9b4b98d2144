/** A desk between an account, the price hubs, the symbols and a mirror that the test rules. */
import type { PriceBatch } from "../../../actors/price-hub/messages.ts";
import type { OutboxBatch } from "../../../actors/runtime/fact.ts";
import { migrateLocally } from "../../../actors/runtime/local-migrations.ts";
import { Mailbox } from "../../../actors/runtime/mailbox.ts";
import { Outbox } from "../../../actors/runtime/outbox.ts";
import { type ActorReply, answer } from "../../../actors/runtime/reply.ts";
import { Sockets } from "../../../actors/runtime/sockets.ts";
import { Timers } from "../../../actors/runtime/timers.ts";
import { Vitals } from "../../../actors/runtime/vitals.ts";
import { strategyAddress } from "../../../actors/strategy/address.ts";
import { LANES } from "../../../actors/strategy/bounds.ts";
import { Desk } from "../../../actors/strategy/desk.ts";
import type { StrategyNews } from "../../../actors/strategy/messages.ts";
import { MIGRATIONS } from "../../../actors/strategy/store.ts";
import type { M2mCandleObject } from "../../../src/contracts/strategies.ts";
import type { PriceMark } from "../../../src/domain/price.ts";
import type { ActorPorts } from "../../../src/ports.ts";
import { FakeSocketPort } from "../../support/fake-sockets.ts";
import { memorySql } from "../../support/node-sql.ts";
import { Destinations, envelope, FakeAlarm, FakeClock } from "../../support/runtime-fakes.ts";

const ADDRESS = strategyAddress("acme/carry");
type Asked = "subscribe" | "unsubscribe";

export class DeskWorld {
  readonly sql = memorySql();
  readonly port = new FakeSocketPort();
  readonly clock = new FakeClock();
  readonly alarm = new FakeAlarm();
  readonly destinations = new Destinations();
  /** What was asked of hubs and symbols, in order. */
  readonly asked: string[] = [];
  readonly logged: object[] = [];
  readonly subscribed = new Set<string>();
  readonly marks = new Map<string, PriceMark>();
  /** What hubs and symbols do before they answer; a throw is a call that failed. */
  hub: (asked: Asked, symbols: readonly string[]) => Promise<ActorReply<null>> = () =>
    Promise.resolve(answer(null));
  beforeSnapshot: (symbol: string) => Promise<void> = () => Promise.resolve();
  desk!: Desk;
  timers!: Timers;
  outbox!: Outbox;
  sockets!: Sockets;
  #seq = 0;

  constructor() {
    migrateLocally(this.sql, MIGRATIONS);
    this.restart();
  }

  /** A new load over the same disk. */
  restart(): void {
    const { sql, clock, alarm, destinations } = this;
    const timers = new Timers(sql, alarm, ADDRESS.actor);
    const outbox = new Outbox({
      sql,
      clock,
      timers,
      actor: ADDRESS.actor,
      deliver: destinations.deliver,
      randomFraction: () => 0.5,
      newIncarnation: () => "here",
    });
    const sockets = new Sockets({ sql, clock, port: this.port });
    const writers: { write(): void }[] = [];
    const mailbox = new Mailbox<keyof typeof LANES>({
      lanes: LANES,
      clock,
      transaction: (work) => sql.transaction(work),
      write: () => {
        for (const writer of [...writers, sockets, outbox, timers]) writer.write();
      },
      abort: (reason) => {
        throw new Error(reason);
      },
      growthRefusal: () => outbox.growthRefusal(),
      hardRefusal: () => outbox.hardRefusal(),
      committed: () => {
        sockets.flush();
        timers.repair(clock.now());
      },
      arm: (run) => void setImmediate(run),
    });
    const bricks = {
      sql,
      clock,
      timers,
      outbox,
      mailbox,
      sockets,
      vitals: new Vitals({ actor: ADDRESS.actor, clock }),
      writes: (...more: { write(): void }[]) => writers.push(...more),
    };
    Object.assign(this, {
      timers,
      outbox,
      sockets,
      desk: new Desk(ADDRESS, bricks as never, this.#actors(), (_level, event, fields) =>
        this.logged.push({ event, ...fields }),
      ),
    });
  }

  /** The account's outbox delivers these news; a repeat names the seqs that it had. */
  tell(...news: StrategyNews[]): Promise<ActorReply<{ watermark: number }>> {
    return this.desk.receive(this.#envelope(), this.batch(...news));
  }

  batch(...news: StrategyNews[]): OutboxBatch {
    const facts = news.map((item) => {
      this.#seq += 1;
      return [this.#seq, this.clock.now(), item.type, JSON.stringify(item)] as const;
    });
    return { actor: "risk-shard:acme/main", facts, incarnation: "i", knownIncarnations: [] };
  }

  redeliver(batch: OutboxBatch): Promise<ActorReply<{ watermark: number }>> {
    return this.desk.receive(this.#envelope(), batch);
  }

  prices(...updates: PriceBatch["updates"][number][]): Promise<ActorReply<null>> {
    return this.desk.prices(this.#envelope(), { hub: "hub-0", updates });
  }

  /** Lets the alarm fire if it is due, as the shell does. */
  async fire(): Promise<void> {
    await this.desk.wake(this.timers.takeDue(this.clock.now()));
    await settled();
  }

  candles(): M2mCandleObject[] {
    const reply = this.desk.m2m({ resolution: "1", limit: 1_000 });
    if (!reply.ok) throw new Error(reply.code);
    return reply.value.candles.map((text) => JSON.parse(text) as M2mCandleObject);
  }

  #envelope() {
    return envelope(this.clock.now() + 10_000);
  }

  #actors(): ActorPorts {
    const heard = async (asked: Asked, symbols: readonly string[]): Promise<ActorReply<null>> => {
      this.asked.push(`${asked} ${symbols.join(" ")}`);
      const reply = await this.hub(asked, symbols);
      for (const symbol of reply.ok ? symbols : []) {
        if (asked === "subscribe") this.subscribed.add(symbol);
        else this.subscribed.delete(symbol);
      }
      return reply;
    };
    const actors = {
      priceHub: () => ({
        subscribe: (_envelope: unknown, _subscriber: string, symbols: readonly string[]) =>
          heard("subscribe", symbols),
        unsubscribe: (_envelope: unknown, _subscriber: string, symbols: readonly string[]) =>
          heard("unsubscribe", symbols),
      }),
      symbol: (symbol: string) => ({
        snapshot: async () => {
          this.asked.push(`snapshot ${symbol}`);
          await this.beforeSnapshot(symbol);
          return answer({ mark: this.marks.get(symbol) ?? { lastChanges: 0 } });
        },
      }),
    };
    // SAFETY: the desk is handed two ports and calls these methods of them.
    return actors as unknown as ActorPorts;
  }
}

/** Whatever was started and waits for nothing but microtasks and macrotasks is over. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
}
