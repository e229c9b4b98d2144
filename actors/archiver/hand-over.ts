/** The sender's side of `archiveText`: a deploy reaches actors one by one, and an archiver of the version before takes facts one by one. */
import { lacksMethod } from "../../src/ports.ts";
import type { Envelope } from "../runtime/envelope.ts";
import type { Confirmation, TextBatch } from "../runtime/fact.ts";
import { asFacts } from "../runtime/fact-text.ts";
import type { ActorReply } from "../runtime/reply.ts";
import type { ArchiverApi } from "./messages.ts";

export async function handToArchiver(
  archiver: () => Pick<ArchiverApi, "archive" | "archiveText">,
  envelope: Envelope,
  batch: TextBatch,
): Promise<ActorReply<Confirmation>> {
  try {
    return await archiver().archiveText(envelope, batch);
  } catch (error) {
    if (!lacksMethod(error, "archiveText")) throw error;
    return archiver().archive(envelope, asFacts(batch));
  }
}
