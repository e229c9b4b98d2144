/**
 * Facts on their way out. Every fact gets a gapless `seq`, goes to the archiver and, where it names them, to further destinations.
 * Batches leave in order per destination; each destination confirms its own watermark; a fact is deleted when all have it. What goes to
 * the archiver goes as the text that the group wrote.
 */
import type { EpochMs } from "../../src/domain/time.ts";
import type { Bound } from "./bounds.ts";
import type { Clock } from "./clock.ts";
import type { Envelope } from "./envelope.ts";
import type { Confirmation, Deliver, Fact, OutboxBatch, TextBatch } from "./fact.ts";
import { OutboxFence } from "./fence.ts";
import type { NewFact } from "./outbox-chunks.ts";
import { FRESH_UNITS_MAX, OutboxRows } from "./outbox-rows.ts";
import { PUSH_WATCHDOG_MS, Pushes } from "./pushes.ts";
import { overloaded, type Refusal, refusal } from "./reply.ts";
import type { Sql } from "./sql.ts";
import type { Timers } from "./timers.ts";
import { within } from "./within.ts";

export type { Confirmation, Deliver, Fact, OutboxBatch } from "./fact.ts";

/** About ten minutes of a busy actor while Postgres is away; a fact is at most a few KB, so this stays in tens of MB on disk. */
export const OUTBOX_FACTS_MAX = 50_000;
/** From here on growth is refused, so that reductions always find room. */
export const OUTBOX_GROWTH_MAX = OUTBOX_FACTS_MAX * 0.8;
/** Facts, and destinations of facts, that one command may record unasked. Every command is refused when less than this is free. */
export const TURN_FACTS_MAX = 1_000;
const GROWTH_RETRY_MS = 2_000; // A refused caller comes back when a drain had time to help.

export const ARCHIVE = "archive";
export const OUTBOX_TIMER = "outbox";

const FULL =
  "Growth is refused `overloaded` at 80 %, every command when less than one command's facts are free.";

export const outboxBounds: readonly Bound[] = [
  { collection: "table:outbox", max: OUTBOX_FACTS_MAX, unit: "rows", atBound: FULL },
  { collection: "table:outbox_owed", max: OUTBOX_FACTS_MAX, unit: "rows", atBound: FULL },
  { collection: "table:outbox_extra", max: OUTBOX_FACTS_MAX, unit: "rows", atBound: FULL },
  { collection: "table:outbox_mark", max: 1, unit: "rows", atBound: "One row, updated in place." },
  { collection: "table:outbox_fence", max: 1, unit: "rows", atBound: "One row, updated in place." },
  {
    collection: "memory:outboxFresh",
    max: FRESH_UNITS_MAX,
    unit: "bytes",
    atBound: "The oldest facts leave memory, and are read from the disk when they are sent.",
  },
];

export type OutboxOptions = {
  readonly sql: Sql;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly actor: string;
  readonly deliver: Deliver;
  readonly randomFraction: () => number;
  /** A random token for each batch that leaves for the mirror. */
  readonly newIncarnation: () => string;
  /** Called when Postgres has a further batch, with the time that its oldest fact was committed at. */
  readonly archived?: (committedAt: EpochMs) => void;
  /** Called when a push has failed. */
  readonly failed?: () => void;
};

export class Outbox {
  readonly #options: OutboxOptions;
  readonly #rows: OutboxRows;
  readonly #fence: OutboxFence;
  readonly #pushes: Pushes;
  #pending: NewFact[] = [];
  #pendingExtras = 0;
  #cause: Envelope | undefined;

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#rows = new OutboxRows(options.sql);
    this.#fence = new OutboxFence(options.sql, options.newIncarnation, this.#rows.archivedSeq);
    this.#pushes = new Pushes({
      clock: options.clock,
      randomFraction: options.randomFraction,
      first: ARCHIVE,
      firstWaits: () => this.#rows.archivedSeq < this.#rows.lastSeq,
      waiting: () => this.#rows.waiting,
      deliverOne: (destination, upTo) =>
        destination === ARCHIVE ? this.#archive(upTo) : this.#tell(destination, upTo),
      upTo: () => this.#rows.lastSeq,
      open: () => !this.fenced,
      backedOff: () => this.#saveWake(),
    });
  }

  /** Rows that at least one destination has not confirmed, in the fuller of the two tables. */
  get depth(): number {
    return this.#rows.depth + Math.max(this.#pending.length, this.#pendingExtras);
  }

  /** Text of facts that waits in memory too. */
  get freshUnits(): number {
    return this.#rows.freshUnits;
  }

  /** Seq of the newest fact, 0 before the first. */
  get lastSeq(): number {
    return this.#rows.lastSeq + this.#pending.length;
  }

  /** Up to here Postgres has everything. */
  get archivedSeq(): number {
    return this.#rows.archivedSeq;
  }

  /** The payload of a committed fact that Postgres may still lack; undefined of one that it has, and of another kind. */
  waitingPayload(seq: number, kind: string): string | undefined {
    const fact = this.#rows.unarchivedFact(seq);
    return fact?.[2] === kind ? fact[3] : undefined;
  }

  /** Facts are on their way to Postgres. */
  get archiving(): boolean {
    return this.#pushes.isRunning(ARCHIVE);
  }

  /** When the oldest fact was committed that Postgres lacks: a look at the disk. */
  get oldestUnarchived(): EpochMs | undefined {
    return this.#rows.oldestUnarchived();
  }

  /** Another copy of this actor has written to the mirror: this one must not go on. */
  get fenced(): boolean {
    return this.#fence.lost;
  }

  /** Why orders, ticks and other growth are refused now, if they are. */
  growthRefusal(): Refusal | undefined {
    if (this.fenced) return refusal("actor-fenced", "another copy of this actor is the one that writes");
    if (this.depth < OUTBOX_GROWTH_MAX) return undefined;
    return overloaded(GROWTH_RETRY_MS, "too many facts wait for Postgres");
  }

  /** Why even reductions are refused now, if they are. */
  hardRefusal(): Refusal | undefined {
    if (this.fenced) return this.growthRefusal();
    if (this.depth <= OUTBOX_FACTS_MAX - TURN_FACTS_MAX) return undefined;
    return overloaded(GROWTH_RETRY_MS, "the outbox is full");
  }

  /** For a command that records more than TURN_FACTS_MAX facts: why it is refused now, if it is. Asked before any is recorded. */
  roomRefusal(facts: number): Refusal | undefined {
    if (this.depth + facts <= OUTBOX_FACTS_MAX) return undefined;
    return overloaded(GROWTH_RETRY_MS, "the facts of this command do not fit the outbox now");
  }

  /** The facts that follow, until the next call or the end of the group, come of this one. */
  causedBy(envelope: Envelope): void {
    this.#cause = envelope;
  }

  /** Records a fact of this turn and returns its seq. `extras` are destinations beside the archiver. */
  add(kind: string, payload: string, committedAt: EpochMs, extras: readonly string[] = []): number {
    const seq = this.lastSeq + 1;
    const cause = this.#cause;
    const fact: Fact =
      cause === undefined
        ? [seq, committedAt, kind, payload]
        : [seq, committedAt, kind, payload, cause.requestId, cause.traceparent];
    this.#pending.push({ fact, extras });
    this.#pendingExtras += extras.length;
    return seq;
  }

  /** Called inside the group's transaction. Also sets the watchdog, so that a crash before the push only delays it. */
  write(): void {
    if (this.#pending.length === 0) return;
    const pending = this.#pending;
    this.#pending = [];
    this.#pendingExtras = 0;
    this.#cause = undefined;
    this.#rows.insert(pending);
    this.#wake(this.#options.clock.now());
  }

  /**
   * What the alarm does once the outbox's timer is due: goes on with what waits, and comes again until nothing does.
   * The push is detached: while an alarm handler awaits, no other alarm of the object runs.
   */
  resume(now: EpochMs): void {
    if (this.depth === 0 || this.fenced) return;
    this.#wake(now);
    this.#pushes.start();
  }

  /** Starts a push to every destination that has something waiting and none under way. Never awaited by a command. */
  drainDetached(): void {
    this.#pushes.start();
  }

  /** Ends when each destination is empty, has failed, or is fenced. Never throws. */
  async drain(): Promise<void> {
    this.#pushes.start();
    await this.#pushes.idle();
  }

  /** Delivers what waits for one destination now. False when it failed and will be tried again later. Never throws. */
  push(destination: string): Promise<boolean> {
    return this.#pushes.push(destination);
  }

  async #archive(upTo: number): Promise<boolean> {
    if (this.#rows.archivedSeq >= upTo) return false;
    const { sendingTo } = this.#fence;
    const facts =
      sendingTo === undefined ? this.#rows.unarchived(upTo) : this.#rows.unarchivedExactly(sendingTo);
    if (facts === undefined) return false;
    const { firstSeq, lastSeq, earliest } = facts;
    const confirmation = await this.#deliver(ARCHIVE, { ...facts, ...this.#fence.claim(lastSeq) });
    // More than we ever sent: it cannot have been us.
    if ("fenced" in confirmation || confirmation.watermark > lastSeq) return this.#stop();
    this.#rows.confirmArchived(progress(firstSeq, lastSeq, confirmation.watermark));
    this.#fence.arrived(this.#rows.archivedSeq);
    this.#options.archived?.(earliest as EpochMs);
    return true;
  }

  async #tell(destination: string, upTo: number): Promise<boolean> {
    if (!this.#rows.waitsFor(destination)) return false;
    const facts = this.#rows.unheard(destination, upTo);
    const [first, last] = [facts[0]?.[0], facts.at(-1)?.[0]];
    if (first === undefined || last === undefined) return false;
    const confirmation = await this.#deliver(destination, { facts, incarnation: "", knownIncarnations: [] });
    if ("fenced" in confirmation) return this.#stop();
    this.#rows.confirmHeard(destination, progress(first, last, confirmation.watermark));
    return true;
  }

  /** A delivery that hangs is a failed one: the destination dedupes if it went through after all. */
  #deliver(
    destination: string,
    batch: Omit<OutboxBatch, "actor"> | Omit<TextBatch, "actor">,
  ): Promise<Confirmation> {
    const { deliver, actor } = this.#options;
    return within(deliver(destination, { actor, ...batch }), PUSH_WATCHDOG_MS);
  }

  #stop(): false {
    this.#fence.lose();
    return false;
  }

  /** When to go on at the latest: to look whether a push has ended that starts now, or as soon as a destination's backoff is over. */
  #wake(now: EpochMs): void {
    const watchdog = now + PUSH_WATCHDOG_MS;
    const due = Math.min(watchdog, this.#pushes.nextTry(now) ?? watchdog) as EpochMs;
    this.#options.timers.atLatest(OUTBOX_TIMER, due);
  }

  /** A failure may come between two groups, and the next may be far away. */
  #saveWake(): void {
    const { timers, clock } = this.#options;
    this.#rows.forgetFresh();
    this.#wake(clock.now());
    try {
      timers.save(OUTBOX_TIMER);
    } catch {
      // The disk is full. The timer stands in memory and the alarm is armed for it; the next group writes it.
    }
    timers.repair(clock.now());
    this.#options.failed?.();
  }
}

/** How far the destination is within this batch. One that stands still has failed: it would be asked for ever. */
function progress(first: number, last: number, watermark: number): number {
  if (!(Number.isSafeInteger(watermark) && watermark >= first))
    throw new Error("the destination took nothing");
  return Math.min(watermark, last);
}
