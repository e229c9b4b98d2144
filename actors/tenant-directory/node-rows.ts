/** SQL of a tenant's firms and desks: which there are, and who is above whom. They stay on disk: they are few and change seldom. */
import type { NodeKind } from "../../src/domain/firm.ts";
import { type Sql, writeRows } from "../runtime/sql.ts";

/** `parent` is empty of a firm; it and `shown` are empty until the node has told of itself. */
export const NODE_TABLE =
  "CREATE TABLE node (node TEXT PRIMARY KEY, kind TEXT NOT NULL, parent TEXT NOT NULL, shown TEXT NOT NULL) STRICT, WITHOUT ROWID";

export type NodeRow = {
  readonly node: string;
  readonly kind: NodeKind;
  readonly parent: string;
  /** JSON text of the listed object. */
  readonly shown: string;
};

export class NodeRows {
  readonly #sql: Sql;
  readonly #changed = new Map<string, NodeRow>();

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  find(node: string): NodeRow | undefined {
    return this.#changed.get(node) ?? this.#sql.exec<NodeRow>("SELECT * FROM node WHERE node = ?1", node)[0];
  }

  /** Every one; those of the present group too. */
  all(): ReadonlyMap<string, NodeRow> {
    const rows = this.#sql.exec<NodeRow>("SELECT * FROM node");
    return new Map([...rows.map((row): [string, NodeRow] => [row.node, row]), ...this.#changed]);
  }

  page(kind: NodeKind, after: string, limit: number): { name: string; shown: string }[] {
    const rows = this.#sql.exec<NodeRow>(
      "SELECT * FROM node WHERE kind = ?1 AND node > ?2 ORDER BY node LIMIT ?3",
      kind,
      after,
      limit,
    );
    return rows.map((row) => ({ name: row.node, shown: row.shown === "" ? unheard(row) : row.shown }));
  }

  count(kind?: NodeKind): number {
    const all = this.all();
    return kind === undefined ? all.size : [...all.values()].filter((row) => row.kind === kind).length;
  }

  mark(row: NodeRow): void {
    this.#changed.set(row.node, row);
  }

  /** Called inside the group's transaction. */
  write(): void {
    writeRows(
      this.#sql,
      "INSERT OR REPLACE INTO node (node, kind, parent, shown) SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?1)",
      [...this.#changed.values()].map(({ node, kind, parent, shown }) => [node, kind, parent, shown]),
    );
    this.#changed.clear();
  }
}

/** Noted, and not made yet, or not heard of yet. */
const unheard = ({ kind, node }: NodeRow): string => shownNode(kind, node, null, null);

export const shownNode = (
  kind: NodeKind,
  id: string,
  currency: string | null,
  parent: string | null,
): string => JSON.stringify({ [kind]: id, node: `${kind}:${id}`, currency, parent });
