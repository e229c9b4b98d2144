/** The standard ops of a stream. Each answers at once, between two groups: so a snapshot is the state as of its sequence. */
import {
  type AckFrame,
  type ClientFrame,
  type FrameId,
  type ResetReason,
  type ResumeFrame,
  TOPICS_PER_CONNECTION_MAX,
  type TopicError,
} from "../../../src/contracts/streams.ts";
import type { Clock } from "../clock.ts";
import type { Client } from "./client.ts";
import { ackText, errorText, messageText, pongText } from "./message-text.ts";
import { LAGGING_UNITS, type SlowClients } from "./slow-clients.ts";
import type { Topic, TopicRefusal, TopicSource } from "./topic.ts";
import type { Topics } from "./topics.ts";

export type SourceOf = (name: string) => TopicSource | TopicRefusal;

const TOO_MANY = {
  code: "too-many-topics",
  detail: `a connection holds at most ${TOPICS_PER_CONNECTION_MAX} topics`,
};

export class Subscribing {
  readonly #clock: Clock;
  readonly #topics: Topics<Client>;
  readonly #slow: SlowClients;
  readonly #sourceOf: SourceOf;

  constructor(clock: Clock, topics: Topics<Client>, slow: SlowClients, sourceOf: SourceOf) {
    this.#clock = clock;
    this.#topics = topics;
    this.#slow = slow;
    this.#sourceOf = sourceOf;
  }

  /** What is said in answer, in one frame. */
  answer(client: Client, frame: ClientFrame): readonly string[] {
    switch (frame.op) {
      case "subscribe":
        return this.subscribe(client, frame.id, frame.topics);
      case "unsubscribe":
        return this.#unsubscribe(client, frame.id, frame.topics);
      case "resume":
        return this.#resume(client, frame);
      case "ack":
        return this.#acknowledge(client, frame);
      case "ping":
        return this.#ping(client, frame.id);
    }
  }

  subscribe(client: Client, id: FrameId | undefined, names: readonly string[]): readonly string[] {
    const errors: TopicError[] = [];
    const snaps: string[] = [];
    for (const name of new Set(names)) {
      const topic = this.#opened(client, name);
      if ("code" in topic) errors.push({ topic: name, ...topic });
      else if (!client.progress.has(topic)) {
        client.listen(topic);
        if (client.keepMore()) snaps.push(this.#snap(topic), ...this.#slow.word(client, topic));
        else {
          this.leave(client, topic);
          errors.push({ topic: name, ...TOO_MANY });
        }
      }
    }
    return [this.#ack(client, id, errors), ...snaps];
  }

  /** The last one who leaves a topic lets it rest. */
  leave(client: Client, topic: Topic<Client>): void {
    client.leave(topic);
    if (topic.listeners.size === 0) this.#topics.quit(topic);
  }

  #unsubscribe(client: Client, id: FrameId | undefined, names: readonly string[]): readonly string[] {
    const errors: TopicError[] = [];
    for (const name of new Set(names)) {
      const topic = this.#topics.find(name);
      if (topic !== undefined && client.progress.has(topic)) this.leave(client, topic);
      else errors.push({ topic: name, ...NOT_SUBSCRIBED });
    }
    const missed = this.#slow.caughtUp(client);
    client.keep();
    return [this.#ack(client, id, errors), ...missed];
  }

  #resume(client: Client, { id, topic: name, epoch, seq }: ResumeFrame): readonly string[] {
    const topic = this.#opened(client, name);
    if ("code" in topic) return [this.#ack(client, id, [{ topic: name, ...topic }])];
    const reason = this.#restart(client, topic, epoch, seq);
    const others = this.#slow.caughtUp(client);
    if (!client.keepMore()) {
      this.leave(client, topic);
      return [this.#ack(client, id, [{ topic: name, ...TOO_MANY }])];
    }
    const missed = reason === undefined ? this.#topics.after(topic, seq) : [this.#snap(topic, reason)];
    return [this.#ack(client, id, []), ...missed, ...others, ...this.#slow.word(client, topic)];
  }

  /**
   * From anew, also where it listens already: it says itself how far it has come. What it has not taken in by that lies in its socket
   * still, beside what is sent again, until it acknowledges something of it.
   */
  #restart(client: Client, topic: Topic<Client>, epoch: string, seq: number): ResetReason | undefined {
    const lying = this.#lying(client, topic, epoch, seq);
    client.leave(topic);
    const progress = client.listen(topic);
    const reason = this.#resetReason(client, topic, epoch, seq, lying);
    const again = reason === undefined ? topic.marks.units - this.#topics.unitsThrough(topic, seq) : 0;
    if (reason === undefined) progress.acked = seq;
    // The snapshot can be acknowledged.
    else if (lying > 0) progress.acked = topic.seq - 1;
    progress.ackedUnits -= again + lying;
    client.unacked += again + lying;
    return reason;
  }

  #lying(client: Client, topic: Topic<Client>, epoch: string, seq: number): number {
    const progress = client.progress.get(topic);
    if (progress === undefined) return 0;
    const { acked, ackedUnits } = progress;
    const sent = client.sentUnits(topic, progress);
    const isAhead = epoch === topic.epoch && seq > acked && seq <= client.sentSeq(topic, progress);
    return sent - (isAhead ? this.#topics.unitsThrough(topic, seq) : ackedUnits);
  }

  /** Why the messages in between cannot be sent again. */
  #resetReason(
    client: Client,
    topic: Topic<Client>,
    epoch: string,
    seq: number,
    lying: number,
  ): ResetReason | undefined {
    if (epoch !== topic.epoch) return "epoch";
    if (seq > topic.seq) return "ahead";
    if (!topic.holdsAfter(seq)) return "beyond-ring";
    const again = topic.marks.units - this.#topics.unitsThrough(topic, seq);
    return client.laggingSince !== undefined || client.unacked + lying + again > LAGGING_UNITS
      ? "too-much"
      : undefined;
  }

  #acknowledge(client: Client, { id, topic: name, seq }: AckFrame): readonly string[] {
    const topic = this.#topics.find(name);
    const progress = topic === undefined ? undefined : client.progress.get(topic);
    if (topic === undefined || progress === undefined)
      return [errorText(id, NOT_SUBSCRIBED.code, NOT_SUBSCRIBED.detail)];
    if (seq > client.sentSeq(topic, progress))
      return [errorText(id, "range", "seq: no message of this sequence was sent")];
    // Acknowledgements may overtake each other.
    if (seq <= progress.acked) return [];
    const units = this.#topics.unitsThrough(topic, seq);
    client.unacked -= units - progress.ackedUnits;
    progress.acked = seq;
    progress.ackedUnits = units;
    client.replied = 0;
    const missed = this.#slow.caughtUp(client);
    client.keep();
    return missed;
  }

  #ping(client: Client, id: FrameId | undefined): readonly string[] {
    const now = this.#clock.now();
    const beats = [...client.progress].map(([topic, progress]) =>
      messageText(topic.head, client.sentSeq(topic, progress), now, "hb", "null"),
    );
    return [pongText(id), ...beats];
  }

  #opened(client: Client, name: string): Topic<Client> | TopicRefusal {
    const watched = this.#topics.find(name);
    if (watched !== undefined && client.progress.has(watched)) return watched;
    if (client.progress.size >= TOPICS_PER_CONNECTION_MAX) return TOO_MANY;
    const source = this.#sourceOf(name);
    if ("code" in source) return { code: source.code, detail: source.detail };
    const opened = this.#topics.open(source);
    return "code" in opened ? { code: opened.code, detail: opened.detail ?? "not now" } : opened;
  }

  #snap(topic: Topic<Client>, reason?: ResetReason): string {
    return messageText(topic.head, topic.seq, this.#clock.now(), "snap", topic.source.snapshot(), reason);
  }

  #ack(client: Client, id: FrameId | undefined, errors: readonly TopicError[]): string {
    return ackText(
      id,
      [...client.progress].map(([topic, progress]) => topic.placeAt(client.sentSeq(topic, progress))),
      errors,
    );
  }
}

const NOT_SUBSCRIBED = { code: "topic-not-subscribed", detail: "this connection does not listen to it" };
