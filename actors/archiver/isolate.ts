/** Bad data blocks nobody: the transaction is halved down to the fact that Postgres refuses, and that one is parked with the reason. */
import { assert } from "../../src/domain/assert.ts";
import { type Mirror, MirrorDataError } from "../../src/ports.ts";
import type { Confirmation, OutboxBatch } from "../runtime/outbox.ts";

type Target = Pick<Mirror, "commit" | "park">;

/** Commits all batches, in as few transactions as their bad facts allow. Outcomes stand in the order of the batches. */
export async function commitIsolated(
  mirror: Target,
  batches: readonly OutboxBatch[],
): Promise<readonly Confirmation[]> {
  try {
    return await mirror.commit(batches);
  } catch (error) {
    if (!(error instanceof MirrorDataError)) throw error;
    return batches.length > 1
      ? commitHalves(mirror, batches)
      : [await commitAround(mirror, only(batches), error)];
  }
}

async function commitHalves(
  mirror: Target,
  batches: readonly OutboxBatch[],
): Promise<readonly Confirmation[]> {
  const middle = Math.ceil(batches.length / 2);
  const first = await commitIsolated(mirror, batches.slice(0, middle));
  return [...first, ...(await commitIsolated(mirror, batches.slice(middle)))];
}

/** One actor's facts, in order: what comes before the bad one, the parking, what comes after. */
async function commitAround(
  mirror: Target,
  batch: OutboxBatch,
  error: MirrorDataError,
): Promise<Confirmation> {
  if (batch.facts.length === 1) return mirror.park(batch, error.message);
  const middle = Math.ceil(batch.facts.length / 2);
  const first = only(await commitIsolated(mirror, [{ ...batch, facts: batch.facts.slice(0, middle) }]));
  if ("fenced" in first) return first;
  return only(await commitIsolated(mirror, [{ ...batch, facts: batch.facts.slice(middle) }]));
}

function only<Item>(items: readonly Item[]): Item {
  const [item] = items;
  assert(item !== undefined && items.length === 1, "exactly one");
  return item;
}
