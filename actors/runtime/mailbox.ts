/**
 * Commands of one actor, handled one at a time and written in groups.
 *
 * The first command arms a macrotask. All that have arrived by then are decided, folded and written in one transaction, in one
 * synchronous turn, and answered at once: the platform's output gate holds the answers until the commit is on disk. Unhurried commands
 * that are alone wait some macrotasks more: on a busy machine others are on their way here, and a commit costs more than all else of it.
 */
import { AssertionFailed, assert } from "../../src/domain/assert.ts";
import type { RefusalCode } from "../../src/domain/refusals.ts";
import type { EpochMs } from "../../src/domain/time.ts";
import type { Clock } from "./clock.ts";
import type { Envelope } from "./envelope.ts";
import { type ActorReply, overloaded, type Refusal, refusal } from "./reply.ts";

export type LaneBounds = {
  /** Commands waiting in this lane. The next one is refused `overloaded`. */
  readonly depthMax: number;
  /** Their bodies, in UTF-16 units. */
  readonly unitsMax: number;
  /** Refused while the outbox is nearly full: orders and ticks are growth, cancels and reads are not. */
  readonly growth: boolean;
  /**
   * Where bulk comes in: a group of nothing else lets more of it join first. No time is waited for; an idle machine goes on at once.
   * In company: only while others have come since the last look, so that one who is alone goes at once on a busy machine too.
   */
  readonly unhurried?: true | "in company";
};

/** Commands a group may hold: one transaction stays in the low milliseconds, so no lane waits long behind another. */
export const GROUP_COMMANDS_MAX = 512;
/** Macrotasks that unhurried commands let pass: with four feeds at once three of four commits are saved, without it every other one. */
export const UNHURRIED_ROUNDS = 2;
/** What a refused caller is told to wait: several groups pass in that time. */
export const OVERLOAD_RETRY_MS = 250;

/** Who counts what happens here. Called on the way of every command, so each call is a few additions. */
export interface MailboxObserver {
  /** From a command's arrival to its turn. */
  waited(ms: number): void;
  /** Commands of one group that took their turn, once they are written. */
  decided(commands: number): void;
  refused(code: RefusalCode): void;
  /** A command that ends in a throw. */
  failed(): void;
}

export type MailboxOptions<Lane extends string> = {
  /** In order of priority, the most urgent first. */
  readonly lanes: Readonly<Record<Lane, LaneBounds>>;
  readonly clock: Clock;
  /** Writes all that the turns of this group changed. Called inside the group's one transaction. */
  readonly write: () => void;
  readonly transaction: (work: () => void) => void;
  /** Memory ran ahead of the disk: throw the object away and let it load again. */
  readonly abort: (reason: string) => void;
  /** Why growth is refused now, if it is. */
  readonly growthRefusal?: () => Refusal | undefined;
  /** Why every command is refused now, if it is. */
  readonly hardRefusal?: () => Refusal | undefined;
  /** Called before each turn: what it records comes of this call. */
  readonly starting?: (envelope: Envelope) => void;
  /** Called after each commit that wrote. */
  readonly committed?: () => void;
  readonly observer?: MailboxObserver;
  /** Arms a group; a macrotask, since a microtask would never gather a second command. */
  readonly arm?: (run: () => void) => void;
};

type Pending = {
  readonly envelope: Envelope;
  readonly bounds: LaneBounds;
  readonly units: number;
  readonly arrivedAt: EpochMs;
  /** Decides, folds and renders; returns how to answer once the group is on disk. */
  readonly turn: () => () => void;
  readonly refuse: (refusal: Refusal) => void;
  readonly fail: (error: unknown) => void;
};

type LaneQueue = { readonly bounds: LaneBounds; pending: Pending[]; units: number };

export class Mailbox<Lane extends string> {
  readonly #options: MailboxOptions<Lane>;
  readonly #lanes: Map<Lane, LaneQueue>;
  #armed = false;
  /** Macrotasks that the group has let pass. */
  #roundsPassed = 0;
  /** When the macrotask was armed. */
  #depthSeen = 0;
  /** Something beside commands waits to be written. */
  #mustWrite = false;
  /** Memory ran ahead of the disk: nothing is decided on it any more. */
  #failure: { readonly error: unknown } | undefined;

  constructor(options: MailboxOptions<Lane>) {
    this.#options = options;
    const entries = Object.entries<LaneBounds>(options.lanes);
    this.#lanes = new Map(entries.map(([lane, bounds]) => [lane as Lane, { bounds, pending: [], units: 0 }]));
  }

  /**
   * Queues one command. `decide` may refuse by throwing: only this command fails. `settle` folds what was decided and renders the
   * reply: it must not fail, and the actor is thrown away when it does.
   */
  run<Decision, Value>(
    lane: Lane,
    envelope: Envelope,
    units: number,
    decide: () => Decision,
    settle: (decision: Decision) => ActorReply<Value>,
  ): Promise<ActorReply<Value>> {
    const queue = this.#lanes.get(lane);
    assert(queue !== undefined, "every lane is declared");
    assert(Number.isSafeInteger(units) && units >= 0, "a command has a size");
    if (this.#failure !== undefined) return Promise.reject(this.#failure.error);
    const refused = this.#admissionRefusal(queue, units);
    if (refused !== undefined) {
      this.#options.observer?.refused(refused.code);
      return Promise.resolve(refused);
    }
    const arrivedAt = this.#options.clock.now();
    return new Promise((resolve, reject) => {
      const turn = (): (() => void) => {
        this.#options.starting?.(envelope);
        const decision = decide();
        const reply = settleOrStop(settle, decision);
        if (!reply.ok) this.#options.observer?.refused(reply.code);
        return () => resolve(reply);
      };
      const { bounds } = queue;
      queue.pending.push({ envelope, bounds, units, arrivedAt, turn, refuse: resolve, fail: reject });
      queue.units += units;
      this.#arm();
    });
  }

  /** Has a group written even if no command comes: what timers took must not fire again after the next load. */
  flush(): void {
    this.#mustWrite = true;
    this.#arm();
  }

  /** Commands waiting, over all lanes. */
  get depth(): number {
    let depth = 0;
    for (const queue of this.#lanes.values()) depth += queue.pending.length;
    return depth;
  }

  #admissionRefusal({ bounds, pending, units: waiting }: LaneQueue, units: number): Refusal | undefined {
    if (pending.length >= bounds.depthMax)
      return overloaded(OVERLOAD_RETRY_MS, "too many commands are waiting");
    if (waiting + units > bounds.unitsMax) return overloaded(OVERLOAD_RETRY_MS, "too much is waiting");
    return this.#fullRefusal(bounds);
  }

  #fullRefusal({ growth }: LaneBounds): Refusal | undefined {
    return this.#options.hardRefusal?.() ?? (growth ? this.#options.growthRefusal?.() : undefined);
  }

  #arm(): void {
    if (this.#armed) return;
    this.#armed = true;
    this.#depthSeen = this.depth;
    (this.#options.arm ?? armMacrotask)(() => {
      this.#armed = false;
      if (this.#failure !== undefined) return;
      if (this.#mayWait()) this.#roundsPassed += 1;
      else {
        this.#roundsPassed = 0;
        this.#runGroup(this.#takeGroup());
      }
      if (this.depth > 0) this.#arm();
    });
  }

  #mayWait(): boolean {
    if (this.#mustWrite || this.#roundsPassed === UNHURRIED_ROUNDS) return false;
    const othersCame = this.depth > this.#depthSeen;
    const isHurried = ({ unhurried }: LaneBounds): boolean =>
      unhurried === "in company" ? !othersCame : unhurried !== true;
    for (const { bounds, pending } of this.#lanes.values())
      if (pending.length > 0 && isHurried(bounds)) return false;
    return true;
  }

  /** Urgent lanes first, arrival order within a lane. */
  #takeGroup(): Pending[] {
    const group: Pending[] = [];
    for (const queue of this.#lanes.values()) {
      const room = GROUP_COMMANDS_MAX - group.length;
      if (room <= 0) break;
      const taken = queue.pending.length <= room ? queue.pending : queue.pending.slice(0, room);
      queue.pending = queue.pending.slice(taken.length);
      for (const command of taken) queue.units -= command.units;
      group.push(...taken);
    }
    return group;
  }

  #runGroup(group: readonly Pending[]): void {
    const answers: (() => void)[] = [];
    try {
      const now = this.#options.clock.now();
      for (const command of group) {
        const refused = this.#startRefusal(command, now);
        this.#options.observer?.waited(now - command.arrivedAt);
        if (refused === undefined) this.#decide(command, answers);
        else this.#refuse(command, refused);
      }
      if (answers.length === 0 && !this.#mustWrite) return;
      this.#mustWrite = false;
      this.#options.transaction(this.#options.write);
    } catch (error) {
      this.#stop(group, error);
      return;
    }
    for (const answerIt of answers) answerIt();
    if (answers.length > 0) this.#options.observer?.decided(answers.length);
    this.#options.committed?.();
  }

  /** Asked again when its turn comes: the commands before it may have taken the last room. */
  #startRefusal({ envelope, bounds }: Pending, now: EpochMs): Refusal | undefined {
    if (envelope.deadline < now) return { ...PASSED, retryAfterMs: OVERLOAD_RETRY_MS };
    return this.#fullRefusal(bounds);
  }

  #refuse(command: Pending, refused: Refusal): void {
    this.#options.observer?.refused(refused.code);
    command.refuse(refused);
  }

  #decide(command: Pending, answers: (() => void)[]): void {
    try {
      answers.push(command.turn());
    } catch (error) {
      if (error instanceof FoldFailed) throw error.cause;
      this.#options.observer?.failed();
      command.fail(error);
    }
  }

  /** The disk did not follow the memory: nothing of this group may be answered, and nothing may be decided on it. */
  #stop(group: readonly Pending[], error: unknown): void {
    this.#failure = { error };
    for (const command of group) command.fail(error);
    for (const queue of this.#lanes.values())
      for (const command of queue.pending.splice(0)) command.fail(error);
    this.#options.abort(error instanceof Error ? error.message : String(error));
  }
}

const PASSED = refusal("deadline-passed", "the command was not started in time");

/** Wraps what a fold throws, so that it is told from a refusal to decide. */
class FoldFailed extends Error {
  override readonly name = "FoldFailed";
}

function settleOrStop<Decision, Value>(
  settle: (decision: Decision) => ActorReply<Value>,
  decision: Decision,
): ActorReply<Value> {
  try {
    return settle(decision);
  } catch (error) {
    throw new FoldFailed("a fold failed", { cause: error ?? new AssertionFailed("a fold threw nothing") });
  }
}

const armMacrotask = (run: () => void): void => {
  setTimeout(run, 0);
};
