/** The `Sql` port over node:sqlite. It refuses what the object's SQLite refuses, so that no test passes on a statement that production rejects. */
import { DatabaseSync, type StatementSync } from "node:sqlite";
import {
  checkBindings,
  refuseAsync,
  type Sql,
  type SqlRow,
  type SqlValue,
} from "../../actors/runtime/sql.ts";

/** The platform's own numbers. */
const COMPOUND_TERMS_MAX = 5;
const PARAMETERS_MAX = 100;
const COLUMNS_MAX = 100;
const STATEMENT_BYTES_MAX = 100_000;
const PATTERN_BYTES_MAX = 50;

const FORBIDDEN: readonly (readonly [pattern: RegExp, message: string])[] = [
  [/\bPRAGMA\s+(user_version|journal_mode|synchronous)\b/i, "not authorized"],
  [/\bCREATE\s+TEMP/i, "not authorized"],
  [/\b(ATTACH|DETACH|VACUUM)\b/i, "not authorized"],
  [/^\s*(BEGIN|COMMIT|END|ROLLBACK|SAVEPOINT|RELEASE)\b/i, "use transaction() instead of BEGIN or SAVEPOINT"],
  [/\b_cf_/i, "not authorized"],
];

export type NodeSql = Sql & { readonly database: DatabaseSync; close(): void };

export function memorySql(path = ":memory:"): NodeSql {
  return nodeSql(new DatabaseSync(path));
}

/** All tables and rows as they are on disk now: what a backup, or a second activation of the same object, would find. */
export function copyOf(sql: NodeSql): NodeSql {
  const copy = memorySql();
  const tables = sql.exec<{ name: string; sql: string }>(
    "SELECT name, sql FROM sqlite_master WHERE type = 'table'",
  );
  for (const { name, sql: definition } of tables) {
    copy.database.exec(definition);
    for (const row of sql.database.prepare(`SELECT * FROM ${name}`).all()) {
      const values = Object.values(row);
      copy.database
        .prepare(`INSERT INTO ${name} VALUES (${values.map(() => "?").join(", ")})`)
        .run(...values);
    }
  }
  return copy;
}

function nodeSql(database: DatabaseSync): NodeSql {
  const prepared = new Map<string, StatementSync>();
  const prepare = (statement: string): StatementSync => {
    const known = prepared.get(statement);
    if (known !== undefined) return known;
    const fresh = database.prepare(statement);
    prepared.set(statement, fresh);
    return fresh;
  };
  let inTransaction = false;
  // Files share a process: a call that a test left under way may end in the middle of the next, and finds nobody there.
  let isClosed = false;
  return {
    database,
    exec<Row extends SqlRow>(statement: string, ...bindings: SqlValue[]): Row[] {
      checkBindings(bindings);
      refuseForbidden(statement, bindings);
      if (isClosed) return [];
      const bound = bindings.map((value) => (value instanceof ArrayBuffer ? new Uint8Array(value) : value));
      // SAFETY: node:sqlite answers plain rows of the same value types, blobs apart.
      return prepare(statement)
        .all(...bound)
        .map(withBuffers) as unknown as Row[];
    },
    transaction(work) {
      if (inTransaction) throw new Error("a transaction within a transaction");
      // SAFETY: nobody is there to look at it.
      if (isClosed) return undefined as ReturnType<typeof work>;
      inTransaction = true;
      database.exec("BEGIN IMMEDIATE");
      try {
        const result = work();
        refuseAsync(result);
        database.exec("COMMIT");
        return result;
      } catch (error) {
        if (database.isTransaction) database.exec("ROLLBACK");
        throw error;
      } finally {
        inTransaction = false;
      }
    },
    close() {
      isClosed = true;
      database.close();
    },
  };
}

function refuseForbidden(statement: string, bindings: readonly SqlValue[]): void {
  const code = statement.replace(/'(?:[^']|'')*'/g, "''");
  for (const [pattern, message] of FORBIDDEN) if (pattern.test(code)) throw new Error(message);
  if (/;\s*\S/.test(code) && !/^\s*CREATE\s+TRIGGER/i.test(code)) throw new Error("one statement at a time");
  if (statement.length > STATEMENT_BYTES_MAX) throw new Error("statement too long");
  if ((code.match(/\b(UNION|EXCEPT|INTERSECT)\b/gi) ?? []).length >= COMPOUND_TERMS_MAX)
    throw new Error("too many terms in compound SELECT");
  if (columnsOf(code) > COLUMNS_MAX) throw new Error("too many columns");
  const wanted = parametersOf(code);
  if (wanted > PARAMETERS_MAX) throw new Error("too many SQL variables");
  if (wanted !== bindings.length)
    throw new Error(`Wrong number of parameter bindings: ${wanted} wanted, ${bindings.length} given`);
  for (const [, , digits] of code.matchAll(/\b(LIKE|GLOB)\s+\?(\d+)/gi))
    if (isLongPattern(bindings[Number(digits) - 1])) throw new Error("LIKE or GLOB pattern too complex");
}

/** `?N` counts up to its number, as in SQLite. */
function parametersOf(code: string): number {
  const numbers = [...code.matchAll(/\?(\d*)/g)].map(([, digits = ""]) => digits);
  return numbers.reduce((most, digits) => (digits === "" ? most + 1 : Math.max(most, Number(digits))), 0);
}

const columnsOf = (code: string): number => (/^\s*CREATE\s+TABLE/i.test(code) ? code.split(",").length : 0);

const isLongPattern = (value: SqlValue | undefined): boolean =>
  typeof value === "string" && new TextEncoder().encode(value).length > PATTERN_BYTES_MAX;

function withBuffers(row: object): object {
  const entries = Object.entries(row).map(([name, value]) => [
    name,
    value instanceof Uint8Array ? value.slice().buffer : value,
  ]);
  return Object.fromEntries(entries);
}
