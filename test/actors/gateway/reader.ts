/**
 * A client of `/v1/stream` that believes nothing: every message follows the one before, or says from where it skips, or is a snapshot that was
 * asked for or says why it came. What topics hold it works out by itself.
 */
import { expect } from "vitest";
import type { Said } from "../../support/stream-messages.ts";
import type { Visitor, World } from "./gateway-world.ts";

/** A list of what happened, or the newest state, which skips. */
type Known = { epoch: string; seq: number; list: number[] };

export class Reader {
  readonly #world: World;
  readonly wanted = new Set<string>();
  readonly known = new Map<string, Known>();
  /** Topics whose first snapshot is to come. */
  readonly #fresh = new Set<string>();
  /** Frames without an answer yet. */
  readonly #open = new Set<unknown>();
  #frames = 0;
  /** Topics whose actor did not answer. */
  readonly #away = new Set<string>();
  #visitor: Visitor | undefined;
  #session: string | undefined;
  /** Snapshots that said that something is missing. */
  readonly resets: string[] = [];
  anew = 0;

  constructor(world: World) {
    this.#world = world;
  }

  get isOpen(): boolean {
    return this.#visitor !== undefined && this.#visitor.socket.closing === undefined;
  }

  /** Everything that it has asked for was answered. */
  get isServed(): boolean {
    return this.#open.size === 0;
  }

  connect(): void {
    if (this.isOpen) return;
    this.#open.clear();
    const before = this.#session;
    this.#visitor = this.#world.connect();
    this.#session = this.#visitor.session;
    if (before !== undefined) this.#open.add("restore");
    if (before === undefined) for (const topic of this.wanted) this.#ask(topic);
    else
      this.#say({
        op: "restore",
        id: "restore",
        session: before,
        at: [...this.#nowhere(), ...this.#places()],
      });
  }

  /** `unread`: what lies in its socket is lost with it. */
  leave(unread: boolean): void {
    if (!unread) this.read();
    this.#visitor?.leave();
    this.#visitor = undefined;
  }

  /** Its gateway was killed, and the connection with it. */
  cut(): void {
    this.#visitor = undefined;
  }

  want(topic: string): void {
    this.read();
    this.wanted.add(topic);
    this.#ask(topic);
  }

  drop(topic: string): void {
    this.read();
    if (!this.wanted.delete(topic)) return;
    this.known.delete(topic);
    this.#fresh.delete(topic);
    this.#say({ op: "unsubscribe", id: this.#next(), topics: [topic] });
  }

  acknowledge(): void {
    this.read();
    for (const topic of this.#away) if (this.wanted.has(topic)) this.#ask(topic);
    this.#away.clear();
    const topics = this.#places().map(({ topic, seq }) => ({ topic, seq }));
    if (topics.length > 0) this.#say({ op: "ack", topics });
  }

  read(): void {
    for (const said of this.#visitor?.take() ?? []) this.#hear(said);
  }

  #hear(said: Said): void {
    if (said.op === "hb") for (const place of said.topics) this.#compare(place);
    else if (said.op === "ack") this.#acknowledged(said);
    else if (said.op === "error") this.#refused(said.code);
    else if (said.op === undefined && this.wanted.has(said.topic)) this.#take(said);
  }

  /** What was sent has come: a heartbeat stands behind it. */
  #compare({ topic, epoch, seq }: Said): void {
    const known = this.known.get(topic);
    if (known !== undefined) expect({ epoch, seq }).toEqual({ epoch: known.epoch, seq: known.seq });
  }

  #acknowledged({ id, topics, errors }: Said): void {
    this.#open.delete(id);
    for (const { topic, code } of errors) {
      expect(["dependency-unavailable", "topic-not-subscribed"]).toContain(code);
      if (code === "dependency-unavailable") this.#away.add(topic);
    }
    if (id !== "restore") return;
    const seated = new Set(topics.map(({ topic }: Said) => topic));
    for (const topic of this.wanted) if (!seated.has(topic)) this.#ask(topic);
  }

  #refused(code: string): void {
    if (code === "session-unknown") {
      this.#open.delete("restore");
      this.anew += 1;
      for (const topic of this.wanted) this.#ask(topic);
    } else expect(["topic-not-subscribed"]).toContain(code);
  }

  #ask(topic: string): void {
    const known = this.known.get(topic);
    if (known === undefined) this.#fresh.add(topic);
    const id = this.#next();
    if (known === undefined) this.#say({ op: "subscribe", id, topics: [topic] });
    else this.#say({ op: "resume", id, topic, epoch: known.epoch, seq: known.seq });
  }

  #next(): number {
    this.#frames += 1;
    this.#open.add(this.#frames);
    return this.#frames;
  }

  #take({ topic, epoch, seq, prev = seq - 1, type, data, reset }: Said): void {
    if (type === "status" || type === "hb" || type === "lagging") return;
    const known = this.known.get(topic);
    if (type === "snap") {
      // Whoever has nothing is missing nothing, whatever the snapshot says.
      if (known !== undefined) {
        expect([topic, typeof reset?.reason]).toEqual([topic, "string"]);
        this.resets.push(`${topic} ${reset.reason}`);
      }
      this.#fresh.delete(topic);
      this.known.set(topic, { epoch, seq, list: [...data] });
      return;
    }
    if (known === undefined) throw new Error(`${topic} begins with a ${type}`);
    // Whoever resumes what it listens to has some of it in its socket still.
    if (epoch === known.epoch && seq <= known.seq) return;
    expect([topic, epoch, prev <= known.seq && known.seq < seq]).toEqual([topic, known.epoch, true]);
    if (topic.startsWith("trades")) expect(prev).toBe(seq - 1);
    known.seq = seq;
    known.list = topic.startsWith("trades") ? [...known.list, ...data] : [...data];
  }

  /** Of what has not come yet the first snapshot may be lost, and to the gateway it was sent. */
  #nowhere() {
    return [...this.#fresh].map((topic) => ({ topic, epoch: "", seq: 0 }));
  }

  #places() {
    return [...this.known].map(([topic, { epoch, seq }]) => ({ topic, epoch, seq }));
  }

  #say(frame: object): void {
    if (this.isOpen) this.#visitor?.say(frame);
  }
}
