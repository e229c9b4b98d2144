/**
 * A real object composed of Bricks as every shell is: a sum that commands add to, once per key. It breaks on demand, and the same class
 * stands in for the mirror and for other actors that hear its facts.
 */
import { DurableObject } from "cloudflare:workers";
import { Bricks } from "../../actors/runtime/bricks.ts";
import { systemClock } from "../../actors/runtime/clock.ts";
import { type Envelope, systemEnvelope } from "../../actors/runtime/envelope.ts";
import type { Confirmation, Deliver, OutboxBatch } from "../../actors/runtime/fact.ts";
import { asFacts } from "../../actors/runtime/fact-text.ts";
import { History, historyTable } from "../../actors/runtime/history.ts";
import { IDEMPOTENCY_BY_BATCH, IDEMPOTENCY_TABLES, Idempotency } from "../../actors/runtime/idempotency.ts";
import { INBOX_TABLE, Inbox } from "../../actors/runtime/inbox.ts";
import type { LocalMigration } from "../../actors/runtime/local-migrations.ts";
import { ARCHIVE } from "../../actors/runtime/outbox.ts";
import { OUTBOX_CHUNKS, OUTBOX_TABLES } from "../../actors/runtime/outbox-tables.ts";
import { type ActorReply, answer, refusal } from "../../actors/runtime/reply.ts";
import { writeRows } from "../../actors/runtime/sql.ts";
import { TIMERS_TABLE } from "../../actors/runtime/timers.ts";
import type { EpochMs } from "../../src/domain/time.ts";

export type ProbeEnv = { readonly PROBE: DurableObjectNamespace<ProbeActor> };
/** Where a group breaks: in its fold, in a statement, in the COMMIT, or by an abort right after it was answered. */
export type Breaking = "none" | "fold" | "statement" | "commit" | "abort";
type Fired = { readonly name: string; readonly payload: string };

const MIRROR = "mirror";
/** As long as another object needs to answer; while it is awaited, the platform lets other calls in. */
const ASKING_MS = 20;
const MIGRATIONS: readonly LocalMigration[] = [
  {
    id: 1,
    statements: [...OUTBOX_TABLES, ...IDEMPOTENCY_TABLES, TIMERS_TABLE, INBOX_TABLE, historyTable("added")],
  },
  {
    id: 2,
    statements: [
      "CREATE TABLE total (id INTEGER PRIMARY KEY, sum INTEGER NOT NULL) STRICT",
      "INSERT INTO total VALUES (1, 0)",
      "CREATE TABLE fired (ordinal INTEGER PRIMARY KEY, name TEXT NOT NULL, payload TEXT NOT NULL) STRICT",
      "CREATE TABLE parent (id INTEGER PRIMARY KEY) STRICT",
      "CREATE TABLE child (parent INTEGER REFERENCES parent DEFERRABLE INITIALLY DEFERRED) STRICT",
      "CREATE TABLE mirrored (actor TEXT NOT NULL, seq INTEGER NOT NULL, payload TEXT NOT NULL, PRIMARY KEY (actor, seq)) STRICT, WITHOUT ROWID",
      "CREATE TABLE token (actor TEXT PRIMARY KEY, incarnation TEXT NOT NULL) STRICT, WITHOUT ROWID",
      "CREATE TABLE down (id INTEGER PRIMARY KEY) STRICT",
    ],
  },
  { id: 3, statements: IDEMPOTENCY_BY_BATCH },
  { id: 4, statements: OUTBOX_CHUNKS },
];
const LANES = {
  urgent: { depthMax: 100, unitsMax: 10_000, growth: false },
  normal: { depthMax: 1_000, unitsMax: 100_000, growth: true },
} as const;

export class ProbeActor extends DurableObject<ProbeEnv> {
  readonly #bricks = new Bricks(this.ctx, {
    actor: `probe:${this.ctx.id.name}`,
    migrations: MIGRATIONS,
    lanes: LANES,
    deliver: deliverThrough(this.env),
  });
  readonly #keys = new Idempotency(this.#bricks.sql);
  readonly #inbox = new Inbox(this.#bricks.sql);
  readonly #history = new History(this.#bricks.sql, "added", 1_000, () => this.#bricks.outbox.archivedSeq);
  #sum = this.#bricks.sql.exec<{ sum: number }>("SELECT sum FROM total")[0]?.sum ?? 0;
  #fired: Fired[] = [];
  #breaking: Breaking = "none";
  #groups = 0;

  constructor(ctx: DurableObjectState, env: ProbeEnv) {
    super(ctx, env);
    this.#bricks.writes(this.#keys, this.#inbox, this.#history, { write: () => this.#write() });
  }

  /** Adds once per key; `tell` names another probe that hears of it. A `decide` that throws is asked for by a negative amount. */
  add(envelope: Envelope, key: string, amount: number, tell?: string): Promise<ActorReply<number>> {
    const decide = () => {
      if (amount < 0) throw new RangeError("negative");
      return this.#keys.find(key);
    };
    return this.#bricks.mailbox.run("normal", envelope, key.length, decide, (known) => {
      if (known !== undefined)
        return known.bodyHash === String(amount)
          ? answer(Number(known.reply))
          : refusal("idempotency-key-reused");
      if (this.#breaking === "fold") throw new Error("broken: fold");
      this.#sum += amount;
      const payload = JSON.stringify([key, amount]);
      const seq = this.#bricks.outbox.add(
        "added",
        payload,
        this.#now(),
        tell === undefined ? [] : [`probe/${tell}`],
      );
      this.#history.append(seq, payload);
      this.#keys.remember(key, String(amount), String(this.#sum));
      return answer(this.#sum);
    });
  }

  /** Asks somebody else first, as an order that needs a price does; what it reads and writes is one turn all the same. */
  async addAfterAsking(envelope: Envelope, key: string, amount: number): Promise<ActorReply<number>> {
    await scheduler.wait(ASKING_MS);
    return this.add(envelope, key, amount);
  }

  /** What another probe committed. */
  receive(envelope: Envelope, batch: OutboxBatch): Promise<ActorReply<Confirmation>> {
    const take = () => {
      for (const [, , , payload] of this.#inbox.take(batch))
        this.#sum += Number((JSON.parse(payload) as [string, number])[1]);
      return answer({ watermark: this.#inbox.watermarkOf(batch.actor) });
    };
    return this.#bricks.mailbox.run("normal", envelope, 1, () => null, take);
  }

  setTimer(envelope: Envelope, name: string, inMs: number): Promise<ActorReply<null>> {
    return this.#bricks.mailbox.run(
      "urgent",
      envelope,
      1,
      () => null,
      () => {
        this.#bricks.timers.at(name, (this.#now() + inMs) as EpochMs, `of ${name}`);
        return answer(null);
      },
    );
  }

  override alarm(): void {
    for (const timer of this.#bricks.takeDueTimers())
      void this.#note({ name: timer.name, payload: timer.payload });
    if (this.#breaking === "abort") this.ctx.abort("broken: abort");
  }

  break(breaking: Breaking): void {
    this.#breaking = breaking;
  }

  /** Ends the object as a crash does; whatever was not written is gone. */
  crash(): void {
    this.ctx.abort("crashed");
  }

  async drain(): Promise<void> {
    await this.#bricks.outbox.drain();
  }

  state() {
    const { outbox, sql, timers } = this.#bricks;
    const column = (statement: string, name: string) => sql.exec(statement).map((row) => row[name]);
    return {
      sum: this.#sum,
      sumOnDisk: Number(column("SELECT sum FROM total", "sum")[0]),
      keys: column("SELECT value FROM idempotency, json_each(keys) ORDER BY value", "value"),
      history: this.#history.page(Number.MAX_SAFE_INTEGER, 100).map(({ payload }) => payload),
      lastSeq: outbox.lastSeq,
      archivedSeq: outbox.archivedSeq,
      depth: outbox.depth,
      fired: column("SELECT name FROM fired ORDER BY ordinal", "name"),
      timers: timers.size,
      groups: this.#groups,
    };
  }

  // As the mirror.

  setDown(down: boolean): void {
    this.#bricks.sql.exec(down ? "INSERT OR IGNORE INTO down VALUES (1)" : "DELETE FROM down");
  }

  archive({ actor, facts, incarnation, knownIncarnations }: OutboxBatch): Confirmation {
    const { sql } = this.#bricks;
    if (sql.exec("SELECT id FROM down").length > 0) throw new Error("the mirror is down");
    const stored = sql.exec<{ incarnation: string }>(
      "SELECT incarnation FROM token WHERE actor = ?1",
      actor,
    )[0]?.incarnation;
    if (stored !== undefined && stored !== incarnation && !knownIncarnations.includes(stored))
      return { fenced: true };
    sql.exec("INSERT OR REPLACE INTO token VALUES (?1, ?2)", actor, incarnation);
    writeRows(
      sql,
      "INSERT OR IGNORE INTO mirrored SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?1)",
      facts.map(([seq, , , payload]) => [actor, seq, payload]),
    );
    return {
      watermark: Number(
        sql.exec("SELECT MAX(seq) AS seq FROM mirrored WHERE actor = ?1", actor)[0]?.seq ?? 0,
      ),
    };
  }

  mirrored(actor: string): { seq: number; payload: string }[] {
    return this.#bricks.sql.exec("SELECT seq, payload FROM mirrored WHERE actor = ?1 ORDER BY seq", actor);
  }

  #note(fired: Fired): Promise<ActorReply<null>> {
    return this.#bricks.mailbox.run(
      "urgent",
      systemEnvelope(this.#now()),
      1,
      () => null,
      () => {
        this.#fired.push(fired);
        return answer(null);
      },
    );
  }

  #write(): void {
    const { sql } = this.#bricks;
    this.#groups += 1;
    sql.exec("UPDATE total SET sum = ?1", this.#sum);
    writeRows(
      sql,
      "INSERT INTO fired (name, payload) SELECT value ->> 0, value ->> 1 FROM json_each(?1)",
      this.#fired.splice(0).map(({ name, payload }) => [name, payload]),
    );
    if (this.#breaking === "statement") sql.exec("INSERT INTO total VALUES (1, 0)");
    if (this.#breaking === "commit") sql.exec("INSERT INTO child VALUES (7)");
  }

  #now(): EpochMs {
    return this.#bricks.clock.now();
  }
}

const deliverThrough =
  (env: ProbeEnv): Deliver =>
  async (destination, sent) => {
    const batch = asFacts(sent);
    if (destination === ARCHIVE) return env.PROBE.getByName(MIRROR).archive(batch);
    const envelope = systemEnvelope(systemClock.now());
    const reply = await env.PROBE.getByName(destination.slice("probe/".length)).receive(envelope, batch);
    if (!reply.ok) throw new Error(reply.code);
    return reply.value;
  };
