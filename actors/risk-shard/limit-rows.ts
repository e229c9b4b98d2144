/** SQL of limits: the sets that were in force, and what waits to be one. */
import { assert } from "../../src/domain/assert.ts";
import { insertRows, rowInsert, type Sql } from "../runtime/sql.ts";
import { LIMIT_VERSIONS_MAX } from "./capacity.ts";
import type { LimitsPut } from "./events.ts";
import { inheritedFrom, withInherited } from "./inherited-limits.ts";
import type { LimitsPlanned, PendingLimits } from "./limit-records.ts";
import { limitsFrom } from "./limit-set.ts";
import { limitsIn } from "./overrides.ts";
import { ownOf } from "./parts-splittable.ts";
import { type LimitSet, NO_LIMITS, type RiskState } from "./state.ts";

/** `meta` is empty in rows from before it was kept. */
export const LIMIT_PLANS: readonly string[] = [
  `ALTER TABLE limit_set ADD COLUMN since INTEGER NOT NULL DEFAULT 0`,
  `ALTER TABLE limit_set ADD COLUMN meta TEXT NOT NULL DEFAULT '{}'`,
  `CREATE TABLE limit_pending (id TEXT PRIMARY KEY, payload TEXT NOT NULL) STRICT, WITHOUT ROWID`,
];

/** `text` of the base only where it is another than that of the set. */
type Meta = Pick<LimitSet, "by" | "origin" | "inherited"> & {
  readonly base?: { readonly version: number; readonly text?: string };
};
type VersionRow = { version: number; since: number; meta: string; size: number };

export class LimitRows {
  readonly #sql: Sql;
  readonly #state: RiskState;
  readonly #pending = new Set<string>();
  #sets: LimitSet[] = [];

  constructor(sql: Sql, state: RiskState) {
    this.#sql = sql;
    this.#state = state;
  }

  /** After the event was applied. */
  note(event: LimitsPut | LimitsPlanned): void {
    if (event.kind === "limits-put") this.#sets.push(event.set);
    else this.#pending.add(event.id);
  }

  /** The public text of a version's limits; undefined where it was never put or has left. */
  text(version: number): string | undefined {
    const rows = this.#sql.exec<{ limits: string }>(
      "SELECT limits FROM limit_set WHERE version = ?1",
      version,
    );
    return rows[0]?.limits;
  }

  /** Those of nodes above that held beside them. */
  inherited(version: number): Meta["inherited"] {
    const rows = this.#sql.exec<{ meta: string }>("SELECT meta FROM limit_set WHERE version = ?1", version);
    return rows[0] === undefined ? undefined : parseMeta(rows[0].meta).inherited;
  }

  /** The version that was in force then, as far as it is known here since when each was. */
  versionAt(at: number): number | undefined {
    const rows = this.#sql.exec<{ version: number }>(
      "SELECT version FROM limit_set WHERE since > 0 AND since <= ?1 ORDER BY version DESC LIMIT 1",
      at,
    );
    return rows[0]?.version;
  }

  /** Newest first. Those of which it is not kept who put them when are read in Postgres. */
  versions(before: number, limit: number): VersionRow[] {
    return this.#sql.exec<VersionRow>(
      `SELECT version, since, meta, json_array_length(limits) AS size FROM limit_set
         WHERE since > 0 AND version < ?1 ORDER BY version DESC LIMIT ?2`,
      before,
      limit,
    );
  }

  /** The oldest of those. */
  get oldest(): number | undefined {
    const [row] = this.#sql.exec<{ version: number | null }>(
      "SELECT MIN(version) AS version FROM limit_set WHERE since > 0",
    );
    return row?.version ?? undefined;
  }

  /** Called inside the group's transaction. */
  write(): void {
    this.#writeSets();
    if (this.#pending.size === 0) return;
    const ids = [...this.#pending];
    this.#pending.clear();
    const rows = ids.map((id) => [id, this.#state.pendingLimits.get(id)] as const);
    const kept = rows.filter(([, pending]) => pending !== undefined);
    insertRows(
      this.#sql,
      PUT_PENDING,
      kept.map(([id, pending]) => [id, JSON.stringify(pending)]),
    );
    const gone = rows.filter(([, pending]) => pending === undefined).map(([id]) => id);
    this.#sql.exec(
      "DELETE FROM limit_pending WHERE id IN (SELECT value FROM json_each(?1))",
      JSON.stringify(gone),
    );
  }

  #writeSets(): void {
    if (this.#sets.length === 0) return;
    insertRows(
      this.#sql,
      PUT_SETS,
      this.#sets.map((set) => [set.version, set.text, set.since ?? 0, metaText(set)]),
    );
    this.#sets = [];
    const oldest = this.#state.limits.version - LIMIT_VERSIONS_MAX;
    this.#sql.exec("DELETE FROM limit_set WHERE version <= ?1", oldest);
  }
}

const PUT_SETS = rowInsert("INSERT INTO limit_set (version, limits, since, meta)");
const PUT_PENDING = rowInsert("INSERT OR REPLACE INTO limit_pending (id, payload)");

function metaText({ by, origin, base, text, inherited }: LimitSet): string {
  const other = base?.text === text ? { version: base.version } : base;
  return JSON.stringify({ by, origin, base: other, inherited } satisfies { [Field in keyof Meta]: unknown });
}

// SAFETY: only `metaText` writes them, or the step that made the column.
export const parseMeta = (text: string): Meta => JSON.parse(text) as Meta;

/** The account is loaded before. */
export function loadLimits(sql: Sql, { account, parts }: Pick<RiskState, "account" | "parts">): LimitSet {
  type Row = { version: number; limits: string; since: number; meta: string };
  const row = sql.exec<Row>("SELECT * FROM limit_set ORDER BY version DESC LIMIT 1")[0];
  if (row === undefined || account === undefined) return NO_LIMITS;
  const limits = limitsFrom(ownOf({ parts }, limitsIn(row.limits)), account.account);
  assert(!("refuse" in limits), "limits that were put once can be evaluated for ever");
  const { by, origin, base, inherited } = parseMeta(row.meta);
  const above = inherited === undefined ? [] : inheritedFrom(inherited);
  assert(above !== undefined, "limits that were inherited once can be evaluated for ever");
  return {
    ...{ version: row.version, limits: withInherited(limits, above), text: row.limits },
    ...(inherited === undefined ? {} : { inherited }),
    ...(row.since === 0 ? {} : { since: row.since }),
    ...(by === undefined ? {} : { by }),
    ...(origin === undefined ? {} : { origin }),
    ...(base === undefined ? {} : { base: { text: row.limits, ...base } }),
  };
}

export function loadPending(sql: Sql, { pendingLimits }: RiskState): void {
  // SAFETY: `write` above stores nothing else.
  for (const { id, payload } of sql.exec<{ id: string; payload: string }>("SELECT * FROM limit_pending"))
    pendingLimits.set(id, JSON.parse(payload) as PendingLimits);
}
