/** Rows of the outbox: which facts stand in one together, and how it is read again. */
import type { Fact, FactText } from "./fact.ts";
import { inFull, storedText } from "./fact-runs.ts";
import { headOf } from "./fact-text.ts";

/** Of a group's facts so many stand in one row, and so much text, which is never more than a value may have in UTF-8. */
const CHUNK_FACTS_MAX = 500;
const CHUNK_UNITS_MAX = 500_000;

export type NewFact = { readonly fact: Fact; readonly extras: readonly string[] };
export type ChunkRow = {
  last_seq: number;
  first_seq: number;
  earliest: number;
  latest: number;
  kinds: string;
  text: string;
};

/** In order, each as full as it may be; a fact that is too long by itself stands alone. */
export function chunksOf(added: readonly NewFact[]): FactText[] {
  const chunks: FactText[] = [];
  let facts: Fact[] = [];
  let units = 0;
  for (const { fact } of added) {
    const [, , , payload] = fact;
    const isFull = facts.length >= CHUNK_FACTS_MAX || units + payload.length > CHUNK_UNITS_MAX;
    if (isFull && facts.length > 0) {
      chunks.push(chunkOf(facts));
      facts = [];
      units = 0;
    }
    facts.push(fact);
    units += payload.length;
  }
  chunks.push(chunkOf(facts));
  return chunks;
}

const chunkOf = (facts: readonly Fact[]): FactText => ({ ...headOf(facts), text: storedText(facts) });

export const textOfRow = ({ last_seq, first_seq, earliest, latest, kinds, text }: ChunkRow): FactText => ({
  ...{
    firstSeq: first_seq,
    lastSeq: last_seq,
    earliest,
    latest,
    text: inFull({ text, firstSeq: first_seq }),
  },
  kinds: JSON.parse(kinds) as string[], // SAFETY: only `insert` and the migration write this column.
});
