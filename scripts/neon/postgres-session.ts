/** One connection to a real Postgres through `pg`, with every value kept as the text that Postgres wrote. */
import pg from "pg";
import { ResponseTooLarge, SqlError } from "./sql-error.ts";
import type { Field, Session, Statement, StatementResult } from "./statement.ts";
import { COPY_REFUSED, encodeStatement, readTag } from "./wire.ts";

export class PostgresSession implements Session {
  readonly #client: pg.Client;
  #lost: "deadline" | "broken" | undefined;

  private constructor(client: pg.Client, onLost: (session: PostgresSession) => void) {
    this.#client = client;
    client.on("error", () => this.destroy("broken"));
    client.on("end", () => {
      this.#lost ??= "broken";
      onLost(this);
    });
  }

  static async connect(
    config: pg.ClientConfig,
    onLost: (session: PostgresSession) => void,
  ): Promise<PostgresSession> {
    const client = new pg.Client(config);
    const session = new PostgresSession(client, onLost);
    await client.connect();
    return session;
  }

  /** Why nothing more can be asked of this session, or undefined while something can. */
  get lost(): "deadline" | "broken" | undefined {
    return this.#lost;
  }

  /** The server's process behind this connection. */
  get processId(): number {
    // SAFETY: pg sets it from the server's key data before it reports the connection; its types leave it out.
    return (this.#client as unknown as { readonly processID: number }).processID;
  }

  query(statement: Statement, bytesMax: number): Promise<StatementResult> {
    if (this.#lost !== undefined) return Promise.reject(new Error("the connection to Postgres is lost"));
    return this.#client.query(new TextStatement(statement, bytesMax)).result;
  }

  /** Our own commands, never a client's. */
  async command(sql: string): Promise<void> {
    await this.#client.query(sql);
  }

  /** Cuts the connection now, whatever is under way on it. */
  destroy(why: "deadline" | "broken"): void {
    this.#lost ??= why;
    this.#client.connection.stream.destroy();
  }

  /** Says goodbye to the server, or cuts the connection when that takes too long. */
  async end(deadlineMs: number): Promise<void> {
    const timer = setTimeout(() => this.destroy("deadline"), deadlineMs);
    await this.#client.end().catch(() => {});
    clearTimeout(timer);
  }
}

/** A query in `pg`'s own extension form: the handlers are called by its client as the server's messages arrive. */
class TextStatement implements pg.Submittable {
  readonly result: Promise<StatementResult>;
  readonly #settle = Promise.withResolvers<StatementResult>();
  readonly #statement: Statement;
  readonly #bytesMax: number;
  readonly #rows: (string | null)[][] = [];
  #fields: readonly Field[] = [];
  #tag = "";
  #bytes = 0;
  #error: Error | undefined;

  constructor(statement: Statement, bytesMax: number) {
    this.#statement = statement;
    this.#bytesMax = bytesMax;
    this.result = this.#settle.promise;
  }

  readonly submit = (connection: pg.Connection): Error | null => {
    try {
      connection.stream.write(encodeStatement(this.#statement.query, this.#statement.params));
      return null;
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  };

  handleRowDescription(message: { readonly fields: readonly Field[] }): void {
    this.#fields = message.fields.map(
      ({ name, tableID, columnID, dataTypeID, dataTypeSize, dataTypeModifier }) => {
        return { name, tableID, columnID, dataTypeID, dataTypeSize, dataTypeModifier };
      },
    );
  }

  handleDataRow(message: { readonly length: number; readonly fields: (string | null)[] }): void {
    this.#bytes += message.length;
    if (this.#bytes <= this.#bytesMax) {
      this.#rows.push(message.fields);
    } else {
      this.#rows.length = 0;
      this.#error ??= new ResponseTooLarge(this.#bytesMax);
    }
  }

  handleCommandComplete(message: { readonly text: string }): void {
    this.#tag = message.text;
  }

  /** The CopyFail that ends it is already on its way: every statement is sent with one. */
  handleCopyInResponse(): void {}

  handleCopyData(): void {
    this.#error ??= new SqlError(COPY_REFUSED, { code: "0A000", severity: "ERROR" });
  }

  handleEmptyQuery(): void {}

  handlePortalSuspended(): void {}

  /** The client frees the connection for the next query by itself, once the server is ready again. */
  handleError(error: Error): void {
    this.#settle.reject(error instanceof pg.DatabaseError ? toSqlError(error) : error);
  }

  handleReadyForQuery(): void {
    if (this.#error !== undefined) this.#settle.reject(this.#error);
    else
      this.#settle.resolve({
        ...readTag(this.#tag),
        fields: this.#fields,
        rows: this.#rows,
        bytes: this.#bytes,
      });
  }
}

function toSqlError(error: pg.DatabaseError): SqlError {
  const { code, detail, hint, position, internalPosition, internalQuery, severity, where } = error;
  const { schema, table, column, dataType, constraint, file, line, routine } = error;
  return new SqlError(error.message, {
    ...{ code, detail, hint, position, internalPosition, internalQuery, severity, where },
    ...{ schema, table, column, dataType, constraint, file, line, routine },
  });
}
