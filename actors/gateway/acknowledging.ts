/** How far a client has come, and what it is sent once it has caught up. */
import type { FrameId } from "../../src/contracts/streams.ts";
import type { Client } from "../runtime/streams/client.ts";
import type { Crowd } from "../runtime/streams/crowd.ts";
import { errorText } from "../runtime/streams/message-text.ts";
import { CAUGHT_UP_UNITS, LAGGING_UNITS } from "../runtime/streams/slow-clients.ts";
import type { Lane } from "./lane.ts";
import type { Outgoing } from "./outgoing.ts";
import type { Seating } from "./seating.ts";
import type { Seat, Visit } from "./visit.ts";

/** What it may let stand before it is sent less: half of what makes it lag. */
const SLOWED_UNITS = LAGGING_UNITS / 2;
/** Until it has taken in nearly all: a client at the edge would change its pace all the time. */
const PACED_UNITS = LAGGING_UNITS / 8;

type Place = { readonly topic: string; readonly seq: number };
type Behind = { readonly seat: Seat; readonly from: { readonly epoch: string; readonly seq: number } };

export type AcknowledgingOptions = {
  readonly crowd: Pick<Crowd, "slow">;
  readonly outgoing: Outgoing;
  readonly seating: Seating;
};

export class Acknowledging {
  readonly #options: AcknowledgingOptions;

  constructor(options: AcknowledgingOptions) {
    this.#options = options;
  }

  take(visit: Visit, id: FrameId | undefined, places: readonly Place[]): readonly string[] {
    const errors: string[] = [];
    for (const place of places) {
      const fault = this.#takeOne(visit, place);
      if (fault !== undefined) errors.push(errorText(id, ...fault));
    }
    return [...errors, ...this.caughtUp(visit)];
  }

  /** What a client that lagged is sent when it has taken in enough; of a topic whose ring does not reach so far it follows later. */
  caughtUp(visit: Visit): readonly string[] {
    const { client } = visit;
    if (client.laggingSince === undefined || client.unacked > CAUGHT_UP_UNITS) return [];
    const { crowd, outgoing, seating } = this.#options;
    for (const { lane } of visit.seats.values()) if (lane !== undefined) outgoing.flush(lane);
    const behind = [...visit.seats.values()].flatMap((seat) => this.#outOfReach(client, seat));
    for (const { seat } of behind) {
      if (seat.lane !== undefined) client.leave(seat.lane);
      seat.lane = undefined;
    }
    const texts = crowd.slow.caughtUp(client);
    return [
      ...texts,
      ...behind.flatMap(({ seat, from }) => seating.sit(visit, seat.feed, seat.conflateMs, { from })),
    ];
  }

  /** Now and then: who falls behind gets `latest` messages more seldom, before it lags. */
  pace(visit: Visit): void {
    const { unacked } = visit.client;
    const isSlowed = visit.isSlowed ? unacked > PACED_UNITS : unacked > SLOWED_UNITS;
    if (isSlowed === visit.isSlowed) return;
    visit.isSlowed = isSlowed;
    for (const seat of visit.seats.values()) this.#options.seating.move(visit, seat, seat.conflateMs);
  }

  #takeOne(
    { client, seats }: Visit,
    { topic, seq }: Place,
  ): readonly [code: string, detail: string] | undefined {
    const seat = seats.get(topic);
    if (seat === undefined) return ["topic-not-subscribed", `this connection does not listen to ${topic}`];
    const { lane } = seat;
    const progress = lane === undefined ? undefined : client.progress.get(lane);
    if (lane === undefined || progress === undefined) return undefined;
    if (seq > client.sentSeq(lane, progress))
      return ["range", `${topic}: no message of this sequence was sent`];
    // Acknowledgements may overtake each other.
    if (seq <= progress.acked) return undefined;
    const units = Math.max(
      progress.ackedUnits,
      Math.min(lane.unitsThrough(seq), client.sentUnits(lane, progress)),
    );
    client.unacked -= units - progress.ackedUnits;
    progress.acked = seq;
    progress.ackedUnits = units;
    client.replied = 0;
    return undefined;
  }

  #outOfReach(client: Client, seat: Seat): readonly Behind[] {
    const { lane, feed } = seat;
    const progress = lane === undefined ? undefined : client.progress.get(lane);
    if (
      lane === undefined ||
      progress === undefined ||
      isThere(lane, progress.sent) ||
      feed.anew(0) !== undefined
    )
      return [];
    return [{ seat, from: { epoch: feed.epoch, seq: progress.sent } }];
  }
}

const isThere = (lane: Lane, sent: number): boolean => lane.seq === sent;
