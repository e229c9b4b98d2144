/**
 * Brings a connection to a topic: with the state and what came after it, or with what it has missed since a place of its own. What is not in
 * memory is asked of the topic's actor, once for all who wait for it.
 */
import { RESET_REASONS, type ResetReason } from "../../src/contracts/streams.ts";
import type { Clock } from "../runtime/clock.ts";
import type { ActorReply } from "../runtime/reply.ts";
import type { Client } from "../runtime/streams/client.ts";
import type { Crowd } from "../runtime/streams/crowd.ts";
import type { ReplayFrom } from "../runtime/streams/link.ts";
import { type Head, readHead } from "../runtime/streams/message-text.ts";
import { LAGGING_UNITS } from "../runtime/streams/slow-clients.ts";
import type { Feed } from "./feed.ts";
import type { Feeds } from "./feeds.ts";
import type { Lane } from "./lane.ts";
import { SLOWEST_MS } from "./limits.ts";
import type { Outgoing } from "./outgoing.ts";
import { standingTexts } from "./status.ts";
import type { Seat, Visit } from "./visit.ts";

/** Where a connection stands, or why it gets the state in place of what it missed. */
export type Standing = { readonly from?: ReplayFrom | undefined; readonly reason?: ResetReason | undefined };

type Waiting = {
  readonly visit: Visit;
  readonly seat: Seat;
  readonly from: ReplayFrom | undefined;
  reason: ResetReason | undefined;
};
type Snapshot = { readonly head: Head; readonly text: string };

export type SeatingOptions = {
  readonly clock: Clock;
  readonly crowd: Pick<Crowd, "say">;
  readonly outgoing: Outgoing;
  readonly feeds: Pick<Feeds, "kept">;
  /** Undefined where the actor did not answer. */
  readonly replay: (
    actor: string,
    topic: string,
    from: ReplayFrom | undefined,
  ) => Promise<ActorReply<readonly string[]> | undefined>;
};

export class Seating {
  readonly #options: SeatingOptions;
  readonly #waiting = new Map<Feed, Map<Visit, Waiting>>();
  readonly #asked = new Set<Feed>();
  /** Snapshots that are ahead of what was told so far. */
  readonly #ahead = new Map<Feed, Snapshot>();
  #seats = 0;

  constructor(options: SeatingOptions) {
    this.#options = options;
  }

  /** Topics over all connections. */
  get size(): number {
    return this.#seats;
  }

  /** What is said now; the rest follows by itself. */
  sit(visit: Visit, feed: Feed, conflateMs: number, standing: Standing = {}): readonly string[] {
    const known = visit.seats.get(feed.topic);
    const seat: Seat = known ?? { feed, conflateMs, lane: undefined };
    if (known === undefined || seat.conflateMs !== conflateMs) visit.isKept = false;
    seat.conflateMs = conflateMs;
    if (known === undefined) {
      visit.seats.set(feed.topic, seat);
      this.#seats += 1;
      feed.wanted += 1;
      feed.idleSince = undefined;
    }
    this.#forget(visit, seat);
    return this.#bring({ visit, seat, from: standing.from, reason: standing.reason });
  }

  /** It wants the topic no more. */
  rise(visit: Visit, topic: string): void {
    const seat = visit.seats.get(topic);
    if (seat === undefined) return;
    visit.seats.delete(topic);
    visit.isKept = false;
    this.#forget(visit, seat);
    this.#leave(visit.client, seat);
    this.#seats -= 1;
    seat.feed.wanted -= 1;
    if (seat.feed.wanted === 0) seat.feed.idleSince = this.#options.clock.now();
  }

  /** At another pace from here on. */
  move(visit: Visit, seat: Seat, conflateMs: number): void {
    if (seat.conflateMs !== conflateMs) visit.isKept = false;
    seat.conflateMs = conflateMs;
    const from = seat.lane;
    const to = seat.feed.lane(paceOf(visit, seat));
    if (from === undefined || from === to) return;
    const { client } = visit;
    this.#options.outgoing.flush(from);
    this.#options.outgoing.flush(to);
    const progress = client.progress.get(from);
    if (progress === undefined) return;
    const lying = client.sentUnits(from, progress) - progress.ackedUnits;
    this.#leave(client, seat);
    const moved = client.listen(to);
    seat.lane = to;
    // One that lags was not sent what has just been: it stands there as well where it stood here.
    if (client.laggingSince !== undefined) {
      moved.sent = progress.sent;
      moved.sentUnits = to.unitsThrough(progress.sent);
    }
    moved.acked = progress.acked;
    moved.ackedUnits = client.sentUnits(to, moved) - lying;
    client.unacked += lying;
  }

  /** Its topic has moved: who waits may be brought there now. */
  moved(feed: Feed): void {
    const ahead = this.#ahead.get(feed);
    if (ahead !== undefined && (ahead.head.epoch !== feed.epoch || feed.offer(ahead.head, ahead.text)))
      this.#ahead.delete(feed);
    if (this.#waiting.has(feed)) this.#settle(feed);
  }

  /** Its actor does not have it: who waited for it. */
  refused(feed: Feed): readonly Visit[] {
    const visits = [...(this.#waiting.get(feed)?.keys() ?? [])];
    for (const visit of visits) this.rise(visit, feed.topic);
    return visits;
  }

  /** Now and then: an actor that was away may be back, and what was to come may not have. */
  retry(): void {
    this.#ahead.clear();
    for (const feed of [...this.#waiting.keys()]) this.#settle(feed);
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  #bring(waiting: Waiting): readonly string[] {
    const texts = this.#place(waiting);
    if (texts !== undefined) return texts;
    const { feed } = waiting.seat;
    this.#waiting.set(feed, (this.#waiting.get(feed) ?? new Map()).set(waiting.visit, waiting));
    this.#ask(feed);
    return [];
  }

  /** Undefined where what it needs is not here. Of a topic that is silent it hears so. */
  #place(waiting: Waiting): readonly string[] | undefined {
    const texts = this.#brought(waiting);
    if (texts === undefined || waiting.visit.isGone) return texts;
    return [...texts, ...standingTexts(waiting.seat.feed, this.#options.clock.now())];
  }

  #brought(waiting: Waiting): readonly string[] | undefined {
    const { visit, seat, from } = waiting;
    const { feed } = seat;
    if (!feed.isLive) return undefined;
    const lane = feed.lane(paceOf(visit, seat));
    this.#options.outgoing.flush(lane);
    if (visit.isGone) return [];
    if (from !== undefined && waiting.reason === undefined) {
      if (from.epoch !== feed.epoch) waiting.reason = "epoch";
      else if (from.seq > feed.seq || !feed.ring.holdsAfter(from.seq)) return undefined;
      else {
        const missed = this.#resume(visit.client, seat, lane, from.seq);
        if (missed !== undefined) return missed;
        waiting.reason = "too-much";
      }
    }
    const texts = feed.anew(this.#options.clock.now(), waiting.reason);
    if (texts !== undefined) this.#listen(visit.client, seat, lane);
    return texts;
  }

  /** Undefined where it would be more than may stand unacknowledged. */
  #resume(client: Client, seat: Seat, lane: Lane, seq: number): readonly string[] | undefined {
    const texts = lane.after(seq);
    const units = texts.reduce((sum, { length }) => sum + length + 1, 0);
    if (client.laggingSince !== undefined || client.unacked + units > LAGGING_UNITS) return undefined;
    const progress = this.#listen(client, seat, lane);
    progress.acked = seq;
    progress.ackedUnits -= units;
    client.unacked += units;
    return texts;
  }

  /** What lies in its socket of the topic, from before, still counts until it acknowledges something of it. */
  #listen(client: Client, seat: Seat, lane: Lane) {
    const before = seat.lane === undefined ? undefined : client.progress.get(seat.lane);
    const lying =
      seat.lane === undefined || before === undefined
        ? 0
        : client.sentUnits(seat.lane, before) - before.ackedUnits;
    this.#leave(client, seat);
    // Whoever was alone there has left it for a moment.
    seat.feed.lanes.set(lane.conflateMs, lane);
    const progress = client.listen(lane);
    seat.lane = lane;
    if (lying > 0) progress.acked = lane.seq - 1;
    progress.ackedUnits -= lying;
    client.unacked += lying;
    return progress;
  }

  #leave(client: Client, seat: Seat): void {
    const { lane, feed } = seat;
    if (lane === undefined) return;
    client.leave(lane);
    seat.lane = undefined;
    if (lane.listeners.size === 0 && feed.lanes.get(lane.conflateMs) === lane)
      feed.lanes.delete(lane.conflateMs);
  }

  #forget(visit: Visit, seat: Seat): void {
    const waiting = this.#waiting.get(seat.feed);
    if (waiting === undefined) return;
    waiting.delete(visit);
    if (waiting.size === 0) this.#waiting.delete(seat.feed);
  }

  #settle(feed: Feed): void {
    this.#bringAll(feed);
    if (this.#waiting.has(feed)) this.#ask(feed);
    else this.#ahead.delete(feed);
  }

  /** How many of those who wait are there now. */
  #bringAll(feed: Feed): number {
    let count = 0;
    for (const waiting of [...(this.#waiting.get(feed)?.values() ?? [])]) {
      // What was sent to another may have ended this one.
      if (waiting.visit.isGone) continue;
      const texts = this.#place(waiting);
      if (texts === undefined) continue;
      count += 1;
      this.#forget(waiting.visit, waiting.seat);
      this.#options.crowd.say(waiting.visit.client, texts);
    }
    return count;
  }

  /** One question at a time: the furthest back first, which serves all who stand after it. */
  #ask(feed: Feed): void {
    if (!feed.isLive || this.#asked.has(feed) || this.#ahead.has(feed)) return;
    const from = this.#furthest(feed);
    this.#asked.add(feed);
    const place = from === undefined ? undefined : { epoch: feed.epoch, seq: from };
    void this.#options.replay(feed.actor, feed.topic, place).then((reply) => {
      this.#asked.delete(feed);
      if (reply?.ok === true) this.#take(feed, place, reply.value);
    });
  }

  #furthest(feed: Feed): number | undefined {
    let furthest: number | undefined;
    for (const { from, reason } of this.#waiting.get(feed)?.values() ?? [])
      if (from !== undefined && reason === undefined) furthest = Math.min(furthest ?? from.seq, from.seq);
    return furthest;
  }

  #take(feed: Feed, from: ReplayFrom | undefined, texts: readonly string[]): void {
    const [first = ""] = texts;
    const head = readHead(first);
    const before = feed.ring.units;
    if (head?.type === "snap") this.#takeSnapshot(feed, from, { head, text: first });
    else if (from?.epoch === feed.epoch) feed.backfill(from.seq, texts);
    // Asked again only where the answer has helped somebody: the others wait for what the actor tells, or for the next look.
    if (this.#bringAll(feed) > 0 && this.#waiting.has(feed)) this.#ask(feed);
    this.#options.feeds.kept(feed, before);
  }

  /** Whoever stood there, or further back, gets the state. */
  #takeSnapshot(feed: Feed, from: ReplayFrom | undefined, snapshot: Snapshot): void {
    if (!feed.offer(snapshot.head, snapshot.text)) this.#ahead.set(feed, snapshot);
    if (from === undefined) return;
    for (const waiting of this.#waiting.get(feed)?.values() ?? [])
      if (waiting.from !== undefined && waiting.from.seq <= from.seq)
        waiting.reason ??= reasonIn(snapshot.text);
  }
}

const paceOf = ({ isSlowed }: Visit, { conflateMs }: Seat): number => (isSlowed ? SLOWEST_MS : conflateMs);

/** As the actor has said it. */
const REASON = /"reset":\{"reason":"([a-z-]+)"\}/;
const reasonIn = (text: string): ResetReason => {
  const reason = REASON.exec(text)?.[1];
  return RESET_REASONS.find((known) => known === reason) ?? "beyond-ring";
};
