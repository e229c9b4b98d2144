/** What Postgres does with batches, as a small model in memory: one row per actor, claimed in the transaction that inserts its facts. */
import type { Confirmation, Fact, OutboxBatch, TextBatch } from "../../actors/runtime/fact.ts";
import { asFacts } from "../../actors/runtime/fact-text.ts";

type Row = { token: string; seq: number };

export class MirrorModel {
  readonly facts: Fact[] = [];
  readonly gaps: [from: number, to: number][] = [];
  #row: Row | undefined;

  get seq(): number {
    return this.#row?.seq ?? 0;
  }

  /** One transaction: claim, facts above the watermark, the watermark. */
  commit(batch: OutboxBatch | TextBatch): Confirmation {
    const { incarnation, knownIncarnations, facts } = asFacts(batch);
    const row = this.#row ?? { token: incarnation, seq: 0 };
    this.#row = row;
    if (row.token !== incarnation && !knownIncarnations.includes(row.token)) return { fenced: true };
    row.token = incarnation;
    const first = facts[0]?.[0] ?? 0;
    if (first > row.seq + 1) this.gaps.push([row.seq + 1, first - 1]);
    for (const fact of facts) {
      if (fact[0] <= row.seq) continue;
      this.facts.push(fact);
      row.seq = fact[0];
    }
    return { watermark: row.seq };
  }

  /** What a later restore brings back. */
  backup(): () => void {
    const row = this.#row === undefined ? undefined : { ...this.#row };
    const count = this.facts.length;
    return () => {
      this.#row = row;
      this.facts.length = count;
    };
  }
}
