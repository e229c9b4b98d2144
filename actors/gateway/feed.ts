/** One topic of one actor, as this gateway follows it: where it stands, its newest messages, and its lanes. */
import type { TopicState } from "../../src/contracts/gateway-streams.ts";
import type { ResetReason, TopicPosition } from "../../src/contracts/streams.ts";
import {
  isNewest,
  isState,
  latestKey,
  messagePolicy,
  type TopicPolicy,
  topicPolicy,
} from "../../src/domain/stream-policy.ts";
import { type Head, headOf, messageText, readHead } from "../runtime/streams/message-text.ts";
import { FeedRing, type RingEntry } from "./feed-ring.ts";
import { Lane, textsAfter } from "./lane.ts";
import { CATCH_UP_UNITS_MAX } from "./limits.ts";

/** The state at a message, from which a newcomer is sent what followed. */
type Base = { readonly seq: number; readonly data: string };

/** What became of a message that the actor told. `known`: it was here before, or says nothing of the topic. `behind`: something is missing before it. */
export type Taking = "news" | "known" | "behind";
/** Takes what a lane sends of a message now. */
export type Send = (lane: Lane, texts: readonly string[]) => void;

/** Nothing of the topic itself: places, and what concerns one listener. */
const ASIDE: ReadonlySet<string> = new Set(["lagging", "status"]);

export class Feed {
  readonly actor: string;
  readonly topic: string;
  readonly policy: TopicPolicy;
  readonly ring = new FeedRing();
  readonly lanes = new Map<number, Lane>();
  epoch = "";
  head = "";
  seq = 0;
  isLive = false;
  /** When its last message came; for one that has none yet, when it was opened. */
  heardAt: number;
  /** Connections that want it. */
  wanted = 0;
  /** While nobody does: since when. */
  idleSince: number | undefined;
  state: TopicState = "live";
  /** Of its market, when that was asked for last. */
  lastTs: number | null = null;
  /** While it is silent: when its actor is asked next, and how long the wait was. */
  askAt = 0;
  askMs = 0;
  #base: Base | undefined;

  constructor(actor: string, topic: string, now: number) {
    this.actor = actor;
    this.topic = topic;
    this.policy = topicPolicy(topic);
    this.heardAt = now;
    this.idleSince = now;
  }

  get place(): TopicPosition {
    return { topic: this.topic, epoch: this.epoch, seq: this.seq };
  }

  get listeners(): number {
    let listeners = 0;
    for (const lane of this.lanes.values()) listeners += lane.listeners.size;
    return listeners;
  }

  /** Topics whose every message arrives have one lane: there is nothing to be conflated. */
  lane(conflateMs: number): Lane {
    const pace = this.policy === "lossless" ? 0 : conflateMs;
    const lane = this.lanes.get(pace) ?? new Lane(this, pace);
    this.lanes.set(pace, lane);
    return lane;
  }

  take(head: Head, text: string, send: Send): Taking {
    if (ASIDE.has(head.type)) return "known";
    if (head.type === "snap") return this.#takeSnapshot(head, text, send);
    // Its snapshot is on the way, but where a kill of the actor has kept it: then a place is told without it.
    if (!this.isLive) return head.type === "hb" ? "behind" : "known";
    if (head.type === "hb") return this.#isPast(head) ? "known" : "behind";
    if (head.epoch !== this.epoch || head.seq > this.seq + 1) return "behind";
    if (head.seq <= this.seq) return "known";
    return this.#append(head, text, send);
  }

  /** The state and what came after it, in place of whatever a listener has; undefined where that is not here. */
  anew(ts: number, reason?: ResetReason): readonly string[] | undefined {
    const base = this.#base;
    if (base === undefined || !this.ring.holdsAfter(base.seq)) return undefined;
    if (this.ring.unitsAfter(base.seq) > CATCH_UP_UNITS_MAX) return undefined;
    const snap = messageText(this.head, base.seq, ts, "snap", base.data, reason);
    return [snap, ...textsAfter(base.seq, this.ring.after(base.seq), this.head.length)];
  }

  /** A snapshot that was asked for. It may be ahead of what was told so far: then it is taken once that has come. */
  offer(head: Head, text: string): boolean {
    if (head.epoch !== this.epoch || head.seq > this.seq) return false;
    if (head.seq >= (this.#base?.seq ?? 0)) this.#base = { seq: head.seq, data: dataOf(head, text) };
    return true;
  }

  /** What came right after that place, as the actor has sent it again. */
  backfill(seq: number, texts: readonly string[]): void {
    const entries = texts.flatMap((text) => {
      const head = readHead(text);
      return head === undefined ? [] : [this.#entryOf(head, text)];
    });
    this.ring.backfill(seq, entries);
  }

  #entryOf(head: Head, text: string): RingEntry {
    const data = dataOf(head, text);
    const isLatest = !head.isReset && messagePolicy(this.policy, head.type, data) === "latest";
    return { seq: head.seq, text, isLatest, key: isLatest ? latestKey(this.policy, data) : "" };
  }

  /** A snapshot of any place is taken, but for one that says nothing new: who subscribes again is sent one. */
  #takeSnapshot(head: Head, text: string, send: Send): Taking {
    if (this.isLive && head.epoch === this.epoch && head.seq <= this.seq) {
      this.offer(head, text);
      return "known";
    }
    // One that answers a subscription is no message of the topic: whoever listens may have missed some before it.
    const isSaid = head.isReset || !this.isLive;
    this.isLive = true;
    this.epoch = head.epoch;
    this.head = headOf(this.topic, head.epoch);
    this.seq = head.seq;
    this.ring.restart(head.seq);
    const data = dataOf(head, text);
    this.#base = { seq: head.seq, data };
    const told = isSaid ? text : messageText(this.head, head.seq, head.ts, "snap", data, "beyond-ring");
    for (const lane of this.lanes.values()) send(lane, lane.restart(head.seq, told));
    return "news";
  }

  #append(head: Head, text: string, send: Send): Taking {
    const entry = this.#entryOf(head, text);
    this.seq = head.seq;
    this.ring.append(entry);
    const data = dataOf(head, text);
    if (isState(this.policy, head.type) && isNewest(this.policy, data, this.#base?.data))
      this.#base = { seq: head.seq, data };
    for (const lane of this.lanes.values()) send(lane, lane.take(entry));
    return "news";
  }

  #isPast({ epoch, seq }: Head): boolean {
    return epoch === this.epoch && seq <= this.seq;
  }
}

const dataOf = ({ dataAt }: Head, text: string): string => text.slice(dataAt, -1);
