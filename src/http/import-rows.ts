/** Rows of an import: lines of JSON, or records of a CSV under its header. Each is read by itself; a broken quote or a wrong header ends the whole. */
import {
  BARS_PER_IMPORT_MAX,
  type ImportedBar,
  type ImportQuery,
  importedBar,
} from "../contracts/bar-import.ts";
import { type Fault, faultsOf } from "../contracts/issues.ts";
import { csvRecords } from "../domain/csv.ts";
import { columnsOf, fieldsOf } from "./import-columns.ts";
import type { Judged } from "./input.ts";
import { parseJson } from "./json.ts";
import { linesOf } from "./ndjson.ts";
import { hasEscape, unstorableFaultsIn } from "./unstorable.ts";

export type Rejected = { readonly index: number; readonly code: string; readonly detail: string };
export type ImportRow = { readonly index: number; readonly bar: ImportedBar };
export type ImportRows = { readonly rows: readonly ImportRow[]; readonly rejected: readonly Rejected[] };
type Read =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly code: string; readonly detail: string };

export function importRows(text: string, media: string, query: ImportQuery): Judged<ImportRows> {
  const read = media === "csv" ? rowsOfCsv(text, query) : rowsOfLines(text, query);
  if (!read.ok) return read;
  if (read.value.length === 0) return { ok: false, code: "invalid", detail: "the body holds no bar" };
  if (read.value.length > BARS_PER_IMPORT_MAX)
    return { ok: false, code: "too-many-items", detail: `at most ${BARS_PER_IMPORT_MAX} bars in a request` };
  const rows: ImportRow[] = [];
  const rejected: Rejected[] = [];
  for (const [index, one] of read.value.entries()) {
    const judged = one.ok ? barOf(one.value) : one;
    if (judged.ok) rows.push({ index, bar: judged.bar });
    else rejected.push({ index, code: judged.code, detail: judged.detail });
  }
  return { ok: true, value: { rows, rejected } };
}

function rowsOfLines(text: string, { columns, ignore }: ImportQuery): Judged<readonly Read[]> {
  if (columns !== undefined || ignore !== undefined)
    return { ok: false, code: "field-combination", detail: "columns and ignore speak of a CSV" };
  return { ok: true, value: linesOf(text, BARS_PER_IMPORT_MAX).map(lineOf) };
}

function lineOf(line: string): Read {
  const parsed = parseJson(line);
  if (!parsed.ok || !hasEscape(line)) return parsed;
  const [fault] = unstorableFaultsIn(parsed.value);
  return fault === undefined ? parsed : { ok: false, code: fault.code, detail: fault.detail };
}

function rowsOfCsv(text: string, query: ImportQuery): Judged<readonly Read[]> {
  // The header is one more.
  const csv = csvRecords(text, BARS_PER_IMPORT_MAX + 1);
  if (!csv.ok) return { ok: false, code: "csv-invalid", detail: `line ${csv.line} is not well formed` };
  const [header, ...records] = csv.records;
  if (header === undefined) return { ok: false, code: "csv-invalid", detail: "the body has no header" };
  const columns = columnsOf(header, query);
  if (!columns.ok) return columns;
  return { ok: true, value: records.map((record) => fieldsOf(record, columns.value)) };
}

function barOf(value: unknown): { ok: true; bar: ImportedBar } | { ok: false; code: string; detail: string } {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return { ok: false, code: "type", detail: "a bar is an object" };
  const parsed = importedBar.safeParse(value);
  if (parsed.success) return { ok: true, bar: parsed.data };
  const [fault] = faultsOf(parsed.error, value);
  return { ok: false, ...reasonOf(fault) };
}

const reasonOf = (fault: Fault | undefined): { code: string; detail: string } =>
  fault === undefined
    ? { code: "invalid", detail: "not valid" }
    : { code: fault.code, detail: fault.path === "" ? fault.detail : `${fault.path}: ${fault.detail}` };
