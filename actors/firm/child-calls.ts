/**
 * Calls to children, that they ask now: since somebody waits for what they could give back, or since there is another book. A call carries
 * nothing, so one that is lost costs time and no more; whoever has not heard of a book cannot grow for longer than the silence that is borne.
 */
import type { EpochMs } from "../../src/domain/time.ts";
import type { Clock } from "../runtime/clock.ts";
import { type Envelope, systemEnvelope } from "../runtime/envelope.ts";
import { type ChildApi, type ChildName, PARENT_SILENCE_MS_MAX } from "../runtime/escrow/messages.ts";
import { callsFor } from "../runtime/escrow/shares.ts";
import type { Later } from "../runtime/telling.ts";
import { ifWithin } from "../runtime/within.ts";
import { aboveFor, bookVersionOf } from "./book.ts";
import {
  CALL_AGAIN_MS,
  CALL_MS,
  CALLS_MAX,
  TELL_RETRY_MS,
  TELL_RETRY_MS_MAX,
  TELL_SILENT_ROUNDS,
  TELL_WATCH_MS,
} from "./limits.ts";
import { isWithin } from "./parent-link.ts";
import type { FirmNode } from "./state.ts";
import type { FirmTurns } from "./turns.ts";

export type CallSurroundings = {
  readonly clock: Clock;
  readonly turns: FirmTurns;
  readonly child: (name: ChildName) => Pick<ChildApi, "parentCalls">;
  readonly later: Later;
  /** Wakes the object, should it die before all are told. */
  readonly watch: (at: EpochMs) => void;
  readonly allTold: () => void;
};

export class ChildCalls {
  readonly #given: CallSurroundings;
  /** When each was called last that has not answered yet, or has just. */
  readonly #called = new Map<ChildName, number>();
  #isWoken = false;
  #telling: Promise<void> | undefined;
  #isBookNewer = false;

  constructor(given: CallSurroundings) {
    this.#given = given;
  }

  /** After asks were decided: whom it takes so that what is missing comes together. */
  wake(): void {
    if (this.#isWoken) return;
    this.#isWoken = true;
    this.#given.later(() => {
      this.#isWoken = false;
      this.#callThoseFor();
    }, 0);
  }

  /** How many go by the book as it is now. */
  reached(): number {
    const { node } = this.#given.turns;
    return node === undefined ? 0 : node.grants.children.size - lacking(node, this.#given.turns.books).length;
  }

  /** Until every child goes by the newest book, or has been silent for so long that it cannot grow. Never throws. */
  tell(): Promise<void> {
    if (this.#telling === undefined) this.#telling = this.#tellWhatComes();
    else this.#isBookNewer = true;
    return this.#telling;
  }

  /** Whoever comes while all have just been told is not told that nothing is left. */
  async #tellWhatComes(): Promise<void> {
    do {
      this.#isBookNewer = false;
      await this.#tellAll().catch(() => undefined);
    } while (this.#isBookNewer);
    this.#telling = undefined;
    this.#given.allTold();
  }

  async #tellAll(): Promise<void> {
    const { clock, turns } = this.#given;
    for (let round = 0, waitMs = TELL_RETRY_MS; ; round++) {
      const { node } = turns;
      if (node === undefined) return;
      const now = clock.now();
      const wanted = lacking(node, turns.books).filter(
        (name) => round < TELL_SILENT_ROUNDS || !isSilent(node, name, now),
      );
      if (wanted.length === 0) return;
      this.#given.watch((now + TELL_WATCH_MS) as EpochMs);
      await this.#callAll(wanted);
      if (lacking(node, turns.books).length === 0) return;
      await this.#pause(waitMs);
      waitMs = Math.min(TELL_RETRY_MS_MAX, 2 * waitMs);
    }
  }

  #pause(waitMs: number): Promise<void> {
    return new Promise((resolve) => void this.#given.later(resolve, waitMs));
  }

  #callThoseFor(): void {
    const { turns, clock } = this.#given;
    const { node } = turns;
    if (node === undefined) return;
    const now = clock.now();
    for (const [name, at] of this.#called) if (!isWithin(now, at, CALL_MS)) this.#called.delete(name);
    const due = [...callsFor(node.grants, aboveFor(node, now), now)].filter(
      (name) => !isWithin(now, this.#called.get(name), CALL_AGAIN_MS),
    );
    void this.#callAll(due);
  }

  async #callAll(names: readonly ChildName[]): Promise<void> {
    for (let from = 0; from < names.length; from += CALLS_MAX)
      await Promise.all(names.slice(from, from + CALLS_MAX).map((name) => this.#call(name)));
  }

  async #call(name: ChildName): Promise<void> {
    const { clock, turns, child } = this.#given;
    const { node } = turns;
    if (node === undefined) return;
    const now = clock.now();
    this.#called.set(name, now);
    const envelope: Envelope = systemEnvelope(now, CALL_MS);
    const reply = await ifWithin(
      this.#reach(() => child(name).parentCalls(envelope, node.name)),
      CALL_MS,
    );
    if (reply?.ok === true && node.grants.children.has(name)) turns.books.set(name, reply.value);
  }

  /** A stub may throw before it calls. */
  async #reach<Value>(call: () => Promise<Value>): Promise<Value> {
    return call();
  }
}

const lacking = (node: FirmNode, books: ReadonlyMap<ChildName, string>): ChildName[] => {
  const version = bookVersionOf(node);
  return [...node.grants.children.keys()].filter((name) => books.get(name) !== version);
};

function isSilent({ grants }: FirmNode, name: ChildName, at: number): boolean {
  const child = grants.children.get(name);
  return child === undefined || child.isFenced || at - child.heardAt > PARENT_SILENCE_MS_MAX;
}
