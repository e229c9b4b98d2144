/**
 * Any CSV file whose columns are told: trades, quotes or bars. Numbers pass through as they are written, and the platform
 * judges them; only time and symbol are read here, since pace and place need them.
 */

import { isSymbol } from "../domain/ids.ts";
import { dayOfText } from "../quant/calendars/dates.ts";
import { type FeedAdapter, type FeedSetting, type Opened, opened, unopened } from "./adapter.ts";
import { type ColumnMap, columnMap, placesIn } from "./column-map.ts";
import { csvFields } from "./csv.ts";
import { momentOf, type TimeUnit } from "./moments.ts";
import type { FeedBar, FeedTick, TapeEntry } from "./tick.ts";

/** No file of columns says by itself what they mean. */
export const csvTape: FeedAdapter = { format: "csv", begins: () => false, open };

type Reading = { readonly setting: FeedSetting; readonly map: ColumnMap; readonly part: Part };
/** What stands in a part's column of this row; undefined where the file has none, or it is empty. */
type Part = (row: readonly string[], name: string) => string | undefined;

function open(setting: FeedSetting, firstLine: string): Opened {
  const { columns, separator = ",", time } = setting;
  if (columns === undefined) return unopened("a CSV file needs --columns part:column,…");
  const map = columnMap(columns);
  if (!map.ok) return unopened(map.why);
  const lacking = lackOf(setting, map.value, time);
  if (lacking !== undefined) return unopened(lacking);
  const header = csvFields(firstLine, separator)?.map((name) => name.trim());
  const places = header === undefined ? undefined : placesIn(map.value, header);
  if (places === undefined) return unopened("a quote of its first line does not end");
  if (!places.ok) return unopened(places.why);
  const part: Part = (row, name) => row[places.value.get(name) ?? -1]?.trim() || undefined;
  return opened(rowReader({ setting, map: map.value, part }, separator, map.value.numbered));
}

function lackOf(
  setting: FeedSetting,
  { kind, columns }: ColumnMap,
  time: TimeUnit | undefined,
): string | undefined {
  if (!columns.has("date") && time === undefined)
    return "the unit of its times is not said: --time s, ms, us, ns or iso";
  if (kind === "bar" && setting.resolution === undefined)
    return "the width of its bars is not said: --resolution";
  if (columns.has("symbol") === (setting.symbol !== undefined))
    return "its symbols stand in a column, or --symbol names the one of all lines";
  return undefined;
}

function rowReader(reading: Reading, separator: string, startsWithRow: boolean): (line: string) => TapeEntry {
  let headerAhead = !startsWithRow;
  return (line) => {
    if (headerAhead) {
      headerAhead = false;
      return { kind: "ignored", why: "header" };
    }
    const row = csvFields(line, separator);
    return row === undefined ? malformed("a quote does not end") : rowEntry(reading, row);
  };
}

function rowEntry(reading: Reading, row: readonly string[]): TapeEntry {
  const { setting, map, part } = reading;
  const symbol = setting.symbol ?? part(row, "symbol") ?? "";
  if (symbol === "" || (setting.tokens !== true && !isSymbol(symbol)))
    return malformed("a row has no symbol of the form VENUE:TICKER");
  if (map.kind === "bar") return barEntry(reading, symbol, row);
  const ts = momentOf(part(row, "ts") ?? "", setting.time ?? "ms");
  if (ts === undefined) return malformed(`a row has no time in ${setting.time}`);
  const tick = map.kind === "trade" ? tradeOf(part, row) : quoteOf(part, row);
  // SAFETY: the map names every part that the kind has; what is empty or wrong is passed on for the platform to judge.
  return { kind: "tick", tick: { type: map.kind, symbol, ts, ...tick } as unknown as FeedTick };
}

function tradeOf(part: Part, row: readonly string[]): object {
  const conditions = part(row, "conditions")?.split(/\s+/);
  return given({
    price: part(row, "price"),
    size: part(row, "size"),
    dayVolume: part(row, "dayVolume"),
    id: part(row, "id"),
    seq: integer(part(row, "seq")),
    conditions,
  });
}

const quoteOf = (part: Part, row: readonly string[]): object =>
  given({
    ...{ bid: part(row, "bid"), bidSize: part(row, "bidSize") },
    ...{ ask: part(row, "ask"), askSize: part(row, "askSize") },
    seq: integer(part(row, "seq")),
  });

function barEntry({ setting, part }: Reading, symbol: string, row: readonly string[]): TapeEntry {
  const date = part(row, "date");
  const t = date === undefined ? momentOf(part(row, "t") ?? "", setting.time ?? "ms") : undefined;
  if (date !== undefined && dayOfText(date) === undefined) return malformed("a date is written 2024-08-08");
  if (date === undefined && t === undefined) return malformed(`a row has no time in ${setting.time}`);
  const numbers = given({
    ...{ o: part(row, "o"), h: part(row, "h"), l: part(row, "l"), c: part(row, "c"), v: part(row, "v") },
    n: integer(part(row, "n")),
  });
  const place = given({ symbol, resolution: setting.resolution, t, date });
  // SAFETY: what is empty is passed on for the platform to judge.
  return { kind: "bar", bar: { ...place, ...numbers } as unknown as FeedBar };
}

/** Text where it is none: the platform says so. */
const integer = (text: string | undefined): number | string | undefined =>
  text !== undefined && /^(?:0|[1-9]\d{0,15})$/.test(text) ? Number(text) : text;

const given = (fields: Readonly<Record<string, unknown>>): object =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

const malformed = (why: string): TapeEntry => ({ kind: "malformed", why });
