/** What the turns of a group have published and nobody has numbered yet. */
import type { ResetReason } from "../../../src/contracts/streams.ts";
import type { TopicSource } from "./topic.ts";

/** Of one topic and group, in UTF-16 units: a row of the ring must stay below the platform's 2 MB, and a frame readable. */
export const GROUP_UNITS_MAX = 524_288;
/** Of one topic and group: eight full frames of orders, or a feed that catches up; beyond it nobody follows one by one. */
export const GROUP_MESSAGES_MAX = 4_096;

/** JSON text, or how to make it at the end of the group; undefined where it is no news any more by then. */
export type Published = { readonly type: string; readonly data: string | (() => string | undefined) };

type Told<Of> = {
  readonly topic: Of;
  readonly type: string;
  readonly data: string;
  readonly reset?: ResetReason;
};
type Load = { messages: number; units: number };
type Entry<Of> = Published & { readonly topic: Of };

export class Pending<Of extends { readonly name: string; readonly source: TopicSource }> {
  /** In order of the newest of each key. */
  readonly #entries = new Map<string | number, Entry<Of>>();
  readonly #loads = new Map<Of, Load>();
  readonly #leftOut = new Set<Of>();
  #unnamed = 0;

  get isEmpty(): boolean {
    return this.#entries.size === 0 && this.#leftOut.size === 0;
  }

  add(topic: Of, { type, data }: Published, key: string | undefined): void {
    if (this.#leftOut.has(topic)) return;
    const name = key === undefined ? ++this.#unnamed : `${topic.name} ${key}`;
    // The newest stands where it happened.
    if (key !== undefined) this.#entries.delete(name);
    this.#entries.set(name, { topic, type, data });
    this.#load(topic, typeof data === "string" ? data.length : 0);
  }

  leaveOut(topic: Of): void {
    this.#leftOut.add(topic);
    for (const [name, entry] of this.#entries) if (entry.topic === topic) this.#entries.delete(name);
  }

  /** In the order of what happened last; a topic with too much becomes one snapshot, at the end. */
  take(): Told<Of>[] {
    const told: Told<Of>[] = [];
    for (const { topic, type, data } of this.#entries.values()) {
      const text = typeof data === "string" ? data : data();
      if (text === undefined) continue;
      if (typeof data !== "string") this.#load(topic, text.length);
      told.push({ topic, type, data: text });
    }
    const kept = this.#leftOut.size === 0 ? told : told.filter(({ topic }) => !this.#leftOut.has(topic));
    for (const topic of this.#leftOut)
      kept.push({ topic, type: "snap", data: topic.source.snapshot(), reset: "too-much" });
    this.#entries.clear();
    this.#loads.clear();
    this.#leftOut.clear();
    this.#unnamed = 0;
    return kept;
  }

  #load(topic: Of, units: number): void {
    const load = this.#loads.get(topic) ?? { messages: 0, units: 0 };
    this.#loads.set(topic, load);
    load.messages += units === 0 ? 0 : 1;
    load.units += units;
    if (load.messages > GROUP_MESSAGES_MAX || load.units > GROUP_UNITS_MAX) this.leaveOut(topic);
  }
}
