/**
 * Many named timers on the object's one alarm. Nothing else in the project touches the alarm.
 * Due times are on disk; every event calls `repair`, so a due timer is never unarmed.
 */
import { assert } from "../../src/domain/assert.ts";
import { stableHash } from "../../src/domain/hash.ts";
import type { EpochMs } from "../../src/domain/time.ts";
import type { Bound } from "./bounds.ts";
import { type Sql, writeRows } from "./sql.ts";
import { type MissedTicks, nextTick, type Repeat, ticksToFire } from "./ticks.ts";

/** Named timers of one actor. Names are fixed in code, so passing this is a bug and not load. */
export const TIMERS_MAX = 64;
/** Never arm in the past, and never spin. */
const WAKE_DELAY_MS_MIN = 1;
/** When to fire again what was taken and whose effect never reached the disk: many groups pass in that time. */
export const TAKEN_RETRY_MS = 5_000;

export interface Alarm {
  set(at: EpochMs): void;
  clear(): void;
}

export type FiredTimer = { readonly name: string; readonly due: EpochMs; readonly payload: string };
type Timer = FiredTimer & { readonly repeat: Repeat | undefined };
type TimerRow = { name: string; due: number; payload: string; repeat: string | null };

export const TIMERS_TABLE =
  "CREATE TABLE timer (name TEXT PRIMARY KEY, due INTEGER NOT NULL, payload TEXT NOT NULL, repeat TEXT) STRICT, WITHOUT ROWID";

export const timersBound: Bound = {
  collection: "table:timer",
  max: TIMERS_MAX,
  unit: "rows",
  atBound: "A further timer is a failed assertion: names are fixed in code.",
};

export class Timers {
  readonly #sql: Sql;
  readonly #alarm: Alarm;
  readonly #seed: string;
  readonly #timers = new Map<string, Timer>();
  readonly #changed = new Set<string>();
  /** Taken in memory and still due on disk: fire again after the next load, unless a group has written their effect by then. */
  readonly #taken = new Set<string>();
  #armedFor: EpochMs | undefined;

  /** `actorName` spreads periodic timers: ten thousand actors must not wake on the same boundary. */
  constructor(sql: Sql, alarm: Alarm, actorName: string) {
    this.#sql = sql;
    this.#alarm = alarm;
    this.#seed = actorName;
    for (const row of sql.exec<TimerRow>("SELECT name, due, payload, repeat FROM timer")) {
      // SAFETY: only `#writeNames` fills these columns.
      const repeat = row.repeat === null ? undefined : (JSON.parse(row.repeat) as Repeat);
      this.#timers.set(row.name, { name: row.name, due: row.due as EpochMs, payload: row.payload, repeat });
    }
  }

  get size(): number {
    return this.#timers.size;
  }

  /** All that stand, the next one first. */
  get standing(): readonly { readonly name: string; readonly due: EpochMs }[] {
    return [...this.#timers.values()].sort(byTime).map(({ name, due }) => ({ name, due }));
  }

  dueOf(name: string): EpochMs | undefined {
    return this.#timers.get(name)?.due;
  }

  payloadOf(name: string): string | undefined {
    return this.#timers.get(name)?.payload;
  }

  /** Once, at `due`. The same name replaces the earlier timer. */
  at(name: string, due: EpochMs, payload = ""): void {
    this.#put({ name, due, payload, repeat: undefined });
  }

  /** Like `at`, but an earlier timer of that name stands if it is due no later. */
  atLatest(name: string, due: EpochMs, payload = ""): void {
    const present = this.#timers.get(name);
    if (present === undefined || present.due > due) this.at(name, due, payload);
  }

  /** Every `periodMs`, at a phase of its own within the period. Setting it again changes nothing. */
  every(name: string, periodMs: number, now: EpochMs, missed: MissedTicks = "once"): void {
    assert(Number.isSafeInteger(periodMs) && periodMs > 0, "a period is a positive number of milliseconds");
    const repeat: Repeat = { kind: "every", periodMs, missed };
    if (this.#repeats(name, repeat)) return;
    const phase = stableHash(`${this.#seed}#${name}`) % periodMs;
    const due = (now - (now % periodMs) + phase) as EpochMs;
    this.#put({ name, due: due > now ? due : ((due + periodMs) as EpochMs), payload: "", repeat });
  }

  /** By a cron pattern in an exchange's time zone. Setting it again changes nothing. */
  cron(name: string, pattern: string, timeZone: string, now: EpochMs, missed: MissedTicks = "once"): void {
    const repeat: Repeat = { kind: "cron", pattern, timeZone, missed };
    if (this.#repeats(name, repeat)) return;
    this.#put({ name, due: nextTick(repeat, now, now), payload: "", repeat });
  }

  cancel(name: string): void {
    if (this.#timers.delete(name)) this.#changed.add(name);
  }

  /**
   * Takes what is due, in order of time, and moves repeating timers to their next tick. The disk follows with the next group, together
   * with what the timers caused; until then the alarm stays armed for a second try. Handlers must bear a second call.
   */
  takeDue(now: EpochMs): FiredTimer[] {
    // A cold object armed the alarm when it loaded; a warm one has an empty slot, since the alarm fired.
    if (this.#armedFor !== undefined && this.#armedFor > now) this.#alarm.clear();
    this.#armedFor = undefined;
    const due = [...this.#timers.values()].filter((timer) => timer.due <= now);
    return due.flatMap((timer) => this.#take(timer, now)).sort(byTime);
  }

  /** Called inside the group's transaction. */
  write(): void {
    if (this.#changed.size === 0) return;
    this.#writeNames([...this.#changed]);
  }

  /** Writes one timer at once, outside any group. The others wait for theirs. */
  save(name: string): void {
    if (!this.#changed.has(name)) return;
    this.#sql.transaction(() => this.#writeNames([name]));
  }

  /** Arms the alarm for the earliest timer. Safe to call on every event: it acts only on a difference. */
  repair(now: EpochMs): void {
    const next = this.#earliest(now);
    const wanted = next === undefined ? undefined : (Math.max(next, now + WAKE_DELAY_MS_MIN) as EpochMs);
    if (wanted === undefined) {
      if (this.#armedFor !== undefined) this.#alarm.clear();
      this.#armedFor = undefined;
    } else if (this.#mustArm(wanted, now)) {
      this.#alarm.set(wanted);
      this.#armedFor = wanted;
    }
  }

  /** An alarm that comes too early costs one empty run, less than setting it anew each time that a timer moves. */
  #mustArm(wanted: EpochMs, now: EpochMs): boolean {
    const armed = this.#armedFor;
    return armed === undefined || armed > wanted || armed <= now;
  }

  #repeats(name: string, repeat: Repeat): boolean {
    return JSON.stringify(this.#timers.get(name)?.repeat) === JSON.stringify(repeat);
  }

  #put(timer: Timer): void {
    assert(Number.isSafeInteger(timer.due), "a timer is due at a whole millisecond");
    assert(this.#timers.size < TIMERS_MAX || this.#timers.has(timer.name), "timer names are fixed in code");
    this.#timers.set(timer.name, timer);
    this.#changed.add(timer.name);
  }

  /** The second try is counted from now each time: nothing that stays unwritten can make the alarm spin. */
  #earliest(now: EpochMs): EpochMs | undefined {
    let earliest = this.#taken.size > 0 ? ((now + TAKEN_RETRY_MS) as EpochMs) : undefined;
    for (const { due } of this.#timers.values()) if (earliest === undefined || due < earliest) earliest = due;
    return earliest;
  }

  #take(timer: Timer, now: EpochMs): FiredTimer[] {
    const { name, due, payload, repeat } = timer;
    this.#changed.add(name);
    this.#taken.add(name);
    if (repeat === undefined) {
      this.#timers.delete(name);
      return [{ name, due, payload }];
    }
    this.#timers.set(name, { ...timer, due: nextTick(repeat, due, now) });
    return ticksToFire(repeat, due, now).map((tick) => ({ name, due: tick, payload }));
  }

  #writeNames(names: readonly string[]): void {
    const gone = names.filter((name) => !this.#timers.has(name));
    if (gone.length > 0) this.#sql.exec(DELETE_TIMERS, JSON.stringify(gone));
    const kept = names.flatMap((name) => this.#timers.get(name) ?? []);
    writeRows(
      this.#sql,
      PUT_TIMERS,
      kept.map(({ name, due, payload, repeat }) => [
        name,
        due,
        payload,
        repeat === undefined ? null : JSON.stringify(repeat),
      ]),
    );
    for (const name of names) this.#changed.delete(name);
    this.#confirm(names);
  }

  /** The disk knows that these were taken. Once nothing is left for the second try, an alarm that stands for it is set anew. */
  #confirm(names: readonly string[]): void {
    if (this.#taken.size === 0) return;
    for (const name of names) this.#taken.delete(name);
    const stands = [...this.#timers.values()].some(({ due }) => due === this.#armedFor);
    if (this.#taken.size === 0 && this.#armedFor !== undefined && !stands) this.#armedFor = LONG_AGO;
  }
}

/** An alarm of that time has fired or is of no use: `repair` sets the slot anew, or clears it. */
const LONG_AGO = 0 as EpochMs;

/** The name decides between equals, so that the order does not depend on what was loaded and what was set. */
const byTime = (one: FiredTimer, other: FiredTimer): number =>
  one.due - other.due || (one.name < other.name ? -1 : Number(one.name > other.name));

const DELETE_TIMERS = "DELETE FROM timer WHERE name IN (SELECT value FROM json_each(?1))";
const PUT_TIMERS = `INSERT OR REPLACE INTO timer (name, due, payload, repeat)
SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?1)`;
