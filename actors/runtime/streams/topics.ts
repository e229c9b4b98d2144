/**
 * Numbers what happens on each topic and keeps it in the ring, with the group that it happened in. A topic is numbered while somebody
 * listens and for a minute after that; then nothing is built for it, and who comes back is told that something was left out.
 */
import { assert } from "../../../src/domain/assert.ts";
import type { Bound } from "../bounds.ts";
import type { Clock } from "../clock.ts";
import { type Refusal, refusal } from "../reply.ts";
import type { Sql } from "../sql.ts";
import { messageText } from "./message-text.ts";
import { Pending, type Published } from "./pending.ts";
import { emptyMarks, joined, Ring, type RingRow } from "./ring.ts";
import { Topic, type TopicRefusal, type TopicSource } from "./topic.ts";

/** A client that lost its connection is back by then, also after a restart of ours. */
export const WATCHED_AFTER_MS = 60_000;
/** Names that one actor numbers at a time: a symbol has a few, a label book one for each symbol that is listened to. */
export const TOPICS_HOSTED_MAX = 256;

export const STREAM_TOPIC_TABLE =
  "CREATE TABLE stream_topic (topic TEXT PRIMARY KEY, epoch TEXT NOT NULL, seq INTEGER NOT NULL, watched_until INTEGER) STRICT, WITHOUT ROWID";
export const topicsBound: Bound = {
  collection: "table:stream_topic",
  max: TOPICS_HOSTED_MAX,
  unit: "rows",
  atBound:
    "One that nobody listens to any more leaves with its epoch; where there is none, a further topic is refused `too-many`.",
};

/** `watched_until`: null while somebody listens, 0 once something was left out. */
type TopicRow = { topic: string; epoch: string; seq: number; watched_until: number | null };
const LEFT_OUT = 0;

/** A message of the group that was written last, and what it adds to its topic. */
export type Numbered<Listener> = { readonly topic: Topic<Listener>; readonly text: string };

export class Topics<Listener> {
  readonly #sql: Sql;
  readonly #clock: Clock;
  readonly #newEpoch: () => string;
  readonly #ring: Ring;
  readonly #watched = new Map<string, Topic<Listener>>();
  /** Not watched any more, and not written yet. */
  readonly #cooled = new Map<string, Topic<Listener>>();
  readonly #pending = new Pending<Topic<Listener>>();
  #numbered: Numbered<Listener>[] = [];
  #rows = 0;

  constructor(sql: Sql, clock: Clock, newEpoch: () => string) {
    this.#sql = sql;
    this.#clock = clock;
    this.#newEpoch = newEpoch;
    this.#ring = new Ring(sql);
  }

  /** After a load: what was watched is so still. */
  load(sourceOf: (name: string) => TopicSource | TopicRefusal): void {
    const rows = this.#sql.exec<TopicRow>("SELECT topic, epoch, seq, watched_until FROM stream_topic");
    this.#rows = rows.length;
    for (const row of rows) {
      const source = row.watched_until === LEFT_OUT ? undefined : sourceOf(row.topic);
      if (source !== undefined && "snapshot" in source)
        this.#keep(source, row).watchedUntil = row.watched_until ?? undefined;
    }
  }

  /** Those that a crash left without a listener: nobody said when the last one went. */
  settle(): void {
    for (const topic of this.#watched.values())
      if (!topic.isHeard && topic.watchedUntil === undefined) this.lost(topic);
  }

  find(name: string): Topic<Listener> | undefined {
    return this.#watched.get(name);
  }

  /** The topic as somebody begins to listen; written at once, before anything that it numbers. */
  open(source: TopicSource): Topic<Listener> | Refusal {
    const watched = this.#watched.get(source.topic);
    if (watched !== undefined) {
      if (watched.watchedUntil !== undefined) this.#put(watched, null);
      watched.watchedUntil = undefined;
      return watched;
    }
    const known = this.#cooledRow(source.topic) ?? this.#row(source.topic);
    if (known === undefined && this.#rows >= TOPICS_HOSTED_MAX && !this.#makeRoom())
      return refusal("too-many", "this actor numbers no further topic");
    if (known === undefined) this.#rows += 1;
    const opened = this.#keep(source, known ?? { epoch: this.#newEpoch(), seq: 0 });
    // Something happened that nobody was told, and the sequence says so. A new topic begins at 1.
    opened.seq += 1;
    Object.assign(opened.marks, emptyMarks(opened.seq));
    this.#ring.clear(source.topic);
    this.#put(opened, null);
    return opened;
  }

  /** A listener has gone without a word: it may come back and ask for what happened meanwhile. */
  lost(topic: Topic<Listener>): void {
    topic.lostAt = this.#clock.now();
    if (!topic.isHeard) this.#rest(topic);
  }

  /** The last listener has said that it wants no more: where none was lost a moment ago, nothing is built from now on. */
  quit(topic: Topic<Listener>): void {
    if (!topic.isHeard) this.#rest(topic);
  }

  #rest(topic: Topic<Listener>): void {
    topic.watchedUntil = Math.max(this.#clock.now(), topic.lostAt + WATCHED_AFTER_MS);
    this.#put(topic, topic.watchedUntil);
  }

  /** Whether what happens is numbered. Asked inside a turn: the answer no means that something is left out. */
  watches(name: string): boolean {
    const topic = this.#watched.get(name);
    if (topic === undefined) return false;
    if (topic.watchedUntil === undefined || this.#clock.now() < topic.watchedUntil) return true;
    this.#watched.delete(name);
    this.#cooled.set(name, topic);
    return false;
  }

  publish(name: string, type: string, data: Published["data"], key: string | undefined): void {
    if (!this.watches(name)) return;
    const topic = this.#watched.get(name);
    assert(topic !== undefined, "a topic that is watched is here");
    this.#pending.add(topic, { type, data }, key);
  }

  /** More happened than anybody wants one by one: the topic's messages of this group become one snapshot. */
  leaveOut(name: string): void {
    if (!this.watches(name)) return;
    const topic = this.#watched.get(name);
    if (topic !== undefined) this.#pending.leaveOut(topic);
  }

  /** Inside the group's transaction. */
  write(): void {
    if (this.#cooled.size > 0) this.#writeCooled();
    if (this.#pending.isEmpty) return;
    const ts = this.#clock.now();
    const texts = new Map<Topic<Listener>, string[]>();
    for (const { topic, type, data, reset } of this.#pending.take()) {
      topic.seq += 1;
      const text = messageText(topic.head, topic.seq, ts, type, data, reset);
      this.#numbered.push({ topic, text });
      const others = texts.get(topic);
      if (others === undefined) texts.set(topic, [text]);
      else others.push(text);
    }
    this.#ring.append([...texts].map(([topic, messages]) => rowOf(topic, messages)));
    for (const topic of texts.keys()) this.#ring.trim(topic.name, topic.marks);
  }

  /** What the next call of `takeNumbered` answers. */
  get numbered(): readonly Numbered<Listener>[] {
    return this.#numbered;
  }

  /** Messages of the groups since the last call, in the order in which they happened. */
  takeNumbered(): readonly Numbered<Listener>[] {
    const numbered = this.#numbered;
    if (numbered.length > 0) this.#numbered = [];
    return numbered;
  }

  /** Asked only where the topic holds them. */
  after(topic: Topic<Listener>, seq: number): string[] {
    return seq === topic.seq ? [] : this.#ring.after(topic.name, seq);
  }

  unitsThrough(topic: Topic<Listener>, seq: number): number {
    return this.#ring.unitsThrough(topic.name, seq, topic.marks);
  }

  #keep(source: TopicSource, { epoch, seq }: Pick<TopicRow, "epoch" | "seq">): Topic<Listener> {
    const marks = this.#ring.marksOf(source.topic, seq);
    const topic = new Topic<Listener>(source, epoch, Math.max(seq, marks.last), marks);
    this.#watched.set(source.topic, topic);
    return topic;
  }

  #row(name: string): TopicRow | undefined {
    return this.#sql.exec<TopicRow>(
      "SELECT topic, epoch, seq, watched_until FROM stream_topic WHERE topic = ?1",
      name,
    )[0];
  }

  /** One that cooled in a turn whose group is not written knows better than the disk. */
  #cooledRow(name: string): Pick<TopicRow, "epoch" | "seq"> | undefined {
    const cooled = this.#cooled.get(name);
    this.#cooled.delete(name);
    return cooled;
  }

  /** Who comes back to a topic that has left finds another epoch. */
  #makeRoom(): boolean {
    const [resting] = this.#sql.exec<{ topic: string }>(
      "DELETE FROM stream_topic WHERE topic = (SELECT topic FROM stream_topic WHERE watched_until <= ?1 ORDER BY watched_until LIMIT 1) RETURNING topic",
      this.#clock.now(),
    );
    if (resting === undefined) return false;
    this.#ring.clear(resting.topic);
    this.#watched.delete(resting.topic);
    this.#cooled.delete(resting.topic);
    this.#rows -= 1;
    return true;
  }

  #put({ name, epoch, seq }: Topic<Listener>, watchedUntil: number | null): void {
    this.#sql.exec(
      "INSERT OR REPLACE INTO stream_topic (topic, epoch, seq, watched_until) VALUES (?1, ?2, ?3, ?4)",
      name,
      epoch,
      seq,
      watchedUntil,
    );
  }

  #writeCooled(): void {
    for (const topic of this.#cooled.values()) {
      this.#put(topic, LEFT_OUT);
      this.#ring.clear(topic.name);
    }
    this.#cooled.clear();
  }
}

function rowOf<Listener>({ name, seq, marks }: Topic<Listener>, texts: readonly string[]): RingRow {
  const messages = joined(texts);
  const first = seq - texts.length + 1;
  marks.last = seq;
  marks.ordinal += 1;
  marks.units += messages.length;
  return { topic: name, first, last: seq, ordinal: marks.ordinal, units: marks.units, messages };
}
