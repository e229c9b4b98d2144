/**
 * Between an actor that hosts topics and a gateway: the frames of a WebSocket client, over RPC. A gateway says `link` with one frame; all that
 * it brings (acks, errors, snapshots, then every message) comes by `told`, in order, one call at a time. Epochs and sequences are those
 * of the actor. What the gateway has answered counts as acknowledged.
 *
 * What a gateway may rely on: of each topic that it holds it is told every message, or a `snap` with `reset`. The same message may come
 * twice (a call that failed is told again, and may have arrived). After a load of the actor, the first call ends with an `hb` of each topic.
 * A topic that is subscribed again brings a `snap` again.
 *
 * What a gateway does for it: per topic it takes a message of `seq` = its own + 1, a `snap` of any, drops those at or below its own, and
 * answers `behind` with its own place where one is missing before a message or an `hb`; with an empty one where an `hb` comes and it waits
 * for the first `snap` still. A topic that it does not hold is `unwanted`. Of one that is silent for long it asks by `pulse` whether it is
 * linked still: a link that could not be told for ten minutes is given up.
 */
import type { ClientFrame, TopicPosition } from "../../../src/contracts/streams.ts";
import type { Envelope } from "../envelope.ts";
import type { ActorReply } from "../reply.ts";

/** What a gateway's answer says of topics in the messages that it was told. */
export type Taken = {
  /** Nobody there listens to them any more: as `unsubscribe`. */
  readonly unwanted?: readonly string[];
  /** Something is missing after these places: as `resume`. With the epoch `""` it has nothing yet: as `subscribe`. */
  readonly behind?: readonly TopicPosition[];
  /** In a rush: news that comes within this time waits for further news, 250 ms at most. Snapshots and answers do not wait. */
  readonly pauseMs?: number;
};

/** How an actor's source of news stands. Of an actor without a source outside: open, not away, and no time. */
export type Pulse = {
  /** Time of the newest event that was taken, epoch ms. */
  readonly lastTs: number | null;
  /** Trading hours. */
  readonly isOpen: boolean;
  /** The feed has said that it ended, and nothing came since. */
  readonly isAway: boolean;
  /** Where the topics stand that the gateway which asks is linked to. */
  readonly linked?: readonly TopicPosition[];
};

/** Of an actor whose news comes of calls, and not of a feed. */
export const STEADY_PULSE: Pulse = { lastTs: null, isOpen: true, isAway: false };

/** Of every actor that hosts topics: symbol, label-book, risk-shard, strategy. */
export interface LinkHostApi {
  /** One frame of the gateway (`subscribe`, `unsubscribe`, `resume`, `ping`; an `ack` changes nothing). Answered once what it changes is on disk. */
  link(envelope: Envelope, gateway: string, frame: string): Promise<ActorReply<null>>;
  /** Texts of the messages after that place, or one `snap` with `reset` as for `resume`; without a place a `snap` alone. Of any topic that it hosts. */
  replay(envelope: Envelope, topic: string, from?: ReplayFrom): Promise<ActorReply<readonly string[]>>;
  /** With the name of a gateway also what it is linked to: it says `subscribe` for what is not there, or further than it has heard. */
  pulse(envelope: Envelope, gateway?: string): Promise<ActorReply<Pulse>>;
}

export type ReplayFrom = Pick<TopicPosition, "epoch" | "seq">;

/** What a gateway says to an actor. */
export type LinkFrame = ClientFrame;

/** The gateway's side: `actor` as the mirror knows it, `symbol:BINANCE:BTCUSDT`. */
export interface LinkedApi {
  told(envelope: Envelope, actor: string, messages: readonly string[]): Promise<ActorReply<Taken>>;
}

/** How an actor reaches a gateway. */
export type TellGateway = (
  gateway: string,
  actor: string,
  messages: readonly string[],
) => Promise<ActorReply<Taken>>;
