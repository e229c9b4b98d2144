/** What the bricks are given in tests: a clock that stands still, an alarm that notes its slot, a destination that misbehaves. */
import type { Clock } from "../../actors/runtime/clock.ts";
import type { Envelope } from "../../actors/runtime/envelope.ts";
import type { Confirmation, Deliver, Fact, OutboxBatch } from "../../actors/runtime/fact.ts";
import { inFull } from "../../actors/runtime/fact-runs.ts";
import { asFacts, factsIn } from "../../actors/runtime/fact-text.ts";
import { Outbox } from "../../actors/runtime/outbox.ts";
import { OUTBOX_CHUNKS, OUTBOX_TABLES } from "../../actors/runtime/outbox-tables.ts";
import type { Sql } from "../../actors/runtime/sql.ts";
import { type Alarm, TIMERS_TABLE, Timers } from "../../actors/runtime/timers.ts";
import type { EpochMs } from "../../src/domain/time.ts";

export const START = 1_700_000_000_000 as EpochMs;
export const at = (offsetMs: number): EpochMs => (START + offsetMs) as EpochMs;

export class FakeClock implements Clock {
  time = START;
  now(): EpochMs {
    return this.time;
  }
  pass(ms: number): void {
    this.time = (this.time + ms) as EpochMs;
  }
}

/** The platform's one slot: empty once it fired. */
export class FakeAlarm implements Alarm {
  slot: EpochMs | undefined;
  sets = 0;
  set(due: EpochMs): void {
    this.slot = due;
    this.sets += 1;
  }
  clear(): void {
    this.slot = undefined;
  }
}

export const envelope = (deadline: number = START + 10_000): Envelope => ({
  v: 1,
  requestId: "r",
  traceparent: "00-11111111111111111111111111111111-2222222222222222-01",
  deadline: deadline as EpochMs,
  principal: { tenant: "t", subject: "s" },
});

/** A destination by name: what it has, in the order it came, with the duplicates taken out as a receiver does. */
export class Destinations {
  readonly got = new Map<string, Fact[]>();
  readonly calls: { destination: string; batch: OutboxBatch }[] = [];
  /** Before and after the receiver takes a batch; a throw is a lost request or a lost reply. */
  before: (destination: string, batch: OutboxBatch) => void | Promise<void> = () => {};
  after: (destination: string) => void = () => {};

  readonly deliver: Deliver = async (destination, sent) => {
    const batch = asFacts(sent);
    this.calls.push({ destination, batch });
    await this.before(destination, batch);
    const confirmation = this.take(destination, batch);
    this.after(destination);
    return confirmation;
  };

  take(destination: string, batch: OutboxBatch): Confirmation {
    const has = this.got.get(destination) ?? [];
    this.got.set(destination, has);
    for (const fact of batch.facts) if (fact[0] > (has.at(-1)?.[0] ?? 0)) has.push(fact);
    return { watermark: has.at(-1)?.[0] ?? 0 };
  }

  seqs(destination: string): number[] {
    return (this.got.get(destination) ?? []).map(([seq]) => seq);
  }
}

export function makeTables(sql: Sql, ...statements: readonly string[]): void {
  for (const statement of statements) sql.exec(statement);
}

export const rowsIn = (sql: Sql, table: "outbox" | "outbox_owed" | "outbox_extra" | "outbox_mark"): unknown =>
  sql.exec(`SELECT COUNT(*) AS n FROM ${table}`)[0]?.n;

/** Facts on disk that wait for the mirror, oldest first; of a row whose first ones it has, all. */
export const waitingFacts = (sql: Sql): Fact[] =>
  sql
    .exec<{ text: string; firstSeq: number }>(
      "SELECT text, first_seq AS firstSeq FROM outbox ORDER BY last_seq",
    )
    .flatMap((chunk) => factsIn({ text: inFull(chunk) }));

export type OutboxBench = {
  readonly sql: Sql;
  readonly clock: FakeClock;
  readonly alarm: FakeAlarm;
  readonly destinations: Destinations;
  timers: Timers;
  outbox: Outbox;
  /** One group: records facts and writes them in one transaction. */
  commit(count: number, extras?: readonly string[]): void;
  /** A new load over the same disk. */
  restart(): void;
  /** Lets the alarm fire if it is due, as a shell's handler does. */
  fire(): void;
};

export function outboxBench(
  sql: Sql,
  options: { deliver?: Deliver; randomFraction?: () => number } = {},
): OutboxBench {
  makeTables(sql, ...OUTBOX_TABLES, ...OUTBOX_CHUNKS, TIMERS_TABLE);
  return outboxOver(sql, options);
}

/** Over tables that exist already: another copy of the object, say. */
export function outboxOver(
  sql: Sql,
  options: { deliver?: Deliver; randomFraction?: () => number; tokens?: string } = {},
): OutboxBench {
  const clock = new FakeClock();
  const alarm = new FakeAlarm();
  const destinations = new Destinations();
  let drawn = 0;
  const load = (): Pick<OutboxBench, "timers" | "outbox"> => {
    const timers = new Timers(sql, alarm, "probe:a");
    timers.repair(clock.now());
    const outbox = new Outbox({
      sql,
      clock,
      timers,
      actor: "probe:a",
      deliver: options.deliver ?? destinations.deliver,
      randomFraction: options.randomFraction ?? (() => 0.5),
      newIncarnation: () => `${options.tokens ?? "token"}-${++drawn}`,
    });
    return { timers, outbox };
  };
  const bench: OutboxBench = {
    sql,
    clock,
    alarm,
    destinations,
    ...load(),
    commit(count, extras = []) {
      for (let each = 0; each < count; each++)
        bench.outbox.add("noted", `{"n":${bench.outbox.lastSeq + 1}}`, clock.now(), extras);
      sql.transaction(() => {
        bench.outbox.write();
        bench.timers.write();
      });
      bench.timers.repair(clock.now());
    },
    restart: () => void Object.assign(bench, load()),
    fire() {
      if (alarm.slot === undefined || alarm.slot > clock.now()) return;
      alarm.slot = undefined;
      if (bench.timers.takeDue(clock.now()).length > 0) bench.outbox.resume(clock.now());
      bench.timers.repair(clock.now());
      sql.transaction(() => bench.timers.write());
      bench.timers.repair(clock.now());
    },
  };
  return bench;
}
