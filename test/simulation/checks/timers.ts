/** At each flush: what is due is armed, and who is frozen records nothing more. */
import type { Activation, Copy } from "../world/copy.ts";
import type { World } from "../world/world.ts";
import type { FactRecord } from "./record.ts";

/** A timer that was taken stands on disk until its effect does; meanwhile the alarm is this far ahead at the most. */
const TAKEN_MS = 5_000;
/** A group that is queued is run and written within that time; it may be durable later. */
const GROUP_MS = 20;
/** What waits for somebody is looked after within half a minute, or a minute later where that somebody has told how long to wait. */
const WATCHED_MS = 91_000;
const HAS_TIMERS = "SELECT 1 FROM sqlite_master WHERE name = 'timer'";
const FIRST = `SELECT MIN(due) AS due, name, (EXISTS (SELECT 1 FROM outbox) OR EXISTS (SELECT 1 FROM outbox_extra))
  AND NOT (SELECT lost FROM outbox_fence) AS waits FROM timer`;
const LOST = "SELECT lost FROM outbox_fence";

type Statement = ReturnType<Copy["disk"]["database"]["prepare"]>;
type Looks = { readonly first: Statement; readonly lost: Statement } | undefined;

export class FlushChecks {
  readonly #world: World;
  readonly #looks = new Map<Copy, Looks>();
  /** Since when a timer on disk has no alarm that comes in time. */
  readonly #late = new Map<Copy, { readonly activation: Activation | undefined; readonly at: number }>();
  /** How many facts there were when a copy learned that it is frozen. */
  readonly #frozenAt = new Map<Copy, number>();

  /** After the record has looked. */
  constructor(world: World, record: FactRecord) {
    this.#world = world;
    world.onFlush.push((copy) => {
      const looks = this.#looksOf(copy);
      if (looks === undefined) return;
      this.#holdAlarm(copy, looks.first);
      this.#holdFrozen(copy, looks.lost, record.of(copy).length);
    });
  }

  #looksOf(copy: Copy): Looks {
    if (this.#looks.has(copy)) return this.#looks.get(copy);
    const { database } = copy.disk;
    const has = database.prepare(HAS_TIMERS).get() !== undefined;
    const looks = has ? { first: database.prepare(FIRST), lost: database.prepare(LOST) } : undefined;
    this.#looks.set(copy, looks);
    return looks;
  }

  /** One that memory has cancelled stands on disk until the group after it does, whatever the alarm is set for meanwhile. */
  #holdAlarm(copy: Copy, first: Statement): void {
    const late = this.#lateTimer(copy, first);
    if (late === undefined) {
      this.#late.delete(copy);
      return;
    }
    const { schedule } = this.#world;
    const known = this.#late.get(copy);
    if (known === undefined || known.activation !== copy.activation) {
      this.#late.set(copy, { activation: copy.activation, at: schedule.now });
      schedule.after(GROUP_MS, () => this.#lookAgain(copy, first));
    } else if (schedule.now - known.at >= GROUP_MS) this.#world.violate("R13 due timers are armed", late);
  }

  #lookAgain(copy: Copy, first: Statement): void {
    const known = this.#late.get(copy);
    if (known === undefined || known.activation !== copy.activation) this.#late.delete(copy);
    else if (!copy.disk.isPending) this.#holdAlarm(copy, first);
  }

  /** In words; what is pending is looked at with its flush. */
  #lateTimer(copy: Copy, first: Statement): string | undefined {
    const { durable, isRunning } = copy.disk.alarm;
    const found = first.get() as { due: number | null; name: string; waits: number };
    if (isRunning) return undefined;
    const now = this.#world.schedule.now + copy.skewMs;
    const latest = Math.min(
      found.due === null ? Number.POSITIVE_INFINITY : Math.max(found.due, now) + TAKEN_MS,
      found.waits === 1 ? now + WATCHED_MS : Number.POSITIVE_INFINITY,
    );
    if ((durable ?? Number.POSITIVE_INFINITY) <= latest) return undefined;
    const armed = durable === null ? "not at all" : `in ${durable - now} ms`;
    const due = found.due === null ? "nothing is due" : `${found.name} is due in ${found.due - now} ms`;
    return `${copy.label}: ${due}, ${found.waits === 1 ? "facts wait" : "nothing waits"}, armed ${armed}`;
  }

  #holdFrozen(copy: Copy, lost: Statement, facts: number): void {
    const known = this.#frozenAt.get(copy);
    if (known !== undefined && facts > known)
      this.#world.violate("R5 who is frozen decides nothing", `${copy.label} recorded fact ${facts}`);
    const row = lost.get() as { lost: number } | undefined;
    if (row?.lost === 1 && known === undefined) this.#frozenAt.set(copy, facts);
  }
}
