/** CSV as RFC 4180 has it, strictly: fields by commas, quotes around a whole field, a quote inside by two, lines that end in CRLF or LF. */

export type CsvRecords =
  | { readonly ok: true; readonly records: readonly (readonly string[])[] }
  /** In a broken quote nothing after it can be trusted. `line` counts from 1. */
  | { readonly ok: false; readonly line: number };

const QUOTE = '"';
/** A field and what ends it: in quotes, or without any. Each character is looked at once, also where the quote never ends. */
const FIELD = /(?:"([^"]*(?:""[^"]*)*)"|([^",\r\n]*))(,|\r?\n|$)/y;

/** Lines without a character count for nothing. */
export function csvRecords(text: string): CsvRecords {
  const records: string[][] = [];
  FIELD.lastIndex = 0;
  for (let record: string[] = []; FIELD.lastIndex < text.length || record.length > 0; ) {
    const at = FIELD.lastIndex;
    const found = FIELD.exec(text);
    if (found === null) return { ok: false, line: text.slice(0, at).split("\n").length };
    const [, quoted, plain = "", end] = found;
    record.push(quoted === undefined ? plain : quoted.replaceAll(QUOTE + QUOTE, QUOTE));
    if (end === ",") continue;
    if (record.length > 1 || quoted !== undefined || plain !== "") records.push(record);
    record = [];
  }
  return { ok: true, records };
}
