/** A gateway that keeps the contract of `/v1/stream` and loses everything that it may: frames on the wire, sessions, rings, epochs. */
import type { FakeSocket, Op } from "../fake-world.ts";

type Message = {
  topic: string;
  epoch: string;
  seq: number;
  ts: number;
  type: string;
  data: unknown;
  prev?: number;
  reset?: object;
};
export type HostedTopic = { epoch: string; seq: number; ring: Message[]; readonly lossless: Set<string> };
type Place = { readonly topic: string; readonly epoch: string; readonly seq: number };

/** Which of them are there follows from the op. */
type Said = {
  readonly op: string;
  readonly id: unknown;
  readonly topics: readonly string[];
  readonly topic: string;
  readonly epoch: string;
  readonly seq: number;
  readonly session: string;
  readonly at: readonly Place[];
};

/** Short, so that walks reach beyond it. */
const RING_MAX = 12;

/** One client's side: what was sent of each topic, what waits to be conflated, what is on the wire. */
class Link {
  readonly sent = new Map<string, Place>();
  readonly held = new Map<string, Message>();
  wire: object[] = [];
  read = 0;
  readonly socket: FakeSocket;
  readonly session: string;
  constructor(socket: FakeSocket, session: string) {
    this.socket = socket;
    this.session = session;
  }
}

export class FaultyGateway {
  readonly topics = new Map<string, HostedTopic>();
  /** It goes on from what it sent, whatever a client says of where it stands: what was on the wire is missing then. */
  goesOnFromSent = false;
  #sessions = new Map<string, Map<string, Place>>();
  #link: Link | undefined;
  #made = 0;

  constructor(names: readonly string[]) {
    for (const name of names)
      this.topics.set(name, { epoch: `${name}-e0`, seq: 0, ring: [], lossless: new Set() });
  }

  accept(socket: FakeSocket): void {
    this.#made += 1;
    const session = `g-1.${String(this.#made).padStart(32, "0")}`;
    this.#link = new Link(socket, session);
    this.#say({ op: "welcome", session, gateway: "g-1", heartbeatMs: 15_000 });
  }

  publish(topic: string, isLossless: boolean): void {
    const hosted = this.#topic(topic);
    hosted.seq += 1;
    if (isLossless) hosted.lossless.add(`${hosted.epoch} ${hosted.seq}`);
    const message = { topic, epoch: hosted.epoch, seq: hosted.seq, ts: 1, type: "delta", data: hosted.seq };
    hosted.ring = [...hosted.ring, message].slice(-RING_MAX);
    if (!this.#link?.sent.has(topic)) return;
    if (isLossless) this.#send(message);
    else this.#link.held.set(topic, message);
  }

  /** The pace of what is conflated. */
  tick(): void {
    for (const message of this.#link?.held.values() ?? []) this.#send(message);
  }

  /** Its numbers are lost: a new epoch, from a snapshot on. */
  loseEpoch(topic: string): void {
    const hosted = this.#topic(topic);
    this.#made += 1;
    Object.assign(hosted, { epoch: `${topic}-e${this.#made}`, seq: 3, ring: [] });
    this.#link?.held.delete(topic);
    if (this.#link?.sent.has(topic)) this.#snap(topic, "epoch");
  }

  /** What is on the wire comes again, as after a resume that was not needed. */
  stammer(): void {
    this.#link?.wire.push(...(this.#link?.wire.filter((message) => "seq" in message).slice(-2) ?? []));
  }

  beat(): void {
    const topics = [...(this.#link?.sent.values() ?? [])].map((place) => ({ ...place, ageMs: 0 }));
    this.#say({ op: "hb", ts: 1, topics });
  }

  forget(): void {
    this.#sessions.clear();
  }

  /** So many frames arrive, each with some messages. */
  deliver(frames: number): void {
    for (let frame = 0; frame < frames; frame++) {
      const some = this.#link?.wire.splice(0, 3) ?? [];
      if (some.length > 0) this.#link?.socket.says(...some);
    }
  }

  /** What is on the wire is lost; the session stands where it sent. */
  cut(): void {
    const link = this.#link;
    this.#link = undefined;
    if (link === undefined) return;
    this.#sessions.set(link.session, link.sent);
    link.socket.ends();
  }

  /** Takes what the client has said. */
  listen(): void {
    const link = this.#link;
    if (link === undefined) return;
    for (const frame of link.socket.sent.slice(link.read)) this.#hear(frame);
    link.read = link.socket.sent.length;
  }

  #hear(frame: Op): void {
    const { op, id, topics, topic, epoch, seq, session, at } = frame as Said;
    if (op === "subscribe") this.#subscribe(topics, id);
    else if (op === "unsubscribe") for (const one of topics) this.#link?.sent.delete(one);
    else if (op === "resume") {
      this.#acknowledge(id);
      this.#resume({ topic, epoch, seq });
    } else if (op === "restore") this.#restore(id, session, at);
    else if (op === "ping") this.#say({ op: "pong" });
  }

  #subscribe(topics: readonly string[], id: unknown): void {
    this.#acknowledge(id);
    for (const topic of topics) this.#snap(topic);
  }

  #restore(id: unknown, session: string, at: readonly Place[]): void {
    const kept = this.#sessions.get(session);
    this.#sessions.delete(session);
    if (kept === undefined) {
      this.#say({ op: "error", id, code: "session-unknown", detail: "" });
      return;
    }
    for (const [topic, place] of kept) this.#link?.sent.set(topic, place);
    this.#acknowledge(id);
    for (const [topic, place] of kept) {
      const named = this.goesOnFromSent ? undefined : at.find((one) => one.topic === topic);
      this.#resume(named ?? place);
    }
  }

  /** From there on, out of the ring; else a snapshot that says so. */
  #resume({ topic, epoch, seq }: Place): void {
    const hosted = this.#topic(topic);
    const first = hosted.ring[0]?.seq ?? hosted.seq + 1;
    if (epoch !== hosted.epoch || seq + 1 < first) {
      this.#snap(topic, epoch === hosted.epoch ? "beyond-ring" : "epoch");
      return;
    }
    this.#link?.held.delete(topic);
    this.#link?.sent.set(topic, { topic, epoch, seq });
    for (const message of hosted.ring) if (message.seq > seq) this.#send(message);
  }

  #snap(topic: string, reason?: string): void {
    const { epoch, seq } = this.#topic(topic);
    this.#link?.held.delete(topic);
    this.#link?.sent.set(topic, { topic, epoch, seq });
    const reset = reason === undefined ? {} : { reset: { reason } };
    this.#say({ topic, epoch, seq, ts: 1, type: "snap", ...reset, data: seq });
  }

  #send(message: Message): void {
    const before = this.#link?.sent.get(message.topic)?.seq ?? message.seq;
    this.#link?.held.delete(message.topic);
    if (message.seq <= before) return;
    this.#link?.sent.set(message.topic, { topic: message.topic, epoch: message.epoch, seq: message.seq });
    this.#say(before === message.seq - 1 ? message : { ...message, prev: before });
  }

  #acknowledge(id: unknown): void {
    const named = id === undefined ? {} : { id };
    this.#say({ op: "ack", ...named, topics: [...(this.#link?.sent.values() ?? [])], errors: [] });
  }

  #say(message: object): void {
    this.#link?.wire.push(message);
  }

  #topic(name: string): HostedTopic {
    const hosted = this.topics.get(name);
    if (hosted === undefined) throw new Error(`no ${name} here`);
    return hosted;
  }
}
