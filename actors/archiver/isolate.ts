/** Bad data blocks nobody: the transaction is halved down to the fact that Postgres refuses, and that one is parked with the reason. */
import { assert } from "../../src/domain/assert.ts";
import { type Mirror, MirrorDataError } from "../../src/ports.ts";
import type { Confirmation, TextBatch } from "../runtime/fact.ts";
import { factCount, partOf } from "../runtime/fact-text.ts";

type Target = Pick<Mirror, "commit" | "park">;

/** Commits all batches, in as few transactions as their bad facts allow. Outcomes stand in the order of the batches. */
export async function commitIsolated(
  mirror: Target,
  batches: readonly TextBatch[],
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

async function commitHalves(mirror: Target, batches: readonly TextBatch[]): Promise<readonly Confirmation[]> {
  const middle = Math.ceil(batches.length / 2);
  const first = await commitIsolated(mirror, batches.slice(0, middle));
  return [...first, ...(await commitIsolated(mirror, batches.slice(middle)))];
}

/** One actor's facts, in order: what comes before the bad one, the parking, what comes after. */
async function commitAround(mirror: Target, batch: TextBatch, error: MirrorDataError): Promise<Confirmation> {
  if (factCount(batch) === 1) return mirror.park(batch, error.message);
  const middle = Math.floor((batch.firstSeq + batch.lastSeq) / 2);
  const first = only(await commitIsolated(mirror, [partOf(batch, 0, middle)]));
  if ("fenced" in first) return first;
  return only(await commitIsolated(mirror, [partOf(batch, middle, batch.lastSeq)]));
}

function only<Item>(items: readonly Item[]): Item {
  const [item] = items;
  assert(item !== undefined && items.length === 1, "exactly one");
  return item;
}
