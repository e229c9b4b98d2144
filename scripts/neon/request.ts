/** Reads a request of Neon's HTTP protocol: headers to options, body to statements, JSON scalars to Postgres text. */
import { TextDecoder } from "node:util";
import { RequestRefused, SqlError } from "./sql-error.ts";
import type { Statement } from "./statement.ts";

/** What the headers ask for. Plain data: it crosses to the database's thread. */
export interface RequestOptions {
  readonly rawText: boolean;
  readonly arrayMode: boolean;
  readonly isolationLevel: IsolationLevel | null;
  readonly readOnly: boolean;
  readonly deferrable: boolean;
}

export type IsolationLevel = keyof typeof ISOLATION_SQL;

export const ISOLATION_SQL = {
  Serializable: "SERIALIZABLE",
  RepeatableRead: "REPEATABLE READ",
  ReadCommitted: "READ COMMITTED",
  ReadUncommitted: "READ UNCOMMITTED",
} as const;

export type Payload =
  | { readonly kind: "single"; readonly statement: Statement }
  | { readonly kind: "batch"; readonly statements: readonly Statement[] };

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** Anything but the exact word "true" is false, as at Neon; only the isolation level can be wrong. */
export function parseOptions(headers: Headers): RequestOptions {
  const level = headers["neon-batch-isolation-level"];
  if (level !== undefined && !isIsolationLevel(level))
    throw new RequestRefused(400, "invalid isolation level");
  return {
    rawText: headers["neon-raw-text-output"] === "true",
    arrayMode: headers["neon-array-mode"] === "true",
    isolationLevel: level ?? null,
    readOnly: headers["neon-batch-read-only"] === "true",
    deferrable: headers["neon-batch-deferrable"] === "true",
  };
}

function isIsolationLevel(value: string | string[]): value is IsolationLevel {
  return typeof value === "string" && Object.hasOwn(ISOLATION_SQL, value);
}

/** Neon repeats a batch's options in the headers of its reply. */
export function echoedHeaders(options: RequestOptions): Record<string, string> {
  return {
    ...(options.readOnly && { "neon-batch-read-only": "true" }),
    ...(options.deferrable && { "neon-batch-deferrable": "true" }),
    ...(options.isolationLevel && { "neon-batch-isolation-level": options.isolationLevel }),
  };
}

/** The content type is not looked at: Neon's driver sends JSON as text/plain. */
export function parsePayload(body: Uint8Array): Payload {
  const json = parseJson(body);
  if (!isRecord(json)) throw unreadable("expected an object");
  if (json["query"] !== undefined) return { kind: "single", statement: parseStatement(json) };
  const queries = json["queries"];
  if (!Array.isArray(queries)) throw unreadable("expected query or queries");
  return { kind: "batch", statements: queries.map(parseStatement) };
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch (error) {
    throw unreadable(error instanceof Error ? error.message : String(error));
  }
}

function parseStatement(json: unknown): Statement {
  if (!isRecord(json)) throw unreadable("expected a query object");
  const { query, params = [], arrayMode } = json;
  if (typeof query !== "string") throw unreadable("query is not a string");
  if (!Array.isArray(params)) throw unreadable("params is not an array");
  if (arrayMode !== undefined && arrayMode !== null && typeof arrayMode !== "boolean") {
    throw unreadable("arrayMode is not a boolean");
  }
  return {
    query: checkedText(query),
    params: params.map(toParameterText),
    ...(typeof arrayMode === "boolean" && { arrayMode }),
  };
}

/** Neon's driver sends text and null only; other clients may send any JSON. */
function toParameterText(value: unknown): string | null {
  if (value === null) return null;
  if (Array.isArray(value)) return toArrayText(value);
  return toScalarText(value);
}

function toArrayText(values: readonly unknown[]): string {
  return `{${values.map(toArrayItemText).join(",")}}`;
}

function toArrayItemText(value: unknown): string {
  if (value === null) return "NULL";
  if (Array.isArray(value)) return toArrayText(value);
  if (typeof value === "number" || typeof value === "boolean") return toScalarText(value);
  return `"${toScalarText(value).replace(/["\\]/g, "\\$&")}"`;
}

function toScalarText(value: unknown): string {
  if (typeof value === "string") return checkedText(value);
  if (typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value)) {
    throw unreadable("a number beyond 2^53 has lost digits: send it as a string");
  }
  return checkedText(typeof value === "number" ? String(value) : JSON.stringify(value));
}

/** Text that Postgres could store only after changing it is refused here, for every back end alike. */
function checkedText(text: string): string {
  if (text.includes("\0")) {
    throw new SqlError('invalid byte sequence for encoding "UTF8": 0x00', {
      code: "22021",
      severity: "ERROR",
    });
  }
  if (!text.isWellFormed()) throw unreadable("a string holds half of a surrogate pair");
  return text;
}

function unreadable(why: string): RequestRefused {
  return new RequestRefused(400, `could not parse the HTTP request body: ${why}`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
