/** All objects of a world: loaded when called, flushed later than they write, crashed with what was pending. */
import { AsyncLocalStorage } from "node:async_hooks";
import type { Activation, Copy, Kind, ShellClass } from "./copy.ts";
import { Disk } from "./disk.ts";
import type { Faults } from "./faults.ts";
import type { Planned, Schedule } from "./schedule.ts";

/** A flush takes some milliseconds, a slow one up to this. */
const SLOW_FLUSH_MS = 1_500;
/** The platform tries an alarm that failed again after this, doubled each time. */
const ALARM_RETRY_MS = 2_000;
const ALARM_DOUBLINGS_MAX = 4;
const ALARM_LATE_MS = 20_000;
const FULL_MS = 3_000;
const CRASH_WITHIN_MS = 30;

export type Surrounding = {
  readonly schedule: Schedule;
  readonly faults: Faults;
  readonly shells: Readonly<Record<Kind, ShellClass>>;
  readonly templates: Readonly<Record<Kind, string>>;
  readonly env: unknown;
  readonly note: (line: () => string) => void;
  /** After each flush: what is durable now. */
  readonly flushed: (copy: Copy) => void;
  readonly loadFailed: (copy: Copy, error: unknown) => void;
  readonly stepped: (copy: Copy, byMs: number) => void;
};

export class Objects {
  readonly running = new AsyncLocalStorage<Activation>();
  readonly #around: Surrounding;
  readonly #copies = new Map<string, Copy>();
  readonly #twins = new Map<string, Copy>();
  readonly #alarms = new Map<Copy, Planned>();
  readonly #flushes = new Map<Copy, Planned>();
  #loads = 0;

  constructor(around: Surrounding) {
    this.#around = around;
  }

  get all(): readonly Copy[] {
    return [...this.#copies.values(), ...this.#twins.values()];
  }

  copyOf(kind: Kind, name: string): Copy {
    const label = `${kind}:${name}`;
    const known = this.#copies.get(label);
    if (known !== undefined) return known;
    const disk = new Disk();
    const template = this.#around.templates[kind];
    if (template !== undefined) disk.database.exec(template);
    const copy = this.#newCopy(kind, name, disk, false);
    this.#copies.set(label, copy);
    return copy;
  }

  twinOf(copy: Copy): Copy | undefined {
    return this.#twins.get(copy.label);
  }

  /** A copy of the disk as it is in that file, beside the object. */
  addTwin(copy: Copy, path: string): Copy {
    const twin = this.#newCopy(copy.kind, copy.name, new Disk(path), true);
    this.#twins.set(copy.label, twin);
    return twin;
  }

  /** Loads it where it is not in memory. Throws what its constructor throws. */
  activate(copy: Copy): Activation {
    const present = copy.activation;
    if (present?.shell !== undefined) return present;
    const activation: Activation = { copy, number: ++this.#loads, isAlive: true, incoming: new Set() };
    copy.activation = activation;
    const Class = this.#around.shells[copy.kind];
    if (Class === undefined) throw new Error(`no object of the kind ${copy.kind}`);
    this.#around.note(() => `load ${copy.label} #${activation.number}`);
    try {
      const { env } = this.#around;
      activation.shell = this.running.run(activation, () => new Class(this.#contextOf(activation), env));
    } catch (error) {
      this.#around.loadFailed(copy, error);
      this.crash(copy, `load failed: ${error}`);
      throw error;
    }
    return activation;
  }

  /** Memory and what is pending are gone; whoever waits for an answer hears that the connection was lost. */
  crash(copy: Copy, reason: string): void {
    const { activation } = copy;
    this.#around.note(() => `crash ${copy.label} (${reason})`);
    const wasRunning = copy.disk.alarm.isRunning;
    copy.disk.rollback();
    copy.waiting.length = 0;
    this.#cancel(this.#flushes, copy);
    if (activation !== undefined) {
      activation.isAlive = false;
      copy.activation = undefined;
      const lost = [...activation.incoming];
      activation.incoming.clear();
      for (const fail of lost) fail(new Error("the object was reset"));
    }
    if (wasRunning) this.#armAlarm(copy, this.#alarmRetryMs(copy));
    else this.#armAlarm(copy);
  }

  /** Only where nothing is under way, as the platform does it. */
  evict(copy: Copy): boolean {
    const { activation } = copy;
    if (activation === undefined || activation.incoming.size > 0 || copy.disk.isPending) return false;
    if (copy.disk.alarm.isRunning) return false;
    this.#around.note(() => `evict ${copy.label}`);
    activation.isAlive = false;
    copy.activation = undefined;
    return true;
  }

  mayCrashSoon(copy: Copy): void {
    const { faults, schedule } = this.#around;
    if (faults.strikes("crash"))
      schedule.after(faults.between(0, CRASH_WITHIN_MS), () => this.crash(copy, "fault"));
    if (faults.strikes("storage-full")) {
      copy.fullUntil = schedule.now + faults.between(1, FULL_MS);
      this.#around.note(() => `full ${copy.label}`);
    }
  }

  /** Runs once all that the copy has written so far is durable; never if it dies before. */
  whenDurable(copy: Copy, run: () => void): void {
    if (copy.disk.isPending) copy.waiting.push(run);
    else run();
  }

  close(): void {
    for (const { disk } of this.all) disk.close();
  }

  #newCopy(kind: Kind, name: string, disk: Disk, isTwin: boolean): Copy {
    const copy: Copy = {
      ...{ kind, name, disk, isTwin, label: `${kind}:${name}${isTwin ? "'" : ""}`, activation: undefined },
      ...{ skewMs: 0, fullUntil: 0, waiting: [], flushes: 0, alarmTries: 0 },
    };
    disk.isFull = () => this.#around.schedule.now < copy.fullUntil && this.#around.faults.isOn;
    disk.onPending = () => this.#planFlush(copy);
    return copy;
  }

  #planFlush(copy: Copy): void {
    const { faults, schedule } = this.#around;
    const ms = faults.strikes("slow-flush") ? faults.between(5, SLOW_FLUSH_MS) : faults.between(0, 3);
    this.#flushes.set(
      copy,
      schedule.after(ms, () => this.#flush(copy)),
    );
  }

  #flush(copy: Copy): void {
    if (this.#around.faults.strikes("commit-failed")) {
      this.crash(copy, "commit failed");
      return;
    }
    copy.disk.flush();
    copy.flushes += 1;
    this.#armAlarm(copy);
    this.#around.flushed(copy);
    for (const run of copy.waiting.splice(0)) run();
  }

  #armAlarm(copy: Copy, atLeastMs = 0): void {
    this.#cancel(this.#alarms, copy);
    const { faults, schedule } = this.#around;
    const { durable, isRunning } = copy.disk.alarm;
    if (durable === null || isRunning) return;
    const late = faults.strikes("alarm-late") ? faults.between(1, ALARM_LATE_MS) : 0;
    const ms = Math.max(atLeastMs, durable - copy.skewMs - schedule.now) + late;
    const planned = schedule.after(ms, () => this.#fireAlarm(copy));
    this.#alarms.set(copy, planned);
  }

  /** Its clock has been set: what it is armed for comes earlier or later. */
  stepClock(copy: Copy, byMs: number): void {
    copy.skewMs += byMs;
    this.#around.note(() => `clock ${copy.label} ${byMs}`);
    this.#around.stepped(copy, byMs);
    this.#armAlarm(copy);
  }

  #fireAlarm(copy: Copy): void {
    const { alarm } = copy.disk;
    this.#around.note(() => `alarm ${copy.label}`);
    let activation: Activation;
    try {
      activation = this.activate(copy);
    } catch {
      this.#armAlarm(copy, this.#alarmRetryMs(copy));
      return;
    }
    alarm.isRunning = true;
    if (alarm.pending === alarm.durable) alarm.pending = null;
    const { shell } = activation;
    this.mayCrashSoon(copy);
    const handled = this.running.run(activation, async () => shell?.["alarm"]?.());
    handled.then(
      () => this.#alarmEnded(activation),
      (error: unknown) => {
        if (!activation.isAlive) return;
        this.#around.note(() => `alarm of ${copy.label} failed: ${error}`);
        this.crash(copy, "alarm failed");
      },
    );
  }

  #alarmEnded({ copy, isAlive }: Activation): void {
    if (!isAlive) return;
    copy.disk.alarm.isRunning = false;
    copy.alarmTries = 0;
    // The slot is emptied, or stands as it was set anew, with the next flush.
    copy.disk.pends();
    if (!this.#around.faults.strikes("alarm-twice")) return;
    this.whenDurable(copy, () => this.#around.schedule.after(1, () => this.#fireAlarm(copy)));
  }

  #alarmRetryMs(copy: Copy): number {
    copy.alarmTries += 1;
    return ALARM_RETRY_MS * 2 ** Math.min(ALARM_DOUBLINGS_MAX, copy.alarmTries - 1);
  }

  #cancel(planned: Map<Copy, Planned>, copy: Copy): void {
    const present = planned.get(copy);
    if (present !== undefined) present.cancelled = true;
    planned.delete(copy);
  }

  #contextOf(activation: Activation): unknown {
    const { copy } = activation;
    const { disk } = copy;
    const alive = (): Disk => {
      if (!activation.isAlive) throw new Error("this activation is no more");
      return disk;
    };
    return {
      id: { name: copy.name, toString: () => copy.label },
      abort: (reason: string) => activation.isAlive && this.crash(copy, `abort: ${reason}`),
      getWebSockets: () => [],
      acceptWebSocket: () => {
        throw new Error("no sockets here");
      },
      storage: {
        sql: {
          exec: (text: string, ...bindings: never[]) => {
            const rows = alive().exec(text, ...bindings);
            return { toArray: () => rows, rowsRead: rows.length, rowsWritten: 0 };
          },
        },
        transactionSync: <Result>(work: () => Result) => alive().transaction(work),
        setAlarm: (at: number) => alive().setAlarm(at),
        deleteAlarm: () => alive().setAlarm(null),
      },
    };
  }
}
