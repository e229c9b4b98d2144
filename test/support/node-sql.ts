/** The `Sql` port over node:sqlite. It refuses what the object's SQLite refuses, so that no test passes on a statement that production rejects. */
import { DatabaseSync } from "node:sqlite";
import { checkBindings, type Sql, type SqlRow, type SqlValue } from "../../actors/runtime/sql.ts";

const FORBIDDEN = /\b(PRAGMA\s+(user_version|journal_mode|synchronous)|CREATE\s+TEMP|ATTACH|DETACH|BEGIN|COMMIT|ROLLBACK|SAVEPOINT|VACUUM)\b/i;
/** Terms of a compound SELECT, bound parameters of a statement, columns of a table: the platform's own numbers. */
const COMPOUND_TERMS_MAX = 5;
const PARAMETERS_MAX = 100;
const STATEMENT_BYTES_MAX = 100_000;

export type NodeSql = Sql & { readonly database: DatabaseSync; close(): void };

export function memorySql(path = ":memory:"): NodeSql {
  const database = new DatabaseSync(path);
  let inTransaction = false;
  return {
    database,
    exec<Row extends SqlRow>(statement: string, ...bindings: SqlValue[]): Row[] {
      refuseForbidden(statement, bindings);
      const prepared = database.prepare(statement);
      const wanted = new Set(statement.match(/\?\d+/g) ?? []).size;
      if (wanted !== bindings.length) throw new Error(`Wrong number of parameter bindings for SQL query: ${wanted} wanted, ${bindings.length} given`);
      const bound = bindings.map((value) => (value instanceof ArrayBuffer ? new Uint8Array(value) : value));
      // SAFETY: node:sqlite answers plain rows of the same value types.
      return prepared.all(...bound).map((row) => ({ ...row })) as unknown as Row[];
    },
    transaction(work) {
      if (inTransaction) throw new Error("a transaction within a transaction");
      inTransaction = true;
      database.exec("BEGIN IMMEDIATE");
      try {
        const result = work();
        if (result instanceof Promise) throw new Error("a transaction callback may not be asynchronous");
        database.exec("COMMIT");
        return result;
      } catch (error) {
        if (database.isTransaction) database.exec("ROLLBACK");
        throw error;
      } finally {
        inTransaction = false;
      }
    },
    close: () => database.close(),
  };
}

function refuseForbidden(statement: string, bindings: readonly unknown[]): void {
  checkBindings(bindings);
  if (FORBIDDEN.test(statement)) throw new Error("not authorized");
  if (bindings.length > PARAMETERS_MAX) throw new Error("too many SQL variables");
  if (statement.length > STATEMENT_BYTES_MAX) throw new Error("statement too long");
  if ((statement.match(/\bUNION\b/gi) ?? []).length >= COMPOUND_TERMS_MAX) throw new Error("too many terms in compound SELECT");
  if (/CREATE\s+TABLE/i.test(statement) && statement.split(",").length > 100) throw new Error("too many columns");
}
