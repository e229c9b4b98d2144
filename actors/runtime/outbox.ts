/**
 * Facts on their way out. Every fact gets a gapless `seq`, goes to the archiver and, where it names them, to further destinations.
 * Batches leave in order per destination; each destination confirms its own watermark; a fact is deleted when all have it.
 */
import type { EpochMs } from "../../src/domain/time.ts";
import type { Bound } from "./bounds.ts";
import type { Clock } from "./clock.ts";
import { OutboxFence } from "./fence.ts";
import type { LocalMigration } from "./local-migrations.ts";
import { overloaded, type Refusal, refusal } from "./reply.ts";
import { type Sql, writeRows } from "./sql.ts";
import type { Timers } from "./timers.ts";

/** About ten minutes of a busy actor while Postgres is away; a fact is at most a few KB, so this stays in tens of MB on disk. */
export const OUTBOX_FACTS_MAX = 50_000;
/** From here on growth is refused, so that reductions always find room. */
export const OUTBOX_GROWTH_MAX = OUTBOX_FACTS_MAX * 0.8;
/** Facts a batch may hold: the archiver's transaction takes a few such batches. */
export const BATCH_FACTS_MAX = 1_000;
/** Text a batch may hold, far below the platform's 32 MiB for one message. */
const BATCH_UNITS_MAX = 1_000_000;
/** First wait after a failure; doubles, with full jitter. */
const RETRY_MS = 200;
/** A destination that is away is asked this often at the most seldom. */
export const RETRY_MS_MAX = 15_000;
/** A push that has not ended by then is taken for dead: the alarm starts another. Longer than the archiver's own deadline. */
export const PUSH_WATCHDOG_MS = 30_000;
const GROWTH_RETRY_MS = 2_000; // A refused caller comes back when a drain had time to help.

export const ARCHIVE = "archive";
export const OUTBOX_TIMER = "outbox";

/** seq, committed at (epoch ms), kind, payload (JSON text). */
export type Fact = readonly [seq: number, committedAt: number, kind: string, payload: string];

export type OutboxBatch = {
  /** The sender as the mirror knows it: `<kind>:<name>`. */
  readonly actor: string;
  readonly facts: readonly Fact[];
  /** For the archiver: who claims to be the one writer, and whom it knew as such before. */
  readonly incarnation: string;
  readonly knownIncarnations: readonly string[];
};

/** What a destination says: up to which seq it has everything, or that another copy of this actor has been there. */
export type Confirmation = { readonly watermark: number } | { readonly fenced: true };
export type Deliver = (destination: string, batch: OutboxBatch) => Promise<Confirmation>;

export const OUTBOX_TABLES: LocalMigration["statements"] = [
  `CREATE TABLE outbox (seq INTEGER PRIMARY KEY, committed_at INTEGER NOT NULL, kind TEXT NOT NULL, payload TEXT NOT NULL) STRICT`,
  `CREATE TABLE outbox_extra (destination TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (destination, seq)) STRICT, WITHOUT ROWID`,
  `CREATE TABLE outbox_mark (id INTEGER PRIMARY KEY, last_seq INTEGER NOT NULL, archived_seq INTEGER NOT NULL) STRICT`,
  `CREATE TABLE outbox_incarnation (ordinal INTEGER PRIMARY KEY, incarnation TEXT NOT NULL) STRICT`,
  `INSERT INTO outbox_mark (id, last_seq, archived_seq) VALUES (1, 0, 0)`,
];

export const outboxBounds: readonly Bound[] = [
  { collection: "table:outbox", max: OUTBOX_FACTS_MAX, unit: "rows", atBound: "Growth is refused at 80 %, everything but reads at 100 %." },
  { collection: "table:outbox_extra", max: OUTBOX_FACTS_MAX, unit: "rows", atBound: "As the outbox: a row stands for one of its facts." },
  { collection: "table:outbox_mark", max: 1, unit: "rows", atBound: "One row by its key." },
  { collection: "table:outbox_incarnation", max: 64, unit: "rows", atBound: "The oldest but the confirmed one leave." },
];

export type OutboxOptions = {
  readonly sql: Sql;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly actor: string;
  readonly deliver: Deliver;
  readonly randomFraction: () => number;
  readonly newIncarnation: () => string;
};

type PendingFact = { readonly fact: Fact; readonly extras: readonly string[] };
type Attempts = { inFlight: boolean; failures: number; notBefore: number };

export class Outbox {
  readonly #options: OutboxOptions;
  readonly #fence: OutboxFence;
  readonly #attempts = new Map<string, Attempts>();
  #pending: PendingFact[] = [];
  #lastSeq: number;
  #archivedSeq: number;
  #depth: number;

  constructor(options: OutboxOptions) {
    this.#options = options;
    const { sql } = options;
    const mark = sql.exec<{ last_seq: number; archived_seq: number }>("SELECT last_seq, archived_seq FROM outbox_mark")[0];
    this.#lastSeq = mark?.last_seq ?? 0;
    this.#archivedSeq = mark?.archived_seq ?? 0;
    this.#depth = sql.exec<{ n: number }>("SELECT COUNT(*) AS n FROM outbox")[0]?.n ?? 0;
    this.#fence = new OutboxFence(sql, options.newIncarnation);
  }

  /** Facts that at least one destination has not confirmed. */
  get depth(): number {
    return this.#depth + this.#pending.length;
  }

  /** Seq of the newest fact, 0 before the first. */
  get lastSeq(): number {
    return this.#lastSeq;
  }

  /** Up to here Postgres has everything. */
  get archivedSeq(): number {
    return this.#archivedSeq;
  }

  /** Another copy of this actor has written to the mirror: this one must not go on. */
  get fenced(): boolean {
    return this.#fence.lost;
  }

  /** Why orders, ticks and other growth are refused now, if they are. */
  growthRefusal(): Refusal | undefined {
    if (this.fenced) return refusal("actor-fenced", "another copy of this actor is the one that writes");
    if (this.depth < OUTBOX_GROWTH_MAX) return undefined;
    return overloaded(GROWTH_RETRY_MS, "too many facts wait for Postgres");
  }

  /** Why even reductions are refused now, if they are. */
  hardRefusal(): Refusal | undefined {
    if (this.fenced) return this.growthRefusal();
    if (this.depth < OUTBOX_FACTS_MAX) return undefined;
    return overloaded(GROWTH_RETRY_MS, "the outbox is full");
  }

  /** Records a fact of this turn and returns its seq. `extras` are destinations beside the archiver. */
  add(kind: string, payload: string, committedAt: EpochMs, extras: readonly string[] = []): number {
    this.#lastSeq += 1;
    this.#pending.push({ fact: [this.#lastSeq, committedAt, kind, payload], extras });
    return this.#lastSeq;
  }

  /** Called inside the group's transaction. Also arms the watchdog, so that a crash before the push only delays it. */
  write(): void {
    if (this.#pending.length === 0) return;
    const { sql, timers, clock } = this.#options;
    const pending = this.#pending;
    this.#pending = [];
    this.#depth += pending.length;
    writeRows(
      sql,
      `INSERT INTO outbox (seq, committed_at, kind, payload)
       SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?1)`,
      pending.map(({ fact }) => fact),
    );
    writeRows(
      sql,
      "INSERT INTO outbox_extra (destination, seq) SELECT value ->> 0, value ->> 1 FROM json_each(?1)",
      pending.flatMap(({ fact, extras }) => extras.map((destination) => [destination, fact[0]])),
    );
    sql.exec("UPDATE outbox_mark SET last_seq = ?1", this.#lastSeq);
    timers.atLatest(OUTBOX_TIMER, this.watchdogAt(clock.now()));
  }

  /** When to look whether a push that starts now has ended. */
  watchdogAt(now: EpochMs): EpochMs {
    return (now + PUSH_WATCHDOG_MS) as EpochMs;
  }

  /** Starts a push to every destination that has something waiting and none under way. Never awaited by a command. */
  drainDetached(): void {
    void this.drain();
  }

  /** One push to each destination that may be asked now; ends when each is empty, has failed, or is fenced. Never throws. */
  async drain(): Promise<void> {
    if (this.#depth === 0 || this.fenced) return;
    const extras = this.#options.sql.exec<{ destination: string }>("SELECT DISTINCT destination FROM outbox_extra");
    await Promise.all([ARCHIVE, ...extras.map((row) => row.destination)].map((destination) => this.push(destination)));
  }

  /** Empties one destination, batch by batch. False when it failed and will be tried again later. */
  async push(destination: string): Promise<boolean> {
    const attempts = this.#attemptsOf(destination);
    if (attempts.inFlight || attempts.notBefore > this.#options.clock.now()) return false;
    attempts.inFlight = true;
    try {
      for (let facts = this.#batchFor(destination); facts.length > 0; facts = this.#batchFor(destination)) {
        const confirmation = await this.#options.deliver(destination, this.#sealed(facts));
        if ("fenced" in confirmation) {
          this.#fence.lose();
          return false;
        }
        this.#confirm(destination, confirmation.watermark);
        attempts.failures = 0;
      }
      this.#attempts.delete(destination);
      return true;
    } catch {
      this.#retryLater(attempts);
      return false;
    } finally {
      attempts.inFlight = false;
    }
  }

  #attemptsOf(destination: string): Attempts {
    const present = this.#attempts.get(destination);
    if (present !== undefined) return present;
    const attempts = { inFlight: false, failures: 0, notBefore: 0 };
    this.#attempts.set(destination, attempts);
    return attempts;
  }

  #sealed(facts: readonly Fact[]): OutboxBatch {
    const { incarnation, known } = this.#fence.claim();
    return { actor: this.#options.actor, facts, incarnation, knownIncarnations: known };
  }

  #batchFor(destination: string): Fact[] {
    const { sql } = this.#options;
    type Row = { seq: number; committed_at: number; kind: string; payload: string };
    const rows =
      destination === ARCHIVE
        ? sql.exec<Row>("SELECT * FROM outbox WHERE seq > ?1 ORDER BY seq LIMIT ?2", this.#archivedSeq, BATCH_FACTS_MAX)
        : sql.exec<Row>(
            "SELECT outbox.* FROM outbox_extra JOIN outbox USING (seq) WHERE destination = ?1 ORDER BY seq LIMIT ?2",
            destination,
            BATCH_FACTS_MAX,
          );
    return withinUnits(rows.map((row) => [row.seq, row.committed_at, row.kind, row.payload] as const));
  }

  #confirm(destination: string, watermark: number): void {
    const { sql } = this.#options;
    const confirmed = Math.min(watermark, this.#lastSeq);
    sql.transaction(() => {
      if (destination === ARCHIVE) {
        sql.exec("UPDATE outbox_mark SET archived_seq = ?1", confirmed);
        this.#fence.confirm();
      } else {
        sql.exec("DELETE FROM outbox_extra WHERE destination = ?1 AND seq <= ?2", destination, confirmed);
      }
      const archived = destination === ARCHIVE ? confirmed : this.#archivedSeq;
      const gone = sql.exec<{ seq: number }>(
        "DELETE FROM outbox WHERE seq <= ?1 AND seq NOT IN (SELECT seq FROM outbox_extra) RETURNING seq",
        archived,
      );
      this.#depth -= gone.length;
      this.#archivedSeq = archived;
    });
  }

  /** Full jitter, so that ten thousand actors do not come back together. The alarm does the waiting: it survives eviction. */
  #retryLater(attempts: Attempts): void {
    const { clock, timers, sql, randomFraction } = this.#options;
    attempts.failures += 1;
    const ceiling = Math.min(RETRY_MS_MAX, RETRY_MS * 2 ** Math.min(attempts.failures, 10));
    const now = clock.now();
    attempts.notBefore = now + Math.ceil(ceiling * randomFraction());
    timers.atLatest(OUTBOX_TIMER, (attempts.notBefore + 1) as EpochMs);
    sql.transaction(() => timers.write());
    timers.repair(now);
  }
}

function withinUnits(facts: readonly Fact[]): Fact[] {
  const kept: Fact[] = [];
  let units = 0;
  for (const fact of facts) {
    units += fact[3].length;
    if (kept.length > 0 && units > BATCH_UNITS_MAX) break;
    kept.push(fact);
  }
  return kept;
}
