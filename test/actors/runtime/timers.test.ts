/** I7: a due timer is never unarmed. And cron in an exchange's time zone, over the days on which clocks change. */
import fc from "fast-check";
import { Temporal } from "temporal-polyfill";
import { describe, expect, test } from "vitest";
import { TAKEN_RETRY_MS, TIMERS_TABLE, Timers } from "../../../actors/runtime/timers.ts";
import { DAY_MS, type EpochMs, MINUTE_MS } from "../../../src/domain/time.ts";
import { memorySql } from "../../support/node-sql.ts";
import { FakeAlarm, START } from "../../support/runtime-fakes.ts";

const name = fc.constantFrom("a", "b", "c", "d");
const step = fc.oneof(
  fc.record({ kind: fc.constant("at" as const), name, inMs: fc.integer({ min: -5_000, max: 60_000 }) }),
  fc.record({
    kind: fc.constant("every" as const),
    name: fc.constantFrom("e", "f"),
    periodMs: fc.integer({ min: 1, max: 20_000 }),
  }),
  fc.record({ kind: fc.constant("cancel" as const), name }),
  fc.record({ kind: fc.constant("pass" as const), ms: fc.integer({ min: 0, max: 30_000 }) }),
  fc.record({
    kind: fc.constant("fire" as const),
    savedInMs: fc.option(fc.integer({ min: 1, max: 60_000 })),
    written: fc.boolean(),
  }),
  fc.record({ kind: fc.constant("reload" as const) }),
);

type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

class Walk {
  readonly #sql = memorySql();
  readonly #alarm = new FakeAlarm();
  #now = START;
  #timers: Timers;
  /** Taken in memory, its effect not written yet. */
  #unwritten = false;

  constructor() {
    this.#sql.exec(TIMERS_TABLE);
    this.#timers = new Timers(this.#sql, this.#alarm, "probe:a");
  }

  take(each: Step): void {
    if (each.kind === "fire") this.#fire(each);
    else {
      this.#set(each);
      this.#write();
    }
    this.#timers.repair(this.#now);
  }

  /** What was taken in memory and stands on disk fires again if its effect is never written. */
  check(): void {
    const due = this.#dueOnDisk();
    if (due === undefined) return;
    const slack = this.#unwritten ? TAKEN_RETRY_MS : 1;
    expect(this.#alarm.slot).toBeDefined();
    expect(this.#alarm.slot).toBeLessThanOrEqual(Math.max(due, this.#now + slack));
  }

  #set(each: Exclude<Step, { kind: "fire" }>): void {
    if (each.kind === "at") this.#timers.at(each.name, (this.#now + each.inMs) as EpochMs);
    if (each.kind === "every") this.#timers.every(each.name, each.periodMs, this.#now);
    if (each.kind === "cancel") this.#timers.cancel(each.name);
    if (each.kind === "pass") this.#now = (this.#now + each.ms) as EpochMs;
    if (each.kind === "reload") this.#reload();
  }

  /** The next event is the alarm. As a shell does it: an effect may set a timer anew and save it before the group is written. */
  #fire({ savedInMs, written }: Extract<Step, { kind: "fire" }>): void {
    if (this.#alarm.slot === undefined) return;
    this.#now = Math.max(this.#now, this.#alarm.slot) as EpochMs;
    this.#alarm.slot = undefined;
    const fired = this.#timers.takeDue(this.#now);
    this.#unwritten ||= fired.length > 0;
    this.#timers.repair(this.#now);
    if (savedInMs !== null) this.#save(fired[0]?.name ?? "a", savedInMs);
    if (!written) return;
    this.#write();
    this.#timers.repair(this.#now);
    const due = this.#dueOnDisk();
    expect(this.#alarm.slot, "an alarm for what is due next and for nothing else").toBe(
      due === undefined ? undefined : Math.max(due, this.#now + 1),
    );
  }

  #save(timer: string, inMs: number): void {
    this.#timers.atLatest(timer, (this.#now + inMs) as EpochMs);
    this.#timers.save(timer);
    this.#timers.repair(this.#now);
  }

  #dueOnDisk(): number | undefined {
    return this.#sql.exec<{ due: number | null }>("SELECT MIN(due) AS due FROM timer")[0]?.due ?? undefined;
  }

  #reload(): void {
    this.#timers = new Timers(this.#sql, this.#alarm, "probe:a");
    this.#unwritten = false;
  }

  #write(): void {
    this.#sql.transaction(() => this.#timers.write());
    this.#unwritten = false;
  }
}

test("I7: after every event the alarm stands no later than the earliest due timer on disk", () => {
  const walks = fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
    const walk = new Walk();
    for (const each of steps) {
      walk.take(each);
      walk.check();
    }
  });
  fc.assert(walks, { numRuns: 500, seed: 7 });
});

/** Minutes of these days on which the zone's clock shows one of `times`, worked out minute by minute. */
function expectedTicks(timeZone: string, times: readonly string[], from: EpochMs, to: EpochMs): number[] {
  const ticks: number[] = [];
  for (let minute = from - (from % MINUTE_MS) + MINUTE_MS; minute <= to; minute += MINUTE_MS) {
    const local = Temporal.Instant.fromEpochMilliseconds(minute).toZonedDateTimeISO(timeZone);
    if (times.includes(local.toPlainTime().toString({ smallestUnit: "minute" }))) ticks.push(minute);
  }
  return ticks;
}

describe("cron in an exchange's time zone", () => {
  test.each([
    ["America/New_York", "30 9 * * *", ["09:30"], "2024-03-08T00:00:00Z"],
    ["America/New_York", "0 16 * * *", ["16:00"], "2024-11-01T00:00:00Z"],
    ["America/New_York", "30 9,16 * * *", ["09:30", "16:30"], "2025-03-07T00:00:00Z"],
    ["Europe/London", "0 8 * * *", ["08:00"], "2024-03-29T00:00:00Z"],
    ["Europe/Berlin", "30 17 * * *", ["17:30"], "2024-10-25T00:00:00Z"],
    ["Australia/Sydney", "0 10 * * *", ["10:00"], "2024-04-05T00:00:00Z"],
    ["Asia/Kolkata", "15 9 * * *", ["09:15"], "2024-06-01T00:00:00Z"],
    ["Asia/Tokyo", "0 0 * * *", ["00:00"], "2024-06-01T00:00:00Z"],
  ])("%s %s ticks at that wall clock time on each day around a change", (timeZone, pattern, times, start) => {
    const sql = memorySql();
    sql.exec(TIMERS_TABLE);
    const timers = new Timers(sql, new FakeAlarm(), "probe:a");
    const from = Date.parse(start) as EpochMs;
    const to = (from + 6 * DAY_MS) as EpochMs;
    timers.cron("t", pattern, timeZone, from);
    const ticks: number[] = [];
    for (let due = timers.dueOf("t")!; due <= to; due = timers.dueOf("t")!) {
      ticks.push(due);
      expect(timers.takeDue(due)).toEqual([{ name: "t", due, payload: "" }]);
    }
    expect(ticks).toEqual(expectedTicks(timeZone, times, from, to));
  });

  test("a time that the clock leaps over ticks after the leap, one that it shows twice ticks once", () => {
    const sql = memorySql();
    sql.exec(TIMERS_TABLE);
    const timers = new Timers(sql, new FakeAlarm(), "probe:a");
    timers.cron("leapt", "30 2 * * *", "America/New_York", Date.parse("2024-03-10T00:00:00Z") as EpochMs);
    timers.cron("twice", "30 1 * * *", "America/New_York", Date.parse("2024-11-03T00:00:00Z") as EpochMs);
    expect(timers.dueOf("leapt")).toBe(Date.parse("2024-03-10T07:00:00Z"));
    expect(timers.dueOf("twice")).toBe(Date.parse("2024-11-03T05:30:00Z"));
    timers.takeDue(Date.parse("2024-11-03T05:30:00Z") as EpochMs);
    expect(timers.dueOf("twice")).toBe(Date.parse("2024-11-04T06:30:00Z"));
  });
});
