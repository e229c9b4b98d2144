/**
 * One topic at one pace. All who listen at that pace are sent the same texts, so each is made once; what is left out between two of them is
 * said by `prev`, the sequence of the one before.
 */
import type { ResetReason, TopicPosition } from "../../src/contracts/streams.ts";
import type { Client } from "../runtime/streams/client.ts";
import type { Heard } from "../runtime/streams/topic.ts";
import type { FeedRing, RingEntry } from "./feed-ring.ts";
import { SentLog } from "./sent-log.ts";

/** The topic that it is a lane of. */
export type LaneTopic = {
  readonly topic: string;
  readonly epoch: string;
  readonly head: string;
  readonly seq: number;
  readonly ring: FeedRing;
  readonly anew: (ts: number, reason?: ResetReason) => readonly string[] | undefined;
};

export class Lane implements Heard<Client> {
  readonly feed: LaneTopic;
  /** 0: nothing waits here. */
  readonly conflateMs: number;
  readonly listeners = new Set<Client>();
  readonly marks = { units: 0 };
  readonly #log = new SentLog();
  /** The newest `latest` message, until the next tick of this pace. */
  #pending: RingEntry | undefined;
  #seq: number;

  constructor(feed: LaneTopic, conflateMs: number) {
    this.feed = feed;
    this.conflateMs = conflateMs;
    this.#seq = feed.seq;
  }

  get name(): string {
    return this.feed.topic;
  }
  get epoch(): string {
    return this.feed.epoch;
  }
  get head(): string {
    return this.feed.head;
  }
  get seq(): number {
    return this.#seq;
  }
  get waits(): boolean {
    return this.#pending !== undefined;
  }

  placeAt(seq: number): TopicPosition {
    return { topic: this.name, epoch: this.epoch, seq };
  }

  /** What is sent of it now. A `latest` message waits for the tick; any other goes at once, behind what waits. */
  take(entry: RingEntry): readonly string[] {
    const earlier = this.#pending;
    if (!entry.isLatest || this.conflateMs === 0) return this.#sent([...this.#held(), entry]);
    this.#pending = entry;
    return earlier === undefined || earlier.key === entry.key ? [] : this.#sent([earlier]);
  }

  /** What waited. Afterwards the lane stands where its topic does. */
  flush(): readonly string[] {
    return this.#sent(this.#held());
  }

  /** The topic begins anew, maybe in another epoch: nobody can be sent what was before. */
  restart(seq: number, text: string): readonly string[] {
    this.#pending = undefined;
    this.#log.restart(this.marks.units);
    this.#seq = seq;
    // What lies in their sockets still is acknowledged with this or whatever follows it.
    for (const client of this.listeners) {
      const progress = client.progress.get(this);
      if (progress !== undefined) progress.acked = seq - 1;
    }
    return [text];
  }

  holdsAfter(seq: number): boolean {
    return seq <= this.#seq && this.feed.ring.holdsAfter(seq);
  }

  /** Messages after that one, as this lane would have sent them. Asked of a lane in which nothing waits. */
  after(seq: number): readonly string[] {
    return textsAfter(seq, this.feed.ring.after(seq), this.head.length);
  }

  unitsThrough(seq: number): number {
    return seq >= this.#seq ? this.marks.units : this.#log.through(seq);
  }

  anew(ts: number, reason?: ResetReason): readonly string[] {
    return this.feed.anew(ts, reason) ?? [];
  }

  /** What was taken and is sent now, as one: as the fan-out counts it, messages and what separates them. */
  count(units: number): void {
    this.marks.units += units;
    this.#log.note(this.#seq, this.marks.units);
  }

  #held(): readonly RingEntry[] {
    const held = this.#pending === undefined ? [] : [this.#pending];
    this.#pending = undefined;
    return held;
  }

  #sent(entries: readonly RingEntry[]): readonly string[] {
    if (entries.length === 0) return [];
    const texts = textsAfter(this.#seq, entries, this.head.length);
    this.#seq = entries.at(-1)?.seq ?? this.#seq;
    return texts;
  }
}

/** Of each that does not follow the one before, it says which that was. */
export function textsAfter(seq: number, entries: readonly RingEntry[], headLength: number): string[] {
  let before = seq;
  return entries.map((entry) => {
    const text = entry.seq === before + 1 ? entry.text : withPrev(entry.text, before, headLength);
    before = entry.seq;
    return text;
  });
}

/** Behind the sequence, which stands behind the head. */
function withPrev(text: string, prev: number, headLength: number): string {
  const end = text.indexOf(",", headLength);
  return `${text.slice(0, end)},"prev":${prev}${text.slice(end)}`;
}
