/** What the edge and the gateways ask the directory of gateways. */
import type { Envelope } from "../runtime/envelope.ts";
import type { ActorReply } from "../runtime/reply.ts";

export type AssignWish = {
  /** The gateway that keeps the caller's session. */
  readonly keptBy?: string | undefined;
  /** Gateways that have just refused this caller. */
  readonly except?: readonly string[] | undefined;
};

/** How full a gateway is, at a moment by its own clock (epoch ms). */
export type GatewayLoad = {
  readonly gateway: string;
  readonly connections: number;
  readonly topics: number;
  readonly at: number;
};
/** What its report is answered with. */
export type GatewayStanding = {
  /** It was drained: its clients have to be told and closed, if that has not happened, and no further one is taken. */
  readonly isDraining: boolean;
};

/** Items are JSON texts of public gateway objects; `next` is the name that the page after this one comes after. */
export type GatewayPage = {
  readonly items: readonly string[];
  readonly total: number;
  readonly next?: string;
};

export interface GatewayDirectoryApi {
  /** The gateway to connect to. It counts there at once. */
  assign(envelope: Envelope, wish: AssignWish): Promise<ActorReply<string>>;
  /** At most every two seconds of one gateway, and when it has changed; of one that is not known, `not-found`. */
  report(envelope: Envelope, load: GatewayLoad): Promise<ActorReply<GatewayStanding>>;
  list(envelope: Envelope, query: { limit: number; after?: string }): Promise<ActorReply<GatewayPage>>;
  /** The JSON text of the one that was added. */
  add(envelope: Envelope): Promise<ActorReply<string>>;
  /** Sends nobody there any more; with `keep` it only answers whether there is such a gateway. The JSON text of it. */
  drain(envelope: Envelope, gateway: string, keep: boolean): Promise<ActorReply<string>>;
}
