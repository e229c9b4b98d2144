/**
 * Many named timers on the object's one alarm. Nothing else in the project touches the alarm.
 * Due times are on disk; every event calls `repair`, so a due timer is never unarmed.
 */
import { Cron } from "croner";
import { assert } from "../../src/domain/assert.ts";
import { stableHash } from "../../src/domain/hash.ts";
import type { EpochMs } from "../../src/domain/time.ts";
import type { Bound } from "./bounds.ts";
import { type Sql, writeRows } from "./sql.ts";

/** Named timers of one actor. Names are fixed in code, so passing this is a bug and not load. */
export const TIMERS_MAX = 64;
/** Never arm in the past, and never spin. */
const WAKE_DELAY_MS_MIN = 1;
/** Missed ticks that the policy `all` repeats at the most; the rest are passed over. */
export const MISSED_TICKS_MAX = 100;

export interface Alarm {
  set(at: EpochMs): void;
  clear(): void;
}

/** What happens to ticks of a repeating timer that fell into a time when the actor did not run. */
export type MissedTicks = "skip" | "once" | "all";

type Repeat =
  | { readonly kind: "every"; readonly periodMs: number; readonly missed: MissedTicks }
  | {
      readonly kind: "cron";
      readonly pattern: string;
      readonly timeZone: string;
      readonly missed: MissedTicks;
    };

export type FiredTimer = { readonly name: string; readonly due: EpochMs; readonly payload: string };
type Timer = FiredTimer & { readonly repeat: Repeat | undefined };

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
  #armedFor: EpochMs | undefined;

  /** `actorName` spreads periodic timers: ten thousand actors must not wake on the same boundary. */
  constructor(sql: Sql, alarm: Alarm, actorName: string) {
    this.#sql = sql;
    this.#alarm = alarm;
    this.#seed = actorName;
    for (const row of sql.exec<{ name: string; due: number; payload: string; repeat: string | null }>(
      "SELECT * FROM timer",
    )) {
      // SAFETY: only `write` below fills these columns.
      const repeat = row.repeat === null ? undefined : (JSON.parse(row.repeat) as Repeat);
      this.#timers.set(row.name, { name: row.name, due: row.due as EpochMs, payload: row.payload, repeat });
    }
  }

  get size(): number {
    return this.#timers.size;
  }

  dueOf(name: string): EpochMs | undefined {
    return this.#timers.get(name)?.due;
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
    const present = this.#timers.get(name)?.repeat;
    if (present?.kind === "every" && present.periodMs === periodMs && present.missed === missed) return;
    const phase = stableHash(`${this.#seed}#${name}`) % periodMs;
    const due = (now - (now % periodMs) + phase) as EpochMs;
    const repeat: Repeat = { kind: "every", periodMs, missed };
    this.#put({ name, due: due > now ? due : ((due + periodMs) as EpochMs), payload: "", repeat });
  }

  /** By a cron pattern in an exchange's time zone. Setting it again changes nothing. */
  cron(name: string, pattern: string, timeZone: string, now: EpochMs, missed: MissedTicks = "once"): void {
    const present = this.#timers.get(name)?.repeat;
    if (present?.kind === "cron" && present.pattern === pattern && present.timeZone === timeZone) return;
    const repeat: Repeat = { kind: "cron", pattern, timeZone, missed };
    this.#put({ name, due: nextDue(repeat, now, now), payload: "", repeat });
  }

  cancel(name: string): void {
    if (this.#timers.delete(name)) this.#changed.add(name);
  }

  /** Takes what is due, in order of time, and sets repeating timers to their next tick. Handlers must bear a second call. */
  takeDue(now: EpochMs): FiredTimer[] {
    this.#armedFor = undefined;
    const due = [...this.#timers.values()]
      .filter((timer) => timer.due <= now)
      .sort((one, other) => one.due - other.due);
    const fired = due.flatMap((timer) => this.#take(timer, now));
    return fired.sort((one, other) => one.due - other.due);
  }

  /** Called inside the group's transaction, or alone after `takeDue`. */
  write(): void {
    if (this.#changed.size === 0) return;
    const names = [...this.#changed];
    this.#changed.clear();
    const kept = names.flatMap((name) => this.#timers.get(name) ?? []);
    const gone = names.filter((name) => !this.#timers.has(name));
    if (gone.length > 0)
      this.#sql.exec(
        "DELETE FROM timer WHERE name IN (SELECT value FROM json_each(?1))",
        JSON.stringify(gone),
      );
    writeRows(
      this.#sql,
      `INSERT OR REPLACE INTO timer (name, due, payload, repeat)
       SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?1)`,
      kept.map((timer) => [
        timer.name,
        timer.due,
        timer.payload,
        timer.repeat === undefined ? null : JSON.stringify(timer.repeat),
      ]),
    );
  }

  /** Arms the alarm for the earliest timer. Safe to call on every event: it acts only on a difference. */
  repair(now: EpochMs): void {
    const next = this.#earliest();
    const wanted = next === undefined ? undefined : (Math.max(next, now + WAKE_DELAY_MS_MIN) as EpochMs);
    if (wanted === undefined) {
      if (this.#armedFor !== undefined) this.#alarm.clear();
      this.#armedFor = undefined;
    } else if (this.#armedFor === undefined || this.#armedFor > wanted || this.#armedFor <= now) {
      this.#alarm.set(wanted);
      this.#armedFor = wanted;
    }
  }

  #put(timer: Timer): void {
    this.#timers.set(timer.name, timer);
    assert(this.#timers.size <= TIMERS_MAX, "timer names are fixed in code");
    this.#changed.add(timer.name);
  }

  #earliest(): EpochMs | undefined {
    let earliest: EpochMs | undefined;
    for (const { due } of this.#timers.values()) if (earliest === undefined || due < earliest) earliest = due;
    return earliest;
  }

  #take(timer: Timer, now: EpochMs): FiredTimer[] {
    this.#changed.add(timer.name);
    if (timer.repeat === undefined) {
      this.#timers.delete(timer.name);
      return [timer];
    }
    const ticks = missedTicks(timer.repeat, timer.due, now);
    this.#timers.set(timer.name, { ...timer, due: nextDue(timer.repeat, timer.due, now) });
    return ticks.map((due) => ({ name: timer.name, due, payload: timer.payload }));
  }
}

/** The ticks from `first` to `now` that the policy lets through. */
function missedTicks(repeat: Repeat, first: EpochMs, now: EpochMs): EpochMs[] {
  const ticks: EpochMs[] = [first];
  while (ticks.length <= MISSED_TICKS_MAX) {
    const next = tickAfter(repeat, ticks.at(-1) ?? first);
    if (next > now) break;
    ticks.push(next);
  }
  if (ticks.length === 1) return ticks;
  if (repeat.missed === "all") return ticks.slice(-MISSED_TICKS_MAX);
  return repeat.missed === "once" ? ticks.slice(-1) : [];
}

function nextDue(repeat: Repeat, due: EpochMs, now: EpochMs): EpochMs {
  if (repeat.kind === "cron") return tickAfter(repeat, now);
  const behind = Math.max(0, Math.floor((now - due) / repeat.periodMs));
  return (due + (behind + 1) * repeat.periodMs) as EpochMs;
}

function tickAfter(repeat: Repeat, at: EpochMs): EpochMs {
  if (repeat.kind === "every") return (at + repeat.periodMs) as EpochMs;
  const next = new Cron(repeat.pattern, { timezone: repeat.timeZone }).nextRun(new globalThis.Date(at));
  assert(next !== null, "a cron pattern of ours always has a next tick");
  return next.getTime() as EpochMs;
}
