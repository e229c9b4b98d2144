/** Drives an actor's turns over a disk in memory: decide, settle and write as a mailbox group does, and load again as after an eviction. */
import type { LocalMigration } from "../../actors/runtime/local-migrations.ts";
import { migrateLocally } from "../../actors/runtime/local-migrations.ts";
import { type ActorReply, overloaded, type Refusal } from "../../actors/runtime/reply.ts";
import type { Sql } from "../../actors/runtime/sql.ts";
import type { Turn } from "../../actors/runtime/turn.ts";
import { Vitals } from "../../actors/runtime/vitals.ts";
import type { EpochMs } from "../../src/domain/time.ts";
import { memorySql, type NodeSql } from "./node-sql.ts";
import { FakeClock } from "./runtime-fakes.ts";

export type SentFact = { kind: string; payload: string; at: number; extras: readonly string[] };

/** Takes facts as an outbox does, and more of them only while the test says that there is room. */
export class FakeOutbox {
  readonly facts: SentFact[] = [];
  room = Number.POSITIVE_INFINITY;

  roomRefusal(facts: number): Refusal | undefined {
    return facts <= this.room ? undefined : overloaded(2_000, "no room");
  }

  add(kind: string, payload: string, at: EpochMs, extras: readonly string[] = []): number {
    return this.facts.push({ kind, payload, at, extras });
  }
}

export type Surroundings = {
  readonly outbox: FakeOutbox;
  readonly clock: FakeClock;
  readonly vitals: Vitals;
};

export class TurnBench<Store extends { write(): void }, Turns> {
  readonly sql: NodeSql = memorySql();
  readonly clock = new FakeClock();
  readonly outbox = new FakeOutbox();
  readonly vitals = new Vitals({ actor: "test:one", clock: this.clock });
  readonly #load: (sql: Sql, surroundings: Surroundings) => { store: Store; turns: Turns };
  store: Store;
  turns: Turns;

  constructor(
    migrations: readonly LocalMigration[],
    load: (sql: Sql, surroundings: Surroundings) => { store: Store; turns: Turns },
  ) {
    migrateLocally(this.sql, migrations);
    this.#load = load;
    const { store, turns } = load(this.sql, this);
    this.store = store;
    this.turns = turns;
  }

  /** One command, alone in its group. */
  run<Decision, Value>(turn: Turn<Decision, Value>): ActorReply<Value> {
    const reply = turn.settle(turn.decide());
    this.sql.transaction(() => this.store.write());
    return reply;
  }

  /** Several commands in one group: one transaction. */
  group<Decision, Value>(...turns: readonly Turn<Decision, Value>[]): ActorReply<Value>[] {
    const replies = turns.map((turn) => turn.settle(turn.decide()));
    this.sql.transaction(() => this.store.write());
    return replies;
  }

  /** Memory is gone, the disk is not. */
  restart(): void {
    Object.assign(this, this.#load(this.sql, this));
  }

  count(table: string): number {
    return this.sql.exec<{ n: number }>(`SELECT COUNT(*) AS n FROM ${table}`)[0]?.n ?? 0;
  }
}
