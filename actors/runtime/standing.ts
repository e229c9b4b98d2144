/** How an actor stands towards the mirror, as it says itself. Asking also starts a push of what still waits. */
import type { Envelope } from "./envelope.ts";
import type { Outbox } from "./outbox.ts";
import { type ActorReply, answer } from "./reply.ts";

export type Standing = {
  /** Seq of the newest fact. */
  readonly lastSeq: number;
  /** Up to here the mirror has confirmed everything. */
  readonly archivedSeq: number;
  /** Facts that some destination has not confirmed. */
  readonly outboxDepth: number;
  /** Another copy of this actor writes to the mirror. */
  readonly fenced: boolean;
};

/** Every actor that has an outbox. */
export interface AuditedApi {
  standing(envelope: Envelope): Promise<ActorReply<Standing>>;
}

export function standingOf(outbox: Outbox): ActorReply<Standing> {
  outbox.drainDetached();
  const { lastSeq, archivedSeq, depth: outboxDepth, fenced } = outbox;
  return answer({ lastSeq, archivedSeq, outboxDepth, fenced });
}
