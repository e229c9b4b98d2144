/**
 * A connection may be open while nothing comes, and nobody sees why. A topic that has said nothing for half a minute is asked after at its
 * actor, and whoever listens is told how it stands, when that changes.
 */
import type { TopicState } from "../../src/contracts/gateway-streams.ts";
import type { Clock } from "../runtime/clock.ts";
import type { ActorReply } from "../runtime/reply.ts";
import type { Crowd } from "../runtime/streams/crowd.ts";
import type { Pulse } from "../runtime/streams/link.ts";
import type { Feed } from "./feed.ts";
import type { Feeds } from "./feeds.ts";
import { PULSES_PER_TICK_MAX, SILENCE_ASKED_MS_MAX, SILENCE_MS } from "./limits.ts";
import { statusText } from "./status.ts";

export type WatchdogOptions = {
  readonly clock: Clock;
  readonly crowd: Pick<Crowd, "say">;
  readonly feeds: Pick<Feeds, "all" | "reopen">;
  /** Undefined where the actor did not answer. */
  readonly pulse: (actor: string) => Promise<ActorReply<Pulse> | undefined>;
};

export class Watchdog {
  readonly #options: WatchdogOptions;
  readonly #asking = new Set<string>();

  constructor(options: WatchdogOptions) {
    this.#options = options;
  }

  /** Actors that are asked just now. */
  get size(): number {
    return this.#asking.size;
  }

  look(): void {
    const now = this.#options.clock.now();
    const silent = new Map<string, Feed[]>();
    for (const feed of this.#options.feeds.all()) {
      if (!feed.isLive || feed.wanted === 0 || now - feed.heardAt < SILENCE_MS || now < feed.askAt) continue;
      const others = silent.get(feed.actor);
      if (others !== undefined) others.push(feed);
      else if (silent.size + this.#asking.size < PULSES_PER_TICK_MAX && !this.#asking.has(feed.actor))
        silent.set(feed.actor, [feed]);
    }
    for (const [actor, feeds] of silent) void this.#ask(actor, feeds, now);
  }

  /** A message came: whoever was told that nothing does is told that something does. */
  heard(feed: Feed): void {
    feed.askMs = 0;
    feed.askAt = 0;
    if (feed.state !== "live") this.#tell(feed, "live", null);
  }

  async #ask(actor: string, feeds: readonly Feed[], askedAt: number): Promise<void> {
    this.#asking.add(actor);
    const reply = await this.#options.pulse(actor);
    this.#asking.delete(actor);
    const now = this.#options.clock.now();
    for (const feed of feeds) {
      feed.askMs = Math.min(SILENCE_ASKED_MS_MAX, Math.max(SILENCE_MS, feed.askMs * 2));
      feed.askAt = now + feed.askMs;
      // A message that came meanwhile says more.
      if (feed.heardAt >= askedAt) continue;
      if (reply?.ok === true && hasLost(feed, reply.value)) this.#options.feeds.reopen(feed);
      const state = stateOf(actor, reply, now);
      const lastTs = reply?.ok === true ? reply.value.lastTs : null;
      if (state !== feed.state) this.#tell(feed, state, lastTs);
    }
  }

  #tell(feed: Feed, state: TopicState, lastTs: number | null): void {
    feed.state = state;
    feed.lastTs = lastTs;
    const now = this.#options.clock.now();
    for (const lane of feed.lanes.values())
      for (const client of lane.listeners) {
        const progress = client.progress.get(lane);
        const seq = progress === undefined ? lane.seq : client.sentSeq(lane, progress);
        this.#options.crowd.say(client, [statusText(feed, seq, now)]);
      }
  }
}

/** Its actor no longer tells it, or has told more than came: a link may have been given up. One of the version before does not say. */
const hasLost = ({ topic, epoch, seq }: Feed, { linked }: Pulse): boolean =>
  linked !== undefined && !linked.some((at) => at.topic === topic && at.epoch === epoch && at.seq <= seq);

/** A topic may be quiet while its market is not; then nothing is wrong with it. What has no source outside is quiet as it likes. */
function stateOf(actor: string, reply: ActorReply<Pulse> | undefined, now: number): TopicState {
  if (reply === undefined || !reply.ok) return "source-away";
  if (!actor.startsWith("symbol:")) return "live";
  const { isOpen, isAway, lastTs } = reply.value;
  if (isAway) return "source-away";
  if (!isOpen) return "closed";
  return lastTs !== null && now - lastTs < SILENCE_MS ? "live" : "mute";
}
