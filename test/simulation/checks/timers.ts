/** At each flush: what is due is armed, and who is frozen records nothing more. */
import type { Copy } from "../world/copy.ts";
import type { World } from "../world/world.ts";
import type { FactRecord } from "./record.ts";

/** A timer that memory has cancelled may stand on disk a while. What waits for somebody is looked after within half a minute, or a told pause. */
const WATCHED_MS = 91_000;
const HAS_TIMERS = "SELECT 1 FROM sqlite_master WHERE name = 'outbox_extra'";
const FIRST =
  "SELECT MIN(due) AS due FROM timer WHERE (SELECT COUNT(*) FROM outbox) > 0 OR (SELECT COUNT(*) FROM outbox_extra) > 0";
const LOST = "SELECT lost FROM outbox_fence";

type Statement = ReturnType<Copy["disk"]["database"]["prepare"]>;
type Looks = { readonly first: Statement; readonly lost: Statement } | undefined;

export class FlushChecks {
  readonly #world: World;
  readonly #looks = new Map<Copy, Looks>();
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

  #holdAlarm(copy: Copy, first: Statement): void {
    const { durable, isRunning } = copy.disk.alarm;
    const { due } = first.get() as { due: number | null };
    // A copied disk comes without its alarm.
    if (due === null || isRunning || copy.isTwin) return;
    const latest = this.#world.schedule.now + copy.skewMs + WATCHED_MS;
    if (durable === null || durable > latest)
      this.#world.violate("R13 due timers are armed", `${copy.label}: due ${due}, armed ${durable}`);
  }

  #holdFrozen(copy: Copy, lost: Statement, facts: number): void {
    const known = this.#frozenAt.get(copy);
    if (known !== undefined && facts > known)
      this.#world.violate("R5 who is frozen decides nothing", `${copy.label} recorded fact ${facts}`);
    const row = lost.get() as { lost: number } | undefined;
    if (row?.lost === 1 && known === undefined) this.#frozenAt.set(copy, facts);
  }
}
