/**
 * The bricks of one actor, put together the way every shell needs them: a mailbox whose groups write the actor's own store, its outbox,
 * its remembered replies and its timers in one transaction.
 */
import type { EpochMs } from "../../src/domain/time.ts";
import { type Clock, systemClock } from "./clock.ts";
import type { StillValid } from "./connection.ts";
import { durableSockets } from "./durable-sockets.ts";
import { durableSql } from "./durable-sql.ts";
import type { Deliver } from "./fact.ts";
import { randomFraction, randomHex } from "./id.ts";
import { type LocalMigration, migrateLocally } from "./local-migrations.ts";
import { type LaneBounds, Mailbox } from "./mailbox.ts";
import { OUTBOX_TIMER, Outbox } from "./outbox.ts";
import { type ActorReply, answer } from "./reply.ts";
import type { Report } from "./report.ts";
import type { SocketPort } from "./socket-port.ts";
import { Sockets } from "./sockets.ts";
import type { Sql } from "./sql.ts";
import type { TellGateway } from "./streams/link.ts";
import type { LinkSurroundings } from "./streams/links.ts";
import { platformLater } from "./telling.ts";
import { type Alarm, type FiredTimer, Timers } from "./timers.ts";
import { type Inspection, Vitals } from "./vitals.ts";

/** Whatever holds changes of a group until its transaction. */
export interface Writer {
  write(): void;
}

export type BrickOptions<Lane extends string> = {
  /** The actor as the mirror knows it: `<kind>:<name>`. */
  readonly actor: string;
  readonly migrations: readonly LocalMigration[];
  readonly lanes: Readonly<Record<Lane, LaneBounds>>;
  readonly deliver: Deliver;
  /** Takes what the actor reports of itself; without it nobody hears of the actor. */
  readonly report?: Report;
  /** For an actor with sockets: whether the credential that opened one still holds. */
  readonly stillValid?: StillValid;
  /** For an actor with topics: takes what they tell to a gateway. */
  readonly tellGateway?: TellGateway;
};

/** What gateways have not heard. */
const LINKS_TIMER = "links";

export class Bricks<Lane extends string> {
  readonly clock: Clock = systemClock;
  readonly sql: Sql;
  readonly timers: Timers;
  readonly outbox: Outbox;
  readonly mailbox: Mailbox<Lane>;
  /** Costs nothing until the actor hosts topics. */
  readonly sockets: Sockets;
  /** What is counted and measured here, and who hears of it. */
  readonly vitals: Vitals;
  readonly #writers: Writer[] = [];

  constructor(ctx: DurableObjectState, options: BrickOptions<Lane>) {
    const { storage } = ctx;
    const port = observed(durableSockets(ctx), () => this.vitals.directory.active());
    this.vitals = new Vitals({
      actor: options.actor,
      clock: this.clock,
      report: options.report,
    });
    this.sql = durableSql(storage, this.vitals.storageObserver());
    migrateLocally(this.sql, options.migrations);
    this.timers = new Timers(this.sql, durableAlarm(storage), options.actor);
    this.outbox = new Outbox({
      sql: this.sql,
      clock: this.clock,
      timers: this.timers,
      actor: options.actor,
      deliver: options.deliver,
      randomFraction,
      newIncarnation: () => randomHex(16),
      archived: this.vitals.archiveObserver(),
      failed: () => this.vitals.directory.failed(),
    });
    this.sockets = new Sockets({
      sql: this.sql,
      clock: this.clock,
      port,
      left: () => this.vitals.directory.active(),
      ...(options.stillValid === undefined ? {} : { stillValid: options.stillValid }),
      links: this.#linksTo(options),
    });
    this.mailbox = new Mailbox<Lane>({
      lanes: options.lanes,
      clock: this.clock,
      transaction: (work) => this.sql.transaction(work),
      write: () => this.#write(),
      abort: (reason) => ctx.abort(reason),
      starting: (envelope) => this.outbox.causedBy(envelope),
      growthRefusal: () => this.outbox.growthRefusal(),
      hardRefusal: () => this.outbox.hardRefusal(),
      committed: () => this.#committed(),
      observer: this.vitals.mailboxObserver(),
    });
    const { outbox, mailbox, timers } = this;
    this.vitals.loaded({ outbox, mailbox, timers, sockets: port });
    this.timers.repair(this.clock.now());
  }

  /** Adds something whose changes are written with each group, before the outbox and the timers. */
  writes(...writers: Writer[]): void {
    this.#writers.push(...writers);
  }

  /**
   * What an `alarm()` handler does first: takes the due timers, re-arms, and starts the drain that the alarm may be about.
   * Commands that the handler queues before it awaits anything are written in the group that forgets the timers, so that a crash
   * before it fires them again.
   */
  takeDueTimers(): readonly FiredTimer[] {
    const now: EpochMs = this.clock.now();
    const fired = this.timers.takeDue(now);
    if (fired.some((timer) => timer.name === OUTBOX_TIMER)) {
      this.outbox.resume(now);
      this.vitals.directory.pushed();
    }
    this.timers.repair(now);
    this.mailbox.flush();
    if (fired.some(({ name }) => name === LINKS_TIMER)) this.sockets.wakeLinks();
    return fired.filter(({ name }) => name !== OUTBOX_TIMER && name !== LINKS_TIMER);
  }

  /** How the actor stands, for whoever asks. Asking also starts a push of what still waits, and has it listed. */
  async inspect(): Promise<ActorReply<Inspection>> {
    this.outbox.drainDetached();
    return answer(await this.vitals.inspect());
  }

  #linksTo({ actor, tellGateway }: BrickOptions<Lane>): LinkSurroundings | undefined {
    if (tellGateway === undefined) return undefined;
    const watch = (at: EpochMs) => this.timers.atLatest(LINKS_TIMER, at);
    return {
      tell: (gateway, messages) => tellGateway(gateway, actor, messages),
      watch,
      retryAt: (at) => {
        watch(at);
        this.mailbox.flush();
      },
      allTold: () => {
        this.timers.cancel(LINKS_TIMER);
        this.mailbox.flush();
      },
      later: platformLater,
      randomFraction,
    };
  }

  #write(): void {
    for (const writer of this.#writers) writer.write();
    this.sockets.write();
    this.outbox.write();
    this.timers.write();
  }

  #committed(): void {
    this.sockets.flush();
    this.timers.repair(this.clock.now());
    this.outbox.drainDetached();
    this.vitals.committed();
  }
}

const observed = (port: SocketPort, opened: () => void): SocketPort => ({
  ...port,
  open: (protocol) => {
    const socket = port.open(protocol);
    // Reported with it: it is counted from here on.
    opened();
    return socket;
  },
});

const durableAlarm = (storage: DurableObjectStorage): Alarm => ({
  set: (at) => void storage.setAlarm(at),
  clear: () => void storage.deleteAlarm(),
});
