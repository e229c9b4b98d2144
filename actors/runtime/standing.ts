/** How an actor stands towards the mirror, as it says itself, among all else that it says when it is asked. */
import type { Envelope } from "./envelope.ts";
import type { ActorReply } from "./reply.ts";
import type { ActorStatus } from "./report.ts";
import type { Inspection } from "./vitals.ts";

/** Seq of the newest fact; up to where the mirror has confirmed everything; whether another copy of this actor writes to the mirror. */
export type Standing = Pick<ActorStatus, "lastSeq" | "archivedSeq" | "outboxDepth" | "fenced">;

export const standingIn = ({ lastSeq, archivedSeq, outboxDepth, fenced }: ActorStatus): Standing => ({
  lastSeq,
  archivedSeq,
  outboxDepth,
  fenced,
});

/** Every actor, by the name that the mirror knows it by. Asking also starts a push of what still waits. */
export interface InspectedApi {
  inspect(envelope: Envelope): Promise<ActorReply<Inspection>>;
}
