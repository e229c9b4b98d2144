/** One topic that somebody listens to: where it stands, who hears it, how late it is. */
import type { ConflateMs } from "../../contracts/gateway-streams.ts";
import type { ResetReason, TopicError } from "../../contracts/streams.ts";
import type { TopicMessage, TopicStatus } from "./message.ts";
import { isBehind, type Place, verdictOf } from "./place.ts";
import { isWhole } from "./topic-data.ts";

/** Messages that were lost for this reader: the snapshot stands for them. `resubscribed`: the place was no longer known there. */
export type Missed = {
  readonly topic: string;
  readonly after: Place;
  readonly at: Place;
  readonly reason: ResetReason | "resubscribed";
};

/** A message as a listener gets it. */
export type HeardMessage = TopicMessage & {
  /** Of our clock. */
  readonly receivedAt: number;
  /** How many were left out on purpose before this one: the topic is conflated. */
  readonly skipped: number;
  readonly missed?: Missed;
};
export type Listener = (message: HeardMessage) => void;

/** `waiting`: not answered yet. `behind`: something is missing and has been asked for. The others are the server's words. */
export type TopicHealth = {
  readonly topic: string;
  readonly state: "waiting" | "refused" | "behind" | TopicStatus["state"];
  readonly seq: number | null;
  /** From when the last message was made until it was here, by the server's clock as pings tell it. Not of what was only caught up with. */
  readonly lagMs: number | null;
  /** Since the last message came. */
  readonly ageMs: number | null;
  readonly skipped: number;
  readonly missed: number;
  readonly error?: TopicError;
};

/** What is to be done about a message beyond telling it. */
export type Demand = "none" | "resume" | "acknowledge";
/** `since`: when this connection began. */
export type Arrival = { readonly now: number; readonly lagMs: number | null; readonly since: number };

export class Followed {
  readonly topic: string;
  readonly listeners = new Set<Listener>();
  /** Whose listeners hear it too. */
  wildcard: Followed | undefined;
  conflateMs: ConflateMs | undefined;
  place: Place | undefined;
  /** Of the place's epoch; undefined: nothing of it yet. */
  acked: number | undefined;
  /** The id of the resume that is under way: each further message out of order would ask again. */
  askedBy: string | undefined;
  /** A snapshot was asked for by us: it stands for nothing that was lost. */
  renewing = false;
  error: TopicError | undefined;
  #status: TopicStatus["state"] = "live";
  #last: HeardMessage | undefined;
  #lastAt: number | undefined;
  #lagMs: number | null = null;
  /** When the newest snapshot came. */
  #begunAt = 0;
  #skipped = 0;
  #missed = 0;
  /** Where a heartbeat said that it stands, if that was ahead of us. */
  #awaited: Place | undefined;

  constructor(topic: string) {
    this.topic = topic;
  }

  /** Whether it is a wildcard that means this topic. */
  means(topic: string): boolean {
    const [before = "", after] = this.topic.split("*");
    return after !== undefined && topic.startsWith(before) && topic.endsWith(after);
  }

  get isWanted(): boolean {
    return this.listeners.size > 0 || this.wildcard !== undefined;
  }

  /** A listener that throws takes nothing from the others, and is heard of where uncaught errors are. */
  tell(heard: HeardMessage): void {
    for (const listener of [...this.listeners]) {
      try {
        listener(heard);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
    this.wildcard?.tell(heard);
  }

  /** What a listener that comes later may begin with; undefined where only the server has that. */
  get first(): HeardMessage | undefined {
    return this.#last === undefined ? undefined : { ...this.#last, type: "snap", skipped: 0 };
  }

  take(message: TopicMessage, arrival: Arrival): { readonly demand: Demand; readonly heard?: HeardMessage } {
    const { place } = this;
    switch (verdictOf(place, message)) {
      case "snapshot":
        // The stream of an account begins with one that nobody asked for: whoever has asked to go on where he was gets what lies between.
        if (this.askedBy !== undefined && message.reset === undefined) return { demand: "none" };
        return { demand: "acknowledge", heard: this.#snapshot(message, arrival) };
      case "next":
        return { demand: "acknowledge", heard: this.#next(message, arrival) };
      case "hole":
        return { demand: "resume" };
      case "about":
        return { demand: this.#about(message) };
      case "repeat":
      case "early":
        return { demand: "none" };
    }
  }

  /** A heartbeat names it. What is on its way needs no resume: only who is still behind at the next one has lost something. */
  heartbeat(told: Place): Demand {
    if (this.place === undefined) return "none";
    const lost = this.#awaited !== undefined && isBehind(this.place, this.#awaited);
    this.#awaited = isBehind(this.place, told) ? told : undefined;
    return lost ? "resume" : "none";
  }

  health(now: number, isConnected: boolean): TopicHealth {
    return {
      topic: this.topic,
      state: this.#state(isConnected),
      seq: this.place?.seq ?? null,
      lagMs: this.#lagMs,
      ageMs: this.#lastAt === undefined ? null : Math.max(0, now - this.#lastAt),
      skipped: this.#skipped,
      missed: this.#missed,
      ...(this.error === undefined ? {} : { error: this.error }),
    };
  }

  #state(isConnected: boolean): TopicHealth["state"] {
    if (this.error !== undefined) return "refused";
    // A wildcard has no place of its own.
    if (!isConnected || (this.place === undefined && !this.topic.includes("*"))) return "waiting";
    return this.askedBy === undefined ? this.#status : "behind";
  }

  #snapshot(message: TopicMessage, arrival: Arrival): HeardMessage {
    const missed = this.#missedBefore(message);
    if (missed !== undefined) this.#missed += 1;
    this.acked = undefined;
    this.renewing = false;
    return this.#heard(message, arrival, { skipped: 0, ...(missed === undefined ? {} : { missed }) });
  }

  #missedBefore({ topic, epoch, seq, reset }: TopicMessage): Missed | undefined {
    const after = this.place;
    if (after === undefined || this.renewing || (epoch === after.epoch && seq === after.seq))
      return undefined;
    return { topic, after, at: { epoch, seq }, reason: reset?.reason ?? "resubscribed" };
  }

  #next(message: TopicMessage, arrival: Arrival): HeardMessage {
    const skipped = message.seq - (this.place?.seq ?? message.seq) - 1;
    this.#skipped += skipped;
    return this.#heard(message, arrival, { skipped });
  }

  #heard(
    message: TopicMessage,
    arrival: Arrival,
    more: Pick<HeardMessage, "skipped" | "missed">,
  ): HeardMessage {
    const { epoch, seq } = message;
    const { now } = arrival;
    this.place = { epoch, seq };
    this.askedBy = undefined;
    this.error = undefined;
    this.#status = "live";
    this.#lastAt = now;
    if (message.type === "snap") this.#begunAt = now;
    else this.#timed(arrival);
    const heard = { ...message, ...more, receivedAt: now };
    if (isWhole(this.topic)) this.#last = heard;
    return heard;
  }

  /** A snapshot, and what was made before it came or before a cut was over, may be of long ago, and says nothing of the way. */
  #timed({ now, lagMs, since }: Arrival): void {
    if (lagMs === null || now - lagMs >= Math.max(this.#begunAt, since)) this.#lagMs = lagMs;
  }

  #about({ type, epoch, seq, data }: TopicMessage): Demand {
    if (type === "status") {
      this.#status = stateIn(data) ?? this.#status;
      return "none";
    }
    return this.place !== undefined && isBehind(this.place, { epoch, seq }) ? "resume" : "acknowledge";
  }
}

const STATES: readonly string[] = ["mute", "source-away", "closed", "live"] satisfies TopicStatus["state"][];

function stateIn(data: unknown): TopicStatus["state"] | undefined {
  const state = (data as { readonly state?: unknown } | null)?.state;
  return typeof state === "string" && STATES.includes(state) ? (state as TopicStatus["state"]) : undefined;
}
