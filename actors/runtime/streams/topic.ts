/** One topic that somebody watches, or has until a moment ago: its numbering, and who listens. */
import type { ResetReason } from "../../../src/contracts/streams.ts";
import { headOf, messageText, type Place } from "./message-text.ts";
import type { RingMarks } from "./ring.ts";

export type TopicSource = {
  /** The full name, as clients spell it. */
  readonly topic: string;
  /** JSON text of the state now: the data of a snapshot. Synchronous, between turns or at the end of a group. */
  readonly snapshot: () => string;
};

/** A topic that this actor does not have, and why, by `code`: `topic-unknown`, `topic-unsupported`. */
export type TopicRefusal = { readonly code: string; readonly detail: string };

/** A topic as those who hear it see it: one of the actor's own, or a gateway's lane of another actor's. */
export interface Heard<Listener> {
  readonly name: string;
  readonly epoch: string;
  /** Of everything before the sequence in a message. */
  readonly head: string;
  /** Of the last message. */
  readonly seq: number;
  /** Of everything that was ever sent on it, in UTF-16 units. */
  readonly marks: { readonly units: number };
  readonly listeners: Set<Listener>;
  placeAt(seq: number): Place;
  /** Whether all that came after this message can be sent again. */
  holdsAfter(seq: number): boolean;
  /** Where it cannot: the state now, which says why. */
  anew(ts: number, reason: ResetReason): readonly string[];
}

/** What those who hear topics need of whoever has them. */
export interface HeardTopics<Listener> {
  /** Asked only where the topic holds them. */
  after(topic: Heard<Listener>, seq: number): readonly string[];
  /** A listener has gone without a word. */
  lost(topic: Heard<Listener>): void;
}

/** A gateway that is told what is published. */
export interface TopicLink<Listener> {
  add(message: { readonly topic: Topic<Listener>; readonly text: string }): void;
}

export class Topic<Listener = unknown> implements Heard<Listener> {
  readonly source: TopicSource;
  readonly epoch: string;
  readonly head: string;
  readonly listeners = new Set<Listener>();
  readonly links = new Set<TopicLink<Listener>>();
  readonly marks: RingMarks;
  seq: number;
  /** When a listener was lost that did not say that it wants no more. Not kept: after a load it is as if there was none. */
  lostAt = Number.NEGATIVE_INFINITY;
  /** Until when it is numbered without a listener; undefined while it has one. */
  watchedUntil: number | undefined;

  constructor(source: TopicSource, epoch: string, seq: number, marks: RingMarks) {
    this.source = source;
    this.epoch = epoch;
    this.head = headOf(source.topic, epoch);
    this.seq = seq;
    this.marks = marks;
  }

  get name(): string {
    return this.source.topic;
  }

  get isHeard(): boolean {
    return this.listeners.size > 0 || this.links.size > 0;
  }

  placeAt(seq: number): Place {
    return { topic: this.name, epoch: this.epoch, seq };
  }

  /** Why what came after a place cannot be sent again, or undefined where it can. */
  missingAfter(epoch: string, seq: number): ResetReason | undefined {
    if (epoch !== this.epoch) return "epoch";
    if (seq > this.seq) return "ahead";
    return this.holdsAfter(seq) ? undefined : "beyond-ring";
  }

  holdsAfter(seq: number): boolean {
    return seq <= this.seq && seq + 1 >= this.marks.first;
  }

  anew(ts: number, reason?: ResetReason): readonly string[] {
    return [messageText(this.head, this.seq, ts, "snap", this.source.snapshot(), reason)];
  }
}
