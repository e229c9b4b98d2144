/** The mirror, with a line for what an operator must hear of: Postgres refused, a fact was parked, a stale copy wrote. Once per transaction. */
import { type Log, type Mirror, MirrorDataError, type MirrorOutcome } from "../../src/ports.ts";
import type { TextBatch } from "../runtime/fact.ts";
import { factsIn } from "../runtime/fact-text.ts";

type Target = Pick<Mirror, "commit" | "park">;

export function loggedMirror(mirror: Target, log: Log): Target {
  return {
    commit: async (batches) => {
      try {
        return heard(await mirror.commit(batches), batches, log);
      } catch (error) {
        // Bad data is looked for row by row, and told when it is parked.
        if (!(error instanceof MirrorDataError))
          log("warn", "mirror-refused", { batches: batches.length, reason: reasonOf(error) });
        throw error;
      }
    },
    park: async (batch, reason) => {
      const outcome = await mirror.park(batch, reason);
      const [seq, , kind, , requestId] = factsIn(batch)[0] ?? [];
      log("error", "fact-parked", { actor: batch.actor, seq, kind, reason, requestId });
      return outcome;
    },
  };
}

function heard(
  outcomes: readonly MirrorOutcome[],
  batches: readonly TextBatch[],
  log: Log,
): readonly MirrorOutcome[] {
  outcomes.forEach((outcome, index) => {
    if ("fenced" in outcome) log("error", "actor-fenced", { actor: batches[index]?.actor });
  });
  return outcomes;
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
