/** What a gateway answers: to actors that host topics, and to the directory and the edge. */
import type { Envelope } from "../runtime/envelope.ts";
import type { ActorReply } from "../runtime/reply.ts";
import type { InspectedApi } from "../runtime/standing.ts";
import type { LinkedApi } from "../runtime/streams/link.ts";

export type DrainOrder = {
  /** Between the notice and the close with 1012. */
  readonly inMs: number;
  /** It comes back: it goes on taking connections. */
  readonly keep: boolean;
};

/** `told` comes from the actors whose topics it holds; upgrades come by `fetch`. */
export interface GatewayApi extends InspectedApi, LinkedApi {
  /** Every client is told at once and closed then. Answered when they have been told; a repeat while it is under way changes nothing. */
  drain(envelope: Envelope, order: DrainOrder): Promise<ActorReply<null>>;
}
