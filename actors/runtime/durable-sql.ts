/** The `Sql` port over a Durable Object's storage. */
import { checkBindings, refuseAsync, type Sql, type SqlRow, type SqlValue } from "./sql.ts";

type Storage = Pick<DurableObjectStorage, "sql" | "transactionSync">;

export function durableSql(storage: Storage): Sql {
  let inTransaction = false;
  return {
    exec<Row extends SqlRow>(statement: string, ...bindings: SqlValue[]): Row[] {
      checkBindings(bindings);
      return storage.sql.exec<Row>(statement, ...bindings).toArray();
    },
    transaction(work) {
      // The platform would nest; other hosts of SQLite do not.
      if (inTransaction) throw new Error("a transaction within a transaction");
      inTransaction = true;
      try {
        return storage.transactionSync(() => {
          const result = work();
          refuseAsync(result);
          return result;
        });
      } finally {
        inTransaction = false;
      }
    },
  };
}
