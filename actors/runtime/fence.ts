/**
 * One writer per actor. Each batch for the mirror carries a random token, and the mirror takes it only where it still holds the token
 * of one of our own earlier batches: whoever else has written since left a token that we do not know.
 *
 * Token and range are on disk before the batch leaves, and a batch whose fate is unknown leaves again exactly as it was. So a crash at
 * any point makes no stranger of us, and a copy of the disk can at most repeat what the original sent. (A token per load would not
 * fence: a copy made while the actor runs knows the token that the actor goes on writing under.)
 */
import type { OutboxBatch } from "./fact.ts";
import type { Sql } from "./sql.ts";

/** Own batches that a mirror which lost its newest commits may fall back to, and we still take it for ours. */
export const KNOWN_TOKENS_MAX = 16;

export const FENCE_TABLE =
  "CREATE TABLE outbox_fence (id INTEGER PRIMARY KEY, sending TEXT, sending_to INTEGER, known TEXT NOT NULL, lost INTEGER NOT NULL) STRICT";
export const FENCE_START = "INSERT INTO outbox_fence (id, known, lost) VALUES (1, '[]', 0)";

/** What a batch says about who writes. */
export type Claim = Pick<OutboxBatch, "incarnation" | "knownIncarnations">;
type Sending = { readonly token: string; readonly to: number };
type Row = { sending: string | null; sending_to: number | null; known: string; lost: number };

export class OutboxFence {
  readonly #sql: Sql;
  readonly #draw: () => string;
  #sending: Sending | undefined;
  #known: readonly string[];
  #lost: boolean;

  /** What left up to `archivedSeq` has arrived: the mirror's watermark on disk says so. */
  constructor(sql: Sql, draw: () => string, archivedSeq: number) {
    this.#sql = sql;
    this.#draw = draw;
    const row = sql.exec<Row>("SELECT sending, sending_to, known, lost FROM outbox_fence")[0];
    const { sending = null, sending_to: to = null, known = "[]", lost = 0 } = row ?? {};
    this.#sending = sending === null || to === null ? undefined : { token: sending, to };
    this.#known = JSON.parse(known) as string[]; // SAFETY: only `claim` writes this column.
    this.#lost = lost !== 0;
    this.arrived(archivedSeq);
  }

  /** Another copy has written to the mirror: this one must not go on. */
  get lost(): boolean {
    return this.#lost;
  }

  /** Kept over loads: a stale copy that answered once more after each would acknowledge what nobody will ever see. */
  lose(): void {
    this.#lost = true;
    this.#sql.exec("UPDATE outbox_fence SET lost = 1");
  }

  /** Last seq of the batch that has left and was not confirmed. */
  get sendingTo(): number | undefined {
    return this.#sending?.to;
  }

  /** The token for the batch that ends at `to`: a new one, or the one that it left with before. */
  claim(to: number): Claim {
    if (this.#sending === undefined) {
      const token = this.#draw();
      this.#sql.exec(
        "UPDATE outbox_fence SET sending = ?1, sending_to = ?2, known = ?3",
        token,
        to,
        JSON.stringify(this.#known),
      );
      this.#sending = { token, to };
    }
    return { incarnation: this.#sending.token, knownIncarnations: this.#known };
  }

  /** The mirror holds everything up to `archivedSeq`. On disk the watermark says it; the next claim writes the rest. */
  arrived(archivedSeq: number): void {
    if (this.#sending === undefined || this.#sending.to > archivedSeq) return;
    this.#known = [...this.#known, this.#sending.token].slice(-KNOWN_TOKENS_MAX);
    this.#sending = undefined;
  }
}
