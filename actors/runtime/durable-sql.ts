/** The `Sql` port over a Durable Object's storage. */
import { checkBindings, refuseAsync, type Sql, type SqlRow, type SqlValue } from "./sql.ts";

type Storage = Pick<DurableObjectStorage, "sql" | "transactionSync">;
/** Hears how many rows each statement read and wrote, index entries included: what the platform bills. */
type Bill = (read: number, written: number) => void;

export function durableSql(storage: Storage, bill: Bill = () => {}): Sql {
  let inTransaction = false;
  return {
    exec<Row extends SqlRow>(statement: string, ...bindings: SqlValue[]): Row[] {
      checkBindings(bindings);
      const cursor = storage.sql.exec<Row>(statement, ...bindings);
      const rows = cursor.toArray();
      bill(cursor.rowsRead, cursor.rowsWritten);
      return rows;
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
