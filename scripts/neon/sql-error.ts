/** An error that Postgres itself reported, with the fields that Neon passes on in its HTTP 400. */
export class SqlError extends Error {
  override readonly name = "SqlError";
  readonly fields: SqlErrorFields;

  constructor(message: string, fields: SqlErrorFields = {}) {
    super(message);
    this.fields = fields;
  }
}

/** The result grew beyond what one reply may hold. Neon answers 507. */
export class ResponseTooLarge extends Error {
  override readonly name = "ResponseTooLarge";

  constructor(bytesMax: number) {
    super(`response is too large (max is ${bytesMax} bytes)`);
  }
}

/** The request cannot be served for a reason outside SQL: the status says what the client may do next. */
export class RequestRefused extends Error {
  override readonly name = "RequestRefused";
  readonly status: number;
  /** A code like SQLSTATE where one fits, for clients that read the body. */
  readonly code: string | null;

  constructor(status: number, message: string, code: string | null = null) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export const SQL_ERROR_FIELDS = [
  "code",
  "detail",
  "hint",
  "position",
  "internalPosition",
  "internalQuery",
  "severity",
  "where",
  "table",
  "column",
  "schema",
  "dataType",
  "constraint",
  "file",
  "line",
  "routine",
] as const;

export type SqlErrorFields = { readonly [name in (typeof SQL_ERROR_FIELDS)[number]]?: string | undefined };
