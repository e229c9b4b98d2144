/** What a connection listens to outlives it for a minute, for whoever opened it: on disk, so it outlives a crash of ours as well. */
import { SESSION_KEPT_MS } from "../../src/contracts/gateway-streams.ts";
import type { EpochMs } from "../../src/domain/time.ts";
import type { Clock } from "../runtime/clock.ts";
import type { SocketCredential } from "../runtime/connection.ts";
import { randomHex } from "../runtime/id.ts";
import type { Sql } from "../runtime/sql.ts";
import type { Timers } from "../runtime/timers.ts";
import { type Listens, type SessionRow, SessionStore } from "./store.ts";
import type { Visit } from "./visit.ts";

export const SESSIONS_TIMER = "sessions";

export type SessionsOptions = {
  readonly gateway: string;
  readonly sql: Sql;
  readonly clock: Clock;
  readonly timers: Timers;
};

export class Sessions {
  readonly #options: SessionsOptions;
  readonly #store: SessionStore;

  constructor(options: SessionsOptions) {
    this.#options = options;
    this.#store = new SessionStore(options.sql);
  }

  get size(): number {
    return this.#store.size;
  }

  newId(): string {
    return `${this.#options.gateway}.${randomHex(16)}`;
  }

  /** After a load: connections that did not outlive it were closed just now. */
  loaded(open: ReadonlySet<string>): void {
    this.#store.closeAllBut(open, this.#options.clock.now());
    this.#expireLater();
  }

  /** Each change of what it listens to, before it is told so. */
  keep(visit: Visit): void {
    if (visit.isKept) return;
    visit.isKept = true;
    this.#put(visit, null);
  }

  closed(visit: Visit): void {
    this.#put(visit, this.#options.clock.now());
    this.#expireLater();
  }

  /** What a connection listens to that is still open, or was until a moment ago. */
  of(id: string): Listens | undefined {
    return this.#store.find(id)?.listens;
  }

  /** Undefined where there is none, it is over, or it is somebody else's. */
  find(id: string, { tenant, subject }: SocketCredential): SessionRow | undefined {
    const row = this.#store.find(id);
    if (row === undefined || row.tenant !== tenant || row.subject !== subject) return undefined;
    const isOver = row.closedAt !== null && row.closedAt + SESSION_KEPT_MS <= this.#options.clock.now();
    return isOver ? undefined : row;
  }

  remove(id: string): void {
    this.#store.remove(id);
  }

  /** The timer's part. */
  expire(): void {
    this.#store.expire(this.#options.clock.now() - SESSION_KEPT_MS);
    this.#expireLater();
  }

  #put(visit: Visit, closedAt: number | null): void {
    const { tenant, subject } = visit.client.credential;
    this.#store.put({
      id: visit.session,
      tenant,
      subject,
      closedAt,
      listens: listensOf(visit, closedAt !== null),
    });
  }

  #expireLater(): void {
    const { sql, timers, clock } = this.#options;
    const oldest = this.#store.oldestClose();
    if (oldest === undefined || timers.dueOf(SESSIONS_TIMER) !== undefined) return;
    timers.at(SESSIONS_TIMER, (oldest + SESSION_KEPT_MS) as EpochMs);
    sql.transaction(() => timers.write());
    timers.repair(clock.now());
  }
}

const NOWHERE = { epoch: "", seq: 0 };

const listensOf = (visit: Visit, isClosed: boolean): Listens => ({
  topics: [...visit.seats].map(([topic, seat]) => {
    // One that still waited for its snapshot stands nowhere: it is sent one when it comes back.
    const { epoch, seq } = isClosed && seat.lane === undefined ? NOWHERE : visit.placeOf(seat);
    return [topic, seat.conflateMs, epoch, seq];
  }),
  patterns: [...visit.patterns].map(([pattern, { conflateMs }]) => [pattern, conflateMs]),
});
