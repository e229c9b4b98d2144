/** Postgres as a model: a row for each actor with token and watermark, claimed in the transaction that inserts its facts. */
import type { Confirmation, Fact, TextBatch } from "../../../actors/runtime/fact.ts";
import type { Mirror } from "../../../src/ports.ts";
import type { Faults } from "./faults.ts";
import type { Schedule } from "./schedule.ts";

const SLOW_MS = 4_000;
const DOWN_MS = 8_000;

export type Mirrored = { readonly facts: Fact[]; token: string; seq: number };
type Read = (batch: TextBatch) => readonly Fact[];

export class Postgres implements Mirror {
  readonly actors = new Map<string, Mirrored>();
  readonly gaps: string[] = [];
  readonly parked: string[] = [];
  readonly #schedule: Schedule;
  readonly #faults: Faults;
  readonly #read: Read;
  #downUntil = 0;

  constructor(schedule: Schedule, faults: Faults, read: Read) {
    this.#schedule = schedule;
    this.#faults = faults;
    this.#read = read;
  }

  commit(batches: readonly TextBatch[]): Promise<readonly Confirmation[]> {
    return this.#transaction(() => batches.map((batch) => this.#take(batch)));
  }

  park(batch: TextBatch, reason: string): Promise<Confirmation> {
    return this.#transaction(() => {
      this.parked.push(`${batch.actor} ${batch.firstSeq}: ${reason}`);
      return this.#take(batch);
    });
  }

  async watermarks(): Promise<readonly { actor: string; seq: number }[]> {
    return [...this.actors].map(([actor, { seq }]) => ({ actor, seq }));
  }

  async maintain(): Promise<{ made: readonly string[]; dropped: readonly string[] }> {
    return { made: [], dropped: [] };
  }

  async ping(): Promise<void> {}

  /** Whole or not at all; the reply may be lost either way. */
  #transaction<Result>(work: () => Result): Promise<Result> {
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    const faults = this.#faults;
    if (faults.strikes("mirror-down")) this.#downUntil = this.#schedule.now + faults.between(100, DOWN_MS);
    const ms = faults.strikes("mirror-slow") ? faults.between(10, SLOW_MS) : faults.between(1, 4);
    this.#schedule.after(ms, () => {
      if (faults.isOn && this.#schedule.now < this.#downUntil) {
        reject(new Error("Postgres is away"));
        return;
      }
      const result = work();
      if (faults.strikes("mirror-reply-lost"))
        reject(new Error("Postgres committed, and its reply was lost"));
      else this.#schedule.after(1, () => resolve(result));
    });
    return promise;
  }

  #take(batch: TextBatch): Confirmation {
    const row = this.actors.get(batch.actor) ?? { facts: [], token: batch.incarnation, seq: 0 };
    this.actors.set(batch.actor, row);
    if (row.token !== batch.incarnation && !batch.knownIncarnations.includes(row.token))
      return { fenced: true };
    row.token = batch.incarnation;
    if (batch.firstSeq > row.seq + 1)
      this.gaps.push(`${batch.actor}: ${row.seq + 1} to ${batch.firstSeq - 1}`);
    for (const fact of this.#read(batch)) {
      if (fact[0] <= row.seq) continue;
      row.facts.push(fact);
      row.seq = fact[0];
    }
    return { watermark: row.seq };
  }
}
