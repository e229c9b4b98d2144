/** The mirror, counted: transactions, what they held, what failed and what was parked. */
import { type Mirror, MirrorDataError, type MirrorOutcome } from "../../src/ports.ts";
import type { TextBatch } from "../runtime/fact.ts";
import { factCount } from "../runtime/fact-text.ts";
import type { Vitals } from "../runtime/vitals.ts";

type Target = Pick<Mirror, "commit" | "park">;

export function measuredMirror(mirror: Target, vitals: Pick<Vitals, "meter" | "committed">): Target {
  const { meter } = vitals;
  const transactions = meter.counter("outcry_archiver_transactions_total");
  const rowsPerTransaction = meter.histogram("outcry_archiver_transaction_rows");
  const batchesCommitted = meter.counter("outcry_archiver_batches_total");
  const rows = meter.counter("outcry_archiver_rows_total");
  const parked = meter.counter("outcry_archiver_parked_facts_total");
  const errors = meter.counter("outcry_archiver_errors_total");

  const committed = (batches: readonly TextBatch[], outcomes: readonly MirrorOutcome[]): void => {
    // What a stale copy of an actor sends is not written.
    const taken = batches.filter((_, index) => {
      const outcome = outcomes[index];
      return outcome !== undefined && !("fenced" in outcome);
    });
    const facts = taken.reduce((sum, batch) => sum + factCount(batch), 0);
    transactions.add();
    batchesCommitted.add(taken.length);
    rows.add(facts);
    rowsPerTransaction.observe(facts);
    vitals.committed();
  };

  return {
    commit: async (batches) => {
      try {
        const outcomes = await mirror.commit(batches);
        committed(batches, outcomes);
        return outcomes;
      } catch (error) {
        // Bad data is looked for row by row, and counted where it is parked.
        if (!(error instanceof MirrorDataError)) errors.add();
        vitals.committed();
        throw error;
      }
    },
    park: async (batch, reason) => {
      const outcome = await mirror.park(batch, reason);
      if (!("fenced" in outcome)) parked.add();
      vitals.committed();
      return outcome;
    },
  };
}
