/** An actor that hosts topics, in the words of the contract between actors and gateways, written down anew. */
import { answer } from "../../../actors/runtime/reply.ts";
import type { LinkHostApi, Pulse, ReplayFrom } from "../../../actors/runtime/streams/link.ts";
import { ackText, headOf, messageText } from "../../../actors/runtime/streams/message-text.ts";

type Message = {
  readonly seq: number;
  readonly type: string;
  readonly data: unknown;
  readonly reset?: "too-much";
};
class HostedTopic {
  epoch = "e1";
  seq = 1;
  state: unknown = null;
  messages: Message[] = [];
  /** Messages up to it are forgotten. */
  from = 1;
}

export class FakeHost implements LinkHostApi {
  readonly topics = new Map<string, HostedTopic>();
  readonly linked = new Set<string>();
  readonly frames: string[] = [];
  readonly replays: (ReplayFrom | undefined)[] = [];
  /** What is to be told; a world pumps it. */
  outbox: string[] = [];
  isAway = false;
  beat: Pulse = { lastTs: null, isOpen: true, isAway: false };
  /** The names that it hosts. */
  has: (topic: string) => boolean = () => true;
  /** Called before a replay is answered. */
  beforeReplay: () => void | Promise<void> = () => {};
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  topic(name: string): HostedTopic {
    const topic = this.topics.get(name) ?? new HostedTopic();
    this.topics.set(name, topic);
    return topic;
  }

  publish(name: string, type: string, data: unknown, isState = true): void {
    const topic = this.topic(name);
    topic.seq += 1;
    if (isState) topic.state = data;
    topic.messages.push({ seq: topic.seq, type, data });
    if (this.linked.has(name)) this.outbox.push(this.#text(name, topic.seq, type, data));
  }

  /** Its ring is lost, and the sequence with it. */
  renew(name: string, epoch: string): void {
    const topic = this.topic(name);
    Object.assign(topic, { epoch, seq: 1, messages: [], from: 1 });
    if (this.linked.has(name)) this.outbox.push(this.#snap(name, "epoch"));
  }

  async link(_envelope: unknown, _gateway: string, frame: string) {
    this.frames.push(frame);
    if (this.isAway) throw new Error("away");
    const { op, topic: resumed, topics = [], epoch, seq } = JSON.parse(frame);
    if (op === "resume") {
      this.linked.add(resumed);
      this.again(resumed, epoch, seq);
    }
    const errors: { topic: string; code: string; detail: string }[] = [];
    for (const topic of topics as string[]) {
      if (op === "unsubscribe") this.linked.delete(topic);
      else if (!this.has(topic)) errors.push({ topic, code: "topic-unknown", detail: "no such topic" });
      else this.linked.add(topic);
    }
    if (op === "subscribe") {
      this.outbox.push(ackText(undefined, [], errors));
      for (const topic of topics as string[]) if (this.has(topic)) this.outbox.push(this.#snap(topic));
    }
    return answer(null);
  }

  async replay(_envelope: unknown, name: string, from?: ReplayFrom) {
    this.replays.push(from);
    await this.beforeReplay();
    if (this.isAway) throw new Error("away");
    const topic = this.topic(name);
    if (from === undefined) return answer([this.#snap(name)]);
    if (from.epoch !== topic.epoch) return answer([this.#snap(name, "epoch")]);
    if (from.seq > topic.seq) return answer([this.#snap(name, "ahead")]);
    if (from.seq < topic.from) return answer([this.#snap(name, "beyond-ring")]);
    const after = topic.messages.filter(({ seq }) => seq > from.seq);
    return answer(after.map(({ seq, type, data }) => this.#text(name, seq, type, data)));
  }

  async pulse() {
    if (this.isAway) throw new Error("away");
    return answer(this.beat);
  }

  /** What a gateway is behind at: as a resume. */
  again(name: string, epoch: string, seq: number): void {
    const topic = this.topic(name);
    if (epoch !== topic.epoch || seq < topic.from) this.outbox.push(this.#snap(name, "beyond-ring"));
    else
      for (const message of topic.messages)
        if (message.seq > seq) this.outbox.push(this.#text(name, message.seq, message.type, message.data));
  }

  #snap(name: string, reset?: "epoch" | "ahead" | "beyond-ring"): string {
    const { epoch, seq, state } = this.topic(name);
    return messageText(headOf(name, epoch), seq, this.#now(), "snap", JSON.stringify(state), reset);
  }

  #text(name: string, seq: number, type: string, data: unknown): string {
    return messageText(headOf(name, this.topic(name).epoch), seq, this.#now(), type, JSON.stringify(data));
  }
}
