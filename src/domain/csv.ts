/** CSV as RFC 4180 has it, strictly: fields by commas, quotes around a whole field, a quote inside by two, lines that end in CRLF or LF. */

export type CsvRecords =
  | { readonly ok: true; readonly records: readonly (readonly string[])[] }
  /** After a broken field nothing can be trusted. `line` counts from 1. */
  | { readonly ok: false; readonly line: number };

const QUOTE = '"';
const END_OF_PLAIN = /[",\r\n]/g;
/** More columns than any table of ours has, and few enough that a line of nothing but commas is not taken apart. */
const FIELDS_MAX = 1_000;

/**
 * Lines without a character count for nothing. Each character is looked at once, also where a quote never ends; behind `max` records and one
 * more none is.
 */
export function csvRecords(text: string, max = Number.POSITIVE_INFINITY): CsvRecords {
  const records: string[][] = [];
  let record: string[] = [];
  for (let at = 0; (at < text.length || record.length > 0) && records.length <= max; ) {
    const end = text[at] === QUOTE ? endOfQuoted(text, at) : endOfPlain(text, at);
    const after = end === undefined ? undefined : afterField(text, end);
    if (end === undefined || after === undefined || record.length >= FIELDS_MAX)
      return { ok: false, line: text.slice(0, at).split("\n").length };
    record.push(fieldIn(text, at, end));
    const isEmptyLine = record.length === 1 && end === at;
    at = after;
    if (text[end] === ",") continue;
    if (!isEmptyLine) records.push(record);
    record = [];
  }
  return { ok: true, records };
}

function endOfPlain(text: string, at: number): number {
  END_OF_PLAIN.lastIndex = at;
  return END_OF_PLAIN.exec(text)?.index ?? text.length;
}

/** Behind the quote that closes it. */
function endOfQuoted(text: string, at: number): number | undefined {
  for (let quote = text.indexOf(QUOTE, at + 1); quote >= 0; quote = text.indexOf(QUOTE, quote + 2))
    if (text[quote + 1] !== QUOTE) return quote + 1;
  return undefined;
}

/** Where the next field begins: behind a comma, or the end of a line or of all. Undefined where the field goes on as it may not. */
function afterField(text: string, end: number): number | undefined {
  if (end === text.length) return end;
  if (text[end] === "," || text[end] === "\n") return end + 1;
  return text.startsWith("\r\n", end) ? end + 2 : undefined;
}

const fieldIn = (text: string, at: number, end: number): string =>
  text[at] === QUOTE ? text.slice(at + 1, end - 1).replaceAll(QUOTE + QUOTE, QUOTE) : text.slice(at, end);
