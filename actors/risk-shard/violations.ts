/**
 * Violations as they are read: a ring of their facts (`runtime/history.ts`), and what persons said of them. Each is active until somebody
 * resolves it with a reason.
 */
import type { ViolationFilter } from "../../src/contracts/violations.ts";
import { insertRows, rowInsert, type Sql } from "../runtime/sql.ts";
import { VIOLATIONS_MAX } from "./capacity.ts";
import type { Refused } from "./refused.ts";
import { refuse } from "./refused.ts";
import type { ViolationRaisedFact, ViolationResolved } from "./watch-events.ts";

export const RESOLUTIONS: readonly string[] = [
  `CREATE TABLE violation_resolution (violation INTEGER PRIMARY KEY, payload TEXT NOT NULL) STRICT`,
];

/** As it is kept, and as it is shown. */
export type Resolution = {
  readonly reason: string;
  readonly by: string;
  readonly at: number;
  /** Of the fact that says so. */
  readonly seq: number;
};
/** Facts begin with it. */
const FIRST_SEQ = 1;
type Row = { seq: number; payload: string; resolution: string | null };

const PUT = rowInsert("INSERT OR REPLACE INTO violation_resolution (violation, payload)");
const JOINED =
  "FROM violation_history AS v LEFT JOIN violation_resolution AS r ON r.violation = v.seq WHERE v.seq < ?1";

export class Violations {
  readonly #sql: Sql;
  /** Resolved since the last commit. */
  readonly #pending = new Map<number, Resolution>();

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  note({ violation, reason, by, at }: ViolationResolved, seq: number): void {
    this.#pending.set(violation, { reason, by, at, seq });
  }

  /** Called inside the group's transaction, behind the ring: what left that is left here too. */
  write(): void {
    if (this.#pending.size === 0) return;
    insertRows(
      this.#sql,
      PUT,
      [...this.#pending].map(([violation, resolution]) => [violation, JSON.stringify(resolution)]),
    );
    this.#pending.clear();
    this.#sql.exec(
      "DELETE FROM violation_resolution WHERE violation < (SELECT MIN(seq) FROM violation_history)",
    );
  }

  /** Newest first, below a seq: JSON texts of public violations. Only what is committed. */
  page(
    filter: ViolationFilter,
    before: number,
    limit: number,
  ): { readonly seq: number; readonly text: string }[] {
    const { where, values } = conditionsOf(filter);
    const rows = this.#sql.exec<Row>(
      `SELECT v.seq, v.payload, r.payload AS resolution ${JOINED}${where} ORDER BY v.seq DESC LIMIT ${limit}`,
      before,
      ...values,
    );
    return rows.map(({ seq, payload, resolution }) => ({
      seq,
      text: violationText(seq, payload, resolution),
    }));
  }

  /** Those below this seq are in Postgres only. Nothing leaves before the ring is full. */
  olderThan(kept: number): number {
    if (kept < VIOLATIONS_MAX) return FIRST_SEQ;
    const [row] = this.#sql.exec<{ seq: number | null }>("SELECT MIN(seq) AS seq FROM violation_history");
    return row?.seq ?? FIRST_SEQ;
  }

  /** How many there are of each code. */
  totals(filter: ViolationFilter): Record<string, number> {
    const { where, values } = conditionsOf(filter);
    const rows = this.#sql.exec<{ code: string; n: number }>(
      `SELECT json_extract(v.payload, '$.code') AS code, COUNT(*) AS n ${JOINED}${where} GROUP BY 1 ORDER BY 1`,
      Number.MAX_SAFE_INTEGER,
      ...values,
    );
    return Object.fromEntries(rows.map(({ code, n }) => [code, n]));
  }

  /** Why it cannot be resolved, if it cannot. */
  refusal(seq: number): Refused | undefined {
    const found = this.#sql.exec<{ seq: number }>("SELECT seq FROM violation_history WHERE seq = ?1", seq)[0];
    if (found === undefined)
      return refuse(
        "violation-unknown",
        "the account keeps no violation of this seq: older ones are in Postgres only",
      );
    const isResolved =
      this.#pending.has(seq) ||
      this.#sql.exec("SELECT 1 FROM violation_resolution WHERE violation = ?1", seq).length > 0;
    return isResolved ? refuse("violation-resolved", "somebody has resolved it before") : undefined;
  }
}

/** `?1` is the seq that all are below. */
function conditionsOf({ status, code, symbol, strategy, from, to }: ViolationFilter) {
  const values: (string | number)[] = [];
  let where = "";
  const add = (condition: string, value: string | number | undefined): void => {
    if (value === undefined) return;
    values.push(value);
    where += ` AND ${condition} ?${values.length + 1}`;
  };
  add("json_extract(v.payload, '$.code') =", code);
  add("json_extract(v.payload, '$.symbol') =", symbol);
  add("json_extract(v.payload, '$.strategy') =", strategy);
  add("json_extract(v.payload, '$.at') >=", from);
  add("json_extract(v.payload, '$.at') <", to);
  if (status !== undefined) where += ` AND r.violation IS ${status === "active" ? "" : "NOT "}NULL`;
  return { where, values };
}

export function violationText(seq: number, payload: string, resolution: string | null = null): string {
  // SAFETY: the ring keeps the payloads of these facts.
  const { at, limitsVersion = null, member = null, ...raised } = JSON.parse(payload) as ViolationRaisedFact;
  const status = resolution === null ? "active" : "resolved";
  return JSON.stringify({
    ...{ seq, ts: at, ...raised, member, limitsVersion, status },
    resolution: resolution === null ? null : (JSON.parse(resolution) as Resolution),
  });
}
