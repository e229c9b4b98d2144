/** Which column of a CSV is which field of an imported bar: by its usual names, or as the query says. Nothing is guessed, nothing passed over unsaid. */
import type { ImportQuery } from "../contracts/bar-import.ts";
import { FAULTS_MAX } from "../contracts/issues.ts";
import type { Judged } from "./input.ts";

/** Names of a column, in lower case, that mean the field. */
const NAMES = {
  t: ["t", "ts", "time", "timestamp"],
  date: ["date", "day"],
  o: ["o", "open"],
  h: ["h", "high"],
  l: ["l", "low"],
  c: ["c", "close"],
  v: ["v", "volume", "vol"],
  n: ["n", "trades", "count"],
  vw: ["vw", "vwap"],
  rev: ["rev", "revision"],
  resolution: ["resolution"],
} as const;
type Field = keyof typeof NAMES;
const FIELDS = Object.keys(NAMES) as Field[]; // SAFETY: the keys of a const object.
/** Fields that are whole numbers in JSON. */
const WHOLE: ReadonlySet<Field> = new Set(["t", "n", "rev"]);
/** Without one of each no row could be a bar. */
const NEEDED: readonly (readonly Field[])[] = [["t", "date"], ["o"], ["h"], ["l"], ["c"], ["v"]];
const WHOLE_NUMBER = /^(0|[1-9]\d{0,15})$/;

/** By place; undefined where the column is passed over. */
export type Columns = readonly (Field | undefined)[];
type Fields = Readonly<Record<string, unknown>>;

export function columnsOf(
  header: readonly string[],
  { columns = "", ignore = "" }: ImportQuery,
): Judged<Columns> {
  const told = new Map<string, Field>();
  for (const pair of columns.split(",").filter((text) => text !== "")) {
    const [field, column] = split(pair);
    if (!isField(field) || column === "")
      return refuse(pair, "columns are field:column, separated by commas");
    told.set(column, field);
  }
  const ignored = new Set(ignore.split(","));
  const lacking = [...told.keys(), ...ignored].filter((column) => column !== "" && !header.includes(column));
  if (lacking.length > 0) return refuseAll(lacking, "the header has no such column");
  const named = [...told.values()];
  const places = header.map((column) => told.get(column) ?? usualField(column, named, ignored));
  const unknown = header.filter((column, place) => places[place] === undefined && !ignored.has(column));
  if (unknown.length > 0)
    return refuseAll(unknown, "no field has this name: give it in columns or in ignore");
  const twice = FIELDS.filter((field) => places.filter((place) => place === field).length > 1);
  if (twice.length > 0) return refuseAll(twice, "two columns are this field");
  const missing = NEEDED.filter((fields) => !fields.some((field) => places.includes(field)));
  return missing.length > 0 ? refuseShort(missing) : { ok: true, value: places };
}

/** An empty field was not given. Whole numbers become such; prices and sizes stay as they are written. */
export function fieldsOf(
  record: readonly string[],
  columns: Columns,
): { ok: true; value: Fields } | { ok: false; code: string; detail: string } {
  if (record.length !== columns.length)
    return {
      ok: false,
      code: "csv-invalid",
      detail: `${record.length} fields under ${columns.length} columns`,
    };
  const given = columns.flatMap((field, place) => {
    const text = record[place] ?? "";
    return field === undefined || text === "" ? [] : [[field, valueOf(field, text)] as const];
  });
  return { ok: true, value: Object.fromEntries(given) };
}

const valueOf = (field: Field, text: string): string | number =>
  WHOLE.has(field) && WHOLE_NUMBER.test(text) ? Number(text) : text;

/** A field that the query has given another column is not looked for under its usual names. */
function usualField(
  column: string,
  named: readonly Field[],
  ignored: ReadonlySet<string>,
): Field | undefined {
  if (ignored.has(column)) return undefined;
  const lower = column.toLowerCase();
  return FIELDS.find((field) => !named.includes(field) && NAMES[field].some((name) => name === lower));
}

const isField = (text: string): text is Field => FIELDS.some((field) => field === text);

/** A column's own name may hold a colon. */
function split(pair: string): readonly [field: string, column: string] {
  const colon = pair.indexOf(":");
  return colon < 0 ? [pair, ""] : [pair.slice(0, colon), pair.slice(colon + 1)];
}

const refuse = (column: string, detail: string): Judged<Columns> => refuseAll([column], detail);
const refuseAll = (columns: readonly string[], detail: string): Judged<Columns> => ({
  ok: false,
  code: "unknown-field",
  detail,
  errors: columns
    .slice(0, FAULTS_MAX)
    .map((column) => ({ path: pathOf(column), code: "unknown-field", detail })),
});

const refuseShort = (missing: typeof NEEDED): Judged<Columns> => ({
  ok: false,
  code: "invalid",
  detail: "the header lacks a column that each bar needs",
  errors: missing.map((fields) => ({
    path: `columns.${fields[0]}`,
    code: "required",
    detail: `no column is ${fields.join(" or ")}`,
  })),
});

/** A name as a programmer would write it may be shown again; anything else stays unsaid. */
const pathOf = (column: string): string =>
  /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/.test(column) ? `columns.${column}` : "columns.?";
