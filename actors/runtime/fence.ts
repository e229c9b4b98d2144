/**
 * One writer per actor. Each load that reaches the mirror draws a random incarnation and claims it where the mirror still shows one
 * that this actor has been. Counting locally would not fence: two copies of one snapshot count to the same number.
 */
import type { Sql } from "./sql.ts";

/** Loads in a row that never heard of their claim; the oldest of them leave, the confirmed one stays. */
export const INCARNATIONS_MAX = 64;

export class OutboxFence {
  readonly #sql: Sql;
  readonly #draw: () => string;
  #mine: string | undefined;
  #confirmed = false;
  #lost = false;

  constructor(sql: Sql, draw: () => string) {
    this.#sql = sql;
    this.#draw = draw;
  }

  get lost(): boolean {
    return this.#lost;
  }

  lose(): void {
    this.#lost = true;
  }

  /**
   * Who we are and whom we have been. The candidate is on disk before anyone hears of it: a crash between the mirror's commit and
   * our note of it must not make a stranger of us.
   */
  claim(): { incarnation: string; known: readonly string[] } {
    if (this.#mine === undefined) {
      this.#mine = this.#draw();
      this.#sql.exec("INSERT INTO outbox_incarnation (incarnation) VALUES (?1)", this.#mine);
      this.#sql.exec(
        `DELETE FROM outbox_incarnation WHERE ordinal NOT IN (SELECT MIN(ordinal) FROM outbox_incarnation)
         AND ordinal NOT IN (SELECT ordinal FROM outbox_incarnation ORDER BY ordinal DESC LIMIT ?1)`,
        INCARNATIONS_MAX - 1,
      );
    }
    const rows = this.#sql.exec<{ incarnation: string }>("SELECT incarnation FROM outbox_incarnation ORDER BY ordinal");
    return { incarnation: this.#mine, known: rows.map((row) => row.incarnation).filter((known) => known !== this.#mine) };
  }

  /** The mirror has taken our claim: whom we have been before no longer matters. Called inside a transaction. */
  confirm(): void {
    if (this.#confirmed || this.#mine === undefined) return;
    this.#sql.exec("DELETE FROM outbox_incarnation WHERE incarnation <> ?1", this.#mine);
    this.#confirmed = true;
  }
}
