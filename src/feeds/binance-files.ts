/**
 * The files of Binance's public data (https://github.com/binance/binance-public-data): trades, aggregate trades and klines as
 * CSV, with a header (futures) or without (spot). Times are milliseconds, and microseconds for spot since 2025: their digits
 * tell. The symbol stands in the file's name alone.
 */
import { DECIMAL_PATTERN } from "../domain/decimal.ts";
import { isSymbol } from "../domain/ids.ts";
import { type FeedAdapter, type FeedFormat, type FeedSetting, opened, unopened } from "./adapter.ts";
import { BINANCE_VENUE } from "./binance.ts";
import { csvFields } from "./csv.ts";
import { momentOf } from "./moments.ts";
import type { FeedBar, TapeEntry } from "./tick.ts";

type Row = readonly string[];
type RowReader = (symbol: string, row: Row) => TapeEntry;
type FileKind = {
  readonly format: FeedFormat;
  readonly header: RegExp;
  readonly row: RegExp;
  readonly read: RowReader;
};

const ID = String.raw`\d{1,16}`;
const NUMBER = String.raw`\d+(?:\.\d+)?`;
const AT = String.raw`(?:\d{13}|\d{16})`;
const FLAG = "(?:[Tt]rue|[Ff]alse)";
const rowOf = (...columns: readonly string[]): RegExp => new RegExp(`^${columns.join(",")}\\r?$`);

const trades: FileKind = {
  format: "binance-trades",
  header: /^(?:trade_?)?id,price,(?:qty|quantity),(?:quote|base)_?qty,time,/i,
  // Futures have no last column.
  row: rowOf(ID, NUMBER, NUMBER, NUMBER, AT, `${FLAG}(?:,${FLAG})?`),
  read: (symbol, [id = "", price = "", size = "", , at = ""]) => tradeEntry(symbol, id, { price, size, at }),
};

/** Fills of one order at one price in one row. Its name is none of a trade: a span is read from one kind of file, not from both. */
const aggregates: FileKind = {
  format: "binance-agg-trades",
  header: /^agg(?:regate)?_?trade_?id,price,(?:qty|quantity),first_?trade_?id,last_?trade_?id,/i,
  row: rowOf(ID, NUMBER, NUMBER, ID, ID, AT, `${FLAG}(?:,${FLAG})?`),
  read: (symbol, [id = "", price = "", size = "", , , at = ""]) =>
    tradeEntry(symbol, `a${id}`, { price, size, at }),
};

const klines: FileKind = {
  format: "binance-klines",
  header: /^open_?time,open,high,low,close,volume,close_?time,/i,
  row: rowOf(AT, ...Array<string>(5).fill(NUMBER), AT, NUMBER, ID, NUMBER, NUMBER, NUMBER),
  read: klineEntry,
};

const adapterOf = ({ format, header, row, read }: FileKind): FeedAdapter => ({
  format,
  begins: (line) => header.test(line) || row.test(line),
  open: (setting) => {
    const symbol = symbolOf(setting);
    if (symbol === undefined) return unopened(SYMBOL_NEEDED);
    return opened((line) => {
      if (header.test(line)) return { kind: "ignored", why: "header" };
      const fields = row.test(line) ? csvFields(line) : undefined;
      return fields === undefined ? { kind: "malformed", why: `no row of ${format}` } : read(symbol, fields);
    });
  },
});

export const BINANCE_FILES: readonly FeedAdapter[] = [trades, aggregates, klines].map(adapterOf);

const SYMBOL_NEEDED =
  "its rows name no symbol, and its name is not as the exchange gives it: say which with --symbol";
/** BTCUSDT-trades-2024-08-08.zip as it is offered, BTCUSDT-1h-2024-08.csv */
const FILE_NAME =
  /^([A-Z0-9]{2,32})-(?:trades|aggTrades|\d{1,2}(?:s|m|h|d|w|mo|M))-\d{4}-\d{2}(?:-\d{2})?\.(?:csv(?:\.gz)?|zip)$/;

function symbolOf({ symbol, fileName = "" }: FeedSetting): string | undefined {
  const ticker = FILE_NAME.exec(fileName)?.[1];
  const named = symbol ?? (ticker === undefined ? undefined : `${BINANCE_VENUE}:${ticker}`);
  return named !== undefined && isSymbol(named) ? named : undefined;
}

type Print = { readonly price: string; readonly size: string; readonly at: string };

function tradeEntry(symbol: string, id: string, { price, size, at }: Print): TapeEntry {
  const ts = momentIn(at);
  if (ts === undefined || ![price, size].every((text) => DECIMAL_PATTERN.test(text)))
    return { kind: "malformed", why: "a row holds a wrong time or number" };
  return { kind: "tick", tick: { type: "trade", symbol, ts, price, size, id } };
}

/** By the width of a row, in milliseconds. */
const RESOLUTION_OF: Readonly<Record<number, string>> = {
  ...{ 60000: "1", 180000: "3", 300000: "5", 900000: "15", 1800000: "30" },
  ...{ 3600000: "60", 14400000: "240", 86400000: "1D", 604800000: "1W" },
};
const MONTH_MS = [28, 29, 30, 31].map((days) => days * 86_400_000);

function klineEntry(symbol: string, row: Row): TapeEntry {
  const [openAt = "", o = "", h = "", l = "", c = "", v = "", closeAt = "", , trades = ""] = row;
  const t = momentIn(openAt);
  const last = momentIn(closeAt);
  if (t === undefined || last === undefined || ![o, h, l, c, v].every((text) => DECIMAL_PATTERN.test(text)))
    return { kind: "malformed", why: "a row holds a wrong time or number" };
  const width = last + 1 - t;
  const resolution = MONTH_MS.includes(width) ? "1M" : RESOLUTION_OF[width];
  if (resolution === undefined) return { kind: "ignored", why: "a width that is not kept" };
  // The exchange fills a silence with the last price; a bar is made of trades.
  const n = Number(trades);
  if (n === 0) return { kind: "ignored", why: "a kline without trades" };
  const bar: FeedBar = { symbol, resolution, t, o, h, l, c, v, n };
  return { kind: "bar", bar };
}

const momentIn = (digits: string): number | undefined => momentOf(digits, digits.length === 16 ? "us" : "ms");
