/** What one statement is and what comes back, the same for every back end. All values are Postgres text. */
export interface Statement {
  readonly query: string;
  readonly params: readonly (string | null)[];
  /** Rows as arrays or as objects; undefined leaves it to the request's header. */
  readonly arrayMode?: boolean;
}

export interface Field {
  readonly name: string;
  readonly tableID: number;
  readonly columnID: number;
  readonly dataTypeID: number;
  readonly dataTypeSize: number;
  readonly dataTypeModifier: number;
}

export interface StatementResult {
  readonly command: string;
  readonly rowCount: number | null;
  readonly fields: readonly Field[];
  readonly rows: readonly (readonly (string | null)[])[];
  /** Bytes of the rows as they came from the server. */
  readonly bytes: number;
}

/** One database session. A rejected statement throws SqlError; anything else thrown means the session is lost. */
export interface Session {
  query(statement: Statement, bytesMax: number): Promise<StatementResult>;
}
