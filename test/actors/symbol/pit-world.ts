import type { PriceUpdate } from "../../../actors/price-hub/messages.ts";
import type { OutboxBatch } from "../../../actors/runtime/fact.ts";
import { migrateLocally } from "../../../actors/runtime/local-migrations.ts";
import { Mailbox } from "../../../actors/runtime/mailbox.ts";
import { Outbox } from "../../../actors/runtime/outbox.ts";
import { type ActorReply, answer } from "../../../actors/runtime/reply.ts";
import { Sockets } from "../../../actors/runtime/sockets.ts";
import { Timers } from "../../../actors/runtime/timers.ts";
import { Vitals } from "../../../actors/runtime/vitals.ts";
import { LANES } from "../../../actors/symbol/bounds.ts";
import { Pit } from "../../../actors/symbol/pit.ts";
import { SYMBOL_MIGRATIONS } from "../../../actors/symbol/store.ts";
import type { Instrument } from "../../../src/domain/instrument.ts";
import { encodeInstrument } from "../../../src/domain/instrument-codec.ts";
import type { ActorPorts } from "../../../src/ports.ts";
import { FakeSocketPort } from "../../support/fake-sockets.ts";
import { memorySql } from "../../support/node-sql.ts";
import { Destinations, envelope, FakeAlarm, FakeClock } from "../../support/runtime-fakes.ts";
import { INSTRUMENT, NOON, type Sent, SYMBOL } from "./bench.ts";

export class World {
  readonly sql = memorySql();
  readonly clock = new FakeClock();
  readonly alarm = new FakeAlarm();
  readonly port = new FakeSocketPort();
  readonly destinations = new Destinations();
  readonly pushed: PriceUpdate[] = [];
  lookups = 0;
  transactions = 0;
  lookup: () => Promise<ActorReply<Instrument>> = () => Promise.resolve(answer(INSTRUMENT));
  hub: () => Promise<ActorReply<null>> = () => Promise.resolve(answer(null));
  pit!: Pit;
  outbox!: Outbox;
  sockets!: Sockets;
  timers!: Timers;
  mailbox!: Mailbox<keyof typeof LANES>;

  constructor() {
    migrateLocally(this.sql, SYMBOL_MIGRATIONS);
    this.restart();
  }

  restart(): void {
    const { sql, clock, alarm, destinations } = this;
    this.timers = new Timers(sql, alarm, `symbol:${SYMBOL}`);
    this.outbox = new Outbox({
      sql,
      clock,
      timers: this.timers,
      actor: `symbol:${SYMBOL}`,
      deliver: destinations.deliver,
      randomFraction: () => 0.5,
      newIncarnation: () => "here",
    });
    const writers: { write(): void }[] = [];
    const sockets = new Sockets({ sql, clock, port: this.port, arm: (run) => void setImmediate(run) });
    this.sockets = sockets;
    this.mailbox = new Mailbox<keyof typeof LANES>({
      lanes: LANES,
      clock,
      transaction: (work) => {
        this.transactions += 1;
        sql.transaction(work);
      },
      write: () => {
        for (const writer of [...writers, sockets, this.outbox, this.timers]) writer.write();
      },
      abort: (reason) => {
        throw new Error(reason);
      },
      growthRefusal: () => this.outbox.growthRefusal(),
      hardRefusal: () => this.outbox.hardRefusal(),
      committed: () => {
        sockets.flush();
        this.timers.repair(clock.now());
      },
      arm: (run) => void setImmediate(run),
    });
    const actors = {
      instrumentDirectory: () => ({ lookup: () => this.#looked() }),
      priceHub: () => ({ push: (_envelope: unknown, update: PriceUpdate) => this.#told(update) }),
      // SAFETY: the pit is handed two ports and calls one method of each.
    } as unknown as ActorPorts;
    const { timers, outbox, mailbox } = this;
    const vitals = new Vitals({ actor: `symbol:${SYMBOL}`, clock });
    this.pit = new Pit(
      SYMBOL,
      { clock, sql, timers, outbox, mailbox, sockets, vitals, writes: (...more) => writers.push(...more) },
      actors,
    );
  }

  #looked(): Promise<ActorReply<Instrument>> {
    this.lookups += 1;
    return this.lookup();
  }

  #told(update: PriceUpdate): Promise<ActorReply<null>> {
    this.pushed.push(update);
    return this.hub();
  }

  async take(...ticks: readonly Sent[]): Promise<ActorReply<unknown>> {
    const reply = await this.pit.ticks(
      envelope(),
      "feed",
      JSON.stringify(ticks.map((tick, index) => [index, tick])),
    );
    return reply.ok ? answer(JSON.parse(reply.value)) : reply;
  }

  /** Due timers fire, as the shell's alarm does it. */
  async fire(): Promise<void> {
    this.alarm.slot = undefined;
    this.timers.takeDue(this.clock.now());
    this.mailbox.flush();
    await this.pit.wake();
  }

  hear(seq: number, instrument: Instrument, sender = "instrument-directory:instruments") {
    const batch: OutboxBatch = {
      actor: sender,
      facts: [[seq, NOON, "instrument-put", encodeInstrument(instrument)]],
      incarnation: "i",
      knownIncarnations: [],
    };
    return this.pit.receive(envelope(), batch);
  }
}
