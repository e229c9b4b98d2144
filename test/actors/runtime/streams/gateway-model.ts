/** A gateway as the interface asks for one, and a reader of it: it holds each topic's list, and complains about whatever does not follow. */
import { expect } from "vitest";
import type { Taken } from "../../../../actors/runtime/streams/link.ts";
import type { TopicPosition } from "../../../../src/contracts/streams.ts";
import { messagesOf, type Said } from "../../../support/stream-messages.ts";
import type { LinkBench } from "./link-bench.ts";

type Known = { epoch: string; seq: number; list: number[] };

export class ModelGateway {
  readonly name: string;
  readonly #bench: LinkBench;
  /** Topics that it wants; undefined until its snapshot came. */
  readonly topics = new Map<string, Known | undefined>();
  resets = 0;

  constructor(name: string, bench: LinkBench) {
    this.name = name;
    this.#bench = bench;
  }

  subscribe(topic: string): void {
    this.topics.set(topic, undefined);
    this.#bench.link(this.name, { op: "subscribe", topics: [topic] });
  }

  unsubscribe(topic: string): void {
    if (this.topics.delete(topic)) this.#bench.link(this.name, { op: "unsubscribe", topics: [topic] });
  }

  /** Its memory is gone; whoever listened wants the same again, or does not come back. */
  crash(returning: readonly string[]): void {
    this.topics.clear();
    for (const topic of returning) this.subscribe(topic);
  }

  told(texts: readonly string[]): Taken {
    const unwanted = new Set<string>();
    const behind = new Map<string, TopicPosition>();
    for (const said of texts.flatMap((text) => messagesOf(text))) {
      if (said.op !== undefined) continue;
      if (!this.topics.has(said.topic)) unwanted.add(said.topic);
      else if (this.#take(said)) behind.delete(said.topic);
      else behind.set(said.topic, this.#placeOf(said.topic));
    }
    return { unwanted: [...unwanted], behind: [...behind.values()] };
  }

  /** False where something is missing before it. */
  #take({ topic, epoch, seq, type, data, reset }: Said): boolean {
    const known = this.topics.get(topic);
    if (known !== undefined && known.epoch === epoch && seq <= known.seq) return true;
    if (type === "snap" && (known === undefined || reset !== undefined)) {
      if (reset !== undefined) this.resets += 1;
      this.topics.set(topic, { epoch, seq, list: [...data] });
      return true;
    }
    // Before its snapshot nothing is of use; that one is on its way.
    if (known === undefined) return type !== "hb";
    if (type !== "delta" || epoch !== known.epoch || seq !== known.seq + 1) return false;
    known.seq = seq;
    known.list.push(data[0]);
    return true;
  }

  #placeOf(topic: string): TopicPosition {
    const { epoch, seq } = this.topics.get(topic) ?? { epoch: "", seq: 0 };
    return { topic, epoch, seq };
  }

  /** Each list is as the actor had it at some moment. */
  check(truth: ReadonlyMap<string, readonly number[]>): void {
    for (const [topic, known] of this.topics)
      if (known !== undefined) expect(known.list).toEqual(truth.get(topic)?.slice(0, known.list.length));
  }
}
