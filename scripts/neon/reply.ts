/** Renders the answers of Neon's HTTP protocol. */
import { TextEncoder } from "node:util";
import { toJsonText } from "./json-values.ts";
import type { RequestOptions } from "./request.ts";
import {
  RequestRefused,
  ResponseTooLarge,
  SQL_ERROR_FIELDS,
  SqlError,
  type SqlErrorFields,
} from "./sql-error.ts";
import type { Field, Statement, StatementResult } from "./statement.ts";

/** Status, headers of its own, and JSON text as bytes, so that it crosses threads without a copy. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer>;
}

export function resultReply(json: string, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status: 200, headers, body: new TextEncoder().encode(json) };
}

/** The reply for an error that is the request's own; undefined when the fault lies elsewhere. */
export function errorReply(error: unknown): Reply | undefined {
  if (error instanceof SqlError) return errorBody(400, error.message, error.fields);
  if (error instanceof ResponseTooLarge) return errorBody(507, error.message, {});
  if (error instanceof RequestRefused)
    return errorBody(error.status, error.message, { code: error.code ?? undefined });
  return undefined;
}

function errorBody(status: number, message: string, fields: SqlErrorFields): Reply {
  const body: Record<string, string | null> = { message };
  for (const name of SQL_ERROR_FIELDS) body[name] = fields[name] ?? null;
  return { status, headers: {}, body: new TextEncoder().encode(JSON.stringify(body)) };
}

export function renderResult(result: StatementResult, statement: Statement, options: RequestOptions): string {
  const asArray = statement.arrayMode ?? options.arrayMode;
  const fields = result.fields.map((field) => JSON.stringify({ ...field, format: "text" }));
  const value = options.rawText ? rawValue : jsonValue;
  const row = asArray ? arrayRow : objectRow;
  const rows = result.rows.map((values) => row(values, result.fields, value));
  return (
    `{"fields":[${fields.join(",")}],"rows":[${rows.join(",")}],` +
    `"command":${JSON.stringify(result.command)},"rowCount":${result.rowCount},"rowAsArray":${asArray}}`
  );
}

type RenderValue = (text: string | null, field: Field) => string;

function arrayRow(values: readonly (string | null)[], fields: readonly Field[], value: RenderValue): string {
  return `[${values.map((text, i) => value(text, at(fields, i))).join(",")}]`;
}

/** Two columns of one name give two members of one name, as at Neon; a reader sees the last. */
function objectRow(values: readonly (string | null)[], fields: readonly Field[], value: RenderValue): string {
  return `{${values.map((text, i) => `${JSON.stringify(at(fields, i).name)}:${value(text, at(fields, i))}`).join(",")}}`;
}

function rawValue(text: string | null): string {
  return JSON.stringify(text);
}

function jsonValue(text: string | null, field: Field): string {
  return text === null ? "null" : toJsonText(text, field.dataTypeID);
}

function at(fields: readonly Field[], index: number): Field {
  const field = fields[index];
  if (field === undefined) throw new RangeError("a row has more values than its description has fields");
  return field;
}
