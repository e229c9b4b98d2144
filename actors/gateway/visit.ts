/** One connection to the gateway: what it listens to, under which session, and its frames in order. */
import type { TopicPosition } from "../../src/contracts/streams.ts";
import type { Client } from "../runtime/streams/client.ts";
import type { Bucket } from "../runtime/streams/rates.ts";
import type { Feed } from "./feed.ts";
import type { Lane } from "./lane.ts";
import type { Pattern } from "./wildcards.ts";

/** A topic that it wants. */
export type Seat = {
  readonly feed: Feed;
  conflateMs: number;
  /** Undefined while it waits for a snapshot. */
  lane: Lane | undefined;
};
export type StandingPattern = {
  readonly pattern: Pattern;
  readonly conflateMs: number;
  /** That it would be too many was said. */
  isRefused: boolean;
};

export class Visit {
  readonly client: Client;
  readonly seats = new Map<string, Seat>();
  readonly patterns = new Map<string, StandingPattern>();
  /** Frames that change what it listens to are taken one after the other. */
  tail: Promise<void> = Promise.resolve();
  waiting = 0;
  pings: Bucket | undefined;
  /** When a ping last brought a heartbeat. */
  beatAt = Number.NEGATIVE_INFINITY;
  /** It falls behind, so `latest` messages come at the slowest pace. */
  isSlowed = false;
  isGone = false;
  /** What it listens to is on disk as it is. */
  isKept = false;

  constructor(client: Client) {
    this.client = client;
  }

  /** The connection's id is that of its session. */
  get session(): string {
    return this.client.id;
  }

  /** The place of what it was sent last. */
  placeOf(seat: Seat): TopicPosition {
    const { feed, lane } = seat;
    const progress = lane === undefined ? undefined : this.client.progress.get(lane);
    if (lane === undefined || progress === undefined) return feed.place;
    return { topic: feed.topic, epoch: feed.epoch, seq: this.client.sentSeq(lane, progress) };
  }

  get places(): readonly TopicPosition[] {
    return [...this.seats.values()].map((seat) => this.placeOf(seat));
  }
}
