/** The sender's side of an archiver: a deploy reaches actors one by one, and one of a version before takes lines of one fact, or facts one by one. */
import { lacksMethod } from "../../src/ports.ts";
import type { Envelope } from "../runtime/envelope.ts";
import type { Confirmation, TextBatch } from "../runtime/fact.ts";
import { asFacts, asLines } from "../runtime/fact-text.ts";
import type { ActorReply } from "../runtime/reply.ts";
import type { ArchiverApi } from "./messages.ts";

type Handed = Pick<ArchiverApi, "archive" | "archiveText" | "archiveRuns">;
type Way = readonly [
  method: keyof Handed,
  hand: (to: Handed, envelope: Envelope, batch: TextBatch) => Promise<ActorReply<Confirmation>>,
];

/** The newest first. */
const WAYS: readonly Way[] = [
  ["archiveRuns", (to, envelope, batch) => to.archiveRuns(envelope, batch)],
  ["archiveText", (to, envelope, batch) => to.archiveText(envelope, asLines(batch))],
  ["archive", (to, envelope, batch) => to.archive(envelope, asFacts(batch))],
];

export function handToArchiver(
  archiver: () => Handed,
  envelope: Envelope,
  batch: TextBatch,
): Promise<ActorReply<Confirmation>> {
  const by = async ([method, hand]: Way, ...older: readonly Way[]): Promise<ActorReply<Confirmation>> => {
    try {
      return await hand(archiver(), envelope, batch);
    } catch (error) {
      const [next, ...others] = older;
      if (next === undefined || !lacksMethod(error, method)) throw error;
      return by(next, ...others);
    }
  };
  return by(...(WAYS as [Way, ...Way[]]));
}
