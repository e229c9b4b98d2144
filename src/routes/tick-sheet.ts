/** The ticks of one request before anyone looks at them: one document, or a line for each. */
import { type postTicks, TICKS_PER_REQUEST_MAX, ticksEnvelope } from "../contracts/ticks.ts";
import { type BulkInput, type Judged, jsonObjectOf } from "../http/input.ts";
import { parseJson } from "../http/json.ts";
import { linesOf } from "../http/ndjson.ts";
import { hasEscape } from "../http/unstorable.ts";
import type { TickItem } from "./tick-groups.ts";

export type Sheet = {
  readonly source: string;
  readonly items: Iterable<TickItem>;
  /** Symbols whose feed ends with this request. */
  readonly end: readonly string[];
};

export const sheetOf = ({ text, media, headers }: BulkInput<typeof postTicks>): Judged<Sheet> =>
  media === "json" ? sheetOfDocument(text) : sheetOfLines(text, headers["x-source"]);

function sheetOfDocument(text: string): Judged<Sheet> {
  const body = jsonObjectOf(text, ticksEnvelope);
  if (!body.ok) return body;
  const { source, ticks, end = [] } = body.value;
  // One look for all: the whole text anew for each tick would cost more than everything else about it.
  const isEscaped = hasEscape(text);
  const items = ticks.map((value): TickItem => ({ parsed: { ok: true, value }, isEscaped }));
  return { ok: true, value: { source, items, end } };
}

function sheetOfLines(text: string, source: string | undefined): Judged<Sheet> {
  const lines = linesOf(text);
  if (lines.length === 0) return { ok: false, code: "json-invalid", detail: "the body holds no line" };
  if (lines.length > TICKS_PER_REQUEST_MAX)
    return { ok: false, code: "too-many-items", detail: `at most ${TICKS_PER_REQUEST_MAX} ticks` };
  if (source === undefined) return { ok: false, code: "invalid", errors: [NO_SOURCE] };
  const items = lines.map((line): TickItem => ({ parsed: parseJson(line), isEscaped: hasEscape(line) }));
  return { ok: true, value: { source, items, end: [] } };
}

const NO_SOURCE = {
  path: "x-source",
  code: "required",
  detail: "the header names where the lines come from",
};
