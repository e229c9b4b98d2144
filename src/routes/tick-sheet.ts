/** The ticks of one request, sorted by symbol: they come as one document, or as a line for each. */
import { plainSheet } from "../contracts/plain-sheet.ts";
import { type postTicks, TICKS_PER_REQUEST_MAX, ticksEnvelope } from "../contracts/ticks.ts";
import { type BulkInput, type Judged, jsonObjectOf } from "../http/input.ts";
import { parseJson } from "../http/json.ts";
import { linesOf } from "../http/ndjson.ts";
import { hasEscape } from "../http/unstorable.ts";
import { groupTicks, type TickGroups, type TickItem } from "./tick-groups.ts";

export type Sheet = TickGroups & {
  readonly source: string;
  /** Symbols whose feed ends with this request. */
  readonly end: readonly string[];
};

export const sheetOf = ({ text, media, headers }: BulkInput<typeof postTicks>): Judged<Sheet> =>
  media === "json"
    ? (sheetOfPlainDocument(text) ?? sheetOfDocument(text))
    : sheetOfLines(text, headers["x-source"]);

function sheetOfPlainDocument(text: string): Judged<Sheet> | undefined {
  const plain = plainSheet(text);
  return plain === undefined ? undefined : { ok: true, value: { ...plain, rejected: [], end: [] } };
}

/** Whatever stands in it. */
export function sheetOfDocument(text: string): Judged<Sheet> {
  const body = jsonObjectOf(text, ticksEnvelope);
  if (!body.ok) return body;
  const { source, ticks, end = [] } = body.value;
  // One look for all: the whole text anew for each tick would cost more than everything else about it.
  const isEscaped = hasEscape(text);
  const items = ticks.map((value): TickItem => ({ parsed: { ok: true, value }, isEscaped }));
  return { ok: true, value: { source, ...groupTicks(items), end } };
}

function sheetOfLines(text: string, source: string | undefined): Judged<Sheet> {
  const lines = linesOf(text, TICKS_PER_REQUEST_MAX);
  if (lines.length === 0) return { ok: false, code: "json-invalid", detail: "the body holds no line" };
  if (lines.length > TICKS_PER_REQUEST_MAX)
    return { ok: false, code: "too-many-items", detail: `at most ${TICKS_PER_REQUEST_MAX} ticks` };
  if (source === undefined) return { ok: false, code: "invalid", errors: [NO_SOURCE] };
  const items = lines.map((line): TickItem => ({ parsed: parseJson(line), isEscaped: hasEscape(line) }));
  return { ok: true, value: { source, ...groupTicks(items), end: [] } };
}

const NO_SOURCE = {
  path: "x-source",
  code: "required",
  detail: "the header names where the lines come from",
};
