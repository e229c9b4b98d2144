/** Breakers of an actor on its own disk, so that one that is evicted while Postgres is away does not begin anew: written only when one turns. */
import { assert } from "../../src/domain/assert.ts";
import type { EpochMs } from "../../src/domain/time.ts";
import type { Bound } from "./bounds.ts";
import type { BreakerState, Open } from "./breaker.ts";
import type { Sql } from "./sql.ts";

/** Open breakers of one actor. Their names are fixed in code, so passing this is a bug and not load. */
export const BREAKERS_MAX = 8;

export const BREAKER_TABLE = `CREATE TABLE breaker (name TEXT PRIMARY KEY, since INTEGER NOT NULL, until INTEGER NOT NULL,
  open_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID`;

export const breakerBound: Bound = {
  collection: "table:breaker",
  max: BREAKERS_MAX,
  unit: "rows",
  atBound: "A further breaker is a failed assertion: names are fixed in code.",
};

type Row = { since: number; until: number; open_ms: number };

export class BreakerRows {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  load(name: string): Open | undefined {
    const [row] = this.#sql.exec<Row>("SELECT since, until, open_ms FROM breaker WHERE name = ?1", name);
    if (row === undefined) return undefined;
    // SAFETY: only `turned` fills these columns.
    const [since, until] = [row.since as EpochMs, row.until as EpochMs];
    return { state: "open", turn: 0, since, until, openMs: row.open_ms };
  }

  /** A probe leaves no row of its own: whoever loads meanwhile finds that its time is over, and probes. */
  turned(name: string, state: BreakerState): void {
    if (state.state === "closed") this.#sql.exec("DELETE FROM breaker WHERE name = ?1", name);
    if (state.state !== "open") return;
    assert(this.#others(name) < BREAKERS_MAX, "breakers of an actor are fixed in code");
    this.#sql.exec(PUT, name, state.since, state.until, state.openMs);
  }

  #others(name: string): number {
    const [row] = this.#sql.exec<{ n: number }>("SELECT COUNT(*) AS n FROM breaker WHERE name <> ?1", name);
    return row?.n ?? 0;
  }
}

const PUT = "INSERT OR REPLACE INTO breaker (name, since, until, open_ms) VALUES (?1, ?2, ?3, ?4)";
