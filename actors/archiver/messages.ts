/** What actors ask of an archiver: take this batch to Postgres, and say up to where it is there. */
import type { Envelope } from "../runtime/envelope.ts";
import type { Confirmation, OutboxBatch, TextBatch } from "../runtime/fact.ts";
import type { ActorReply } from "../runtime/reply.ts";
import type { InspectedApi } from "../runtime/standing.ts";

export interface ArchiverApi extends InspectedApi {
  /** Joins the transaction that is being collected and waits for its commit. Stores nothing itself. */
  archiveRuns(envelope: Envelope, batch: TextBatch): Promise<ActorReply<Confirmation>>;
  /** The same of an actor that a deploy has not reached yet, whose text has a line for each fact. */
  archiveText(envelope: Envelope, batch: TextBatch): Promise<ActorReply<Confirmation>>;
  /** The same, one by one. */
  archive(envelope: Envelope, batch: OutboxBatch): Promise<ActorReply<Confirmation>>;
}
