/** The flags that say what a tape is, for a replay and for `npm start -- --feed tape:FILE`. */

import { ID_PATTERN, SYMBOL_PATTERN } from "../../src/domain/ids.ts";
import { FEED_FORMATS, type FeedFormat, type FeedSetting } from "../../src/feeds/adapter.ts";
import { columnMap } from "../../src/feeds/column-map.ts";
import { TIME_UNITS, type TimeUnit } from "../../src/feeds/moments.ts";

/** How a tape is read where it does not tell itself. */
export type TapeReading = {
  readonly format?: FeedFormat;
  readonly setting?: FeedSetting;
  /** Whose tokens its symbols are. */
  readonly broker?: string;
};

export const TAPE_OPTIONS = {
  format: { type: "string" },
  symbol: { type: "string" },
  columns: { type: "string" },
  time: { type: "string" },
  separator: { type: "string" },
  resolution: { type: "string" },
  "alias-broker": { type: "string" },
} as const;

export const TAPE_USAGE = `  --format FORMAT  ${FEED_FORMATS.join(", ")};
                   known by its first line, but for csv
  --symbol SYMBOL  VENUE:TICKER of every line, where lines and file name tell none
  --columns MAP    of csv: ts:time,price:px,size:qty (trades), bid, bidSize, ask, askSize (quotes),
                   t or date, o, h, l, c, v, n (bars), symbol, id, seq, conditions; #3 is the third column
  --time UNIT      of csv: ${TIME_UNITS.join(", ")}
  --separator CHAR of csv: one character, or tab; the default is a comma
  --resolution R   of csv with bars: their width, 1 or 1D …
  --alias-broker B symbols of csv or outcry are tokens of this broker, looked up among the aliases of instruments`;

export type TapeValues = { readonly [Flag in keyof typeof TAPE_OPTIONS]?: string | undefined };
export type TapeFlags =
  | { readonly ok: true; readonly reading: TapeReading | undefined }
  | { readonly ok: false; readonly why: string };

/** Undefined where no flag is given: the tape tells itself. */
export function tapeFlags(values: TapeValues): TapeFlags {
  const why = faultIn(values);
  if (why !== undefined) return { ok: false, why };
  const { format, symbol, columns, time, separator, resolution, "alias-broker": broker } = values;
  const setting: FeedSetting = given({
    ...{ symbol, columns, time: time as TimeUnit | undefined, resolution },
    separator: separator === "tab" ? "\t" : separator,
    tokens: broker === undefined ? undefined : true,
  });
  const reading: TapeReading = given({
    format: format as FeedFormat | undefined,
    setting: Object.keys(setting).length === 0 ? undefined : setting,
    broker,
  });
  return { ok: true, reading: Object.keys(reading).length === 0 ? undefined : reading };
}

const CSV_FLAGS = ["columns", "time", "separator", "resolution"] as const;
const TOKEN_FORMATS: readonly (string | undefined)[] = ["csv", "outcry"];

function faultIn(values: TapeValues): string | undefined {
  const { format, symbol } = values;
  if (format !== undefined && !FEED_FORMATS.some((known) => known === format))
    return `--format ${format}: one of ${FEED_FORMATS.join(", ")}.`;
  if (symbol !== undefined && !SYMBOL_PATTERN.test(symbol))
    return `--symbol ${symbol}: a symbol is VENUE:TICKER.`;
  return csvFault(values) ?? tokenFault(values);
}

function csvFault(values: TapeValues): string | undefined {
  const { format, columns, time, separator } = values;
  const stray = CSV_FLAGS.find((flag) => values[flag] !== undefined && format !== "csv");
  if (stray !== undefined) return `--${stray} belongs to --format csv.`;
  if (time !== undefined && !TIME_UNITS.some((known) => known === time))
    return `--time ${time}: one of ${TIME_UNITS.join(", ")}.`;
  if (separator !== undefined && separator !== "tab" && separator.length !== 1)
    return "--separator is one character, or tab.";
  const map = columns === undefined ? undefined : columnMap(columns);
  return map?.ok === false ? `--columns: ${map.why}.` : undefined;
}

function tokenFault({ format, symbol, "alias-broker": broker }: TapeValues): string | undefined {
  if (broker === undefined) return undefined;
  if (!ID_PATTERN.test(broker)) return `--alias-broker ${broker}: a broker is a plain word.`;
  return symbol === undefined && TOKEN_FORMATS.includes(format)
    ? undefined
    : "--alias-broker reads the symbols of --format csv or outcry, and --symbol names one instead.";
}

// SAFETY: exactly the fields that are not undefined are kept, under their own names.
const given = <Fields extends Record<string, unknown>>(fields: Fields) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Name in keyof Fields]?: Exclude<Fields[Name], undefined>;
  };
