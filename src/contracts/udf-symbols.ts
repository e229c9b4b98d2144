/** What a chart asks before it draws: what the feed can do, its symbols one by one or by groups, and a search among them. */
import { z } from "zod";
import { queryInteger } from "./common.ts";
import { endpoint } from "./endpoint.ts";
import { QUERY_UNITS_MAX } from "./instruments.ts";
import { conversion, shared, udfName } from "./udf.ts";

/** Symbols of one group: about 2 MB of text, which a client holds whole. */
export const UDF_GROUP_SYMBOLS_MAX = 5_000;
/** Symbols that a search answers however many it is asked for: more than a list shows. The adapter asks for 30. */
export const UDF_SEARCH_MAX = 100;
export const UDF_SEARCH_DEFAULT = 30;

const text = z.string();

export const udfConfigReply = z.strictObject({
  supported_resolutions: z.array(text),
  exchanges: z.array(z.strictObject({ value: text, name: text, desc: text })),
  symbols_types: z.array(z.strictObject({ name: text, value: text })),
  supports_search: z.literal(true),
  supports_group_request: z.literal(false),
  supports_marks: z.literal(true),
  supports_timescale_marks: z.literal(true),
  supports_time: z.literal(true),
});
export type UdfConfig = z.output<typeof udfConfigReply>;

export const getUdfConfig = endpoint({
  ...shared,
  path: "/udf/config",
  summary:
    "What this feed can do. Every call below /udf is also served below `/udf/k/{key}`, for charts that cannot send a header; only a key whose sole scope is market:read is taken there.",
  replies: { 200: udfConfigReply },
});

/** It never has a field `s`: a client takes any object with one for an error. */
export const udfSymbolReply = z.strictObject({
  name: text,
  ticker: text,
  description: text,
  type: text,
  exchange: text,
  listed_exchange: text,
  timezone: text,
  session: text.describe("The regular hours, with their weekdays."),
  session_holidays: text
    .optional()
    .describe(
      "`20251225,20260101`: dates without trading of the last, this and the next year, as far as they are known.",
    ),
  corrections: text
    .optional()
    .describe("`0930-1300:20251128;…`: dates with other hours. `F1` marks a time of the day before."),
  currency_code: text,
  format: z.literal("price"),
  pricescale: z.int().min(1).describe("minmov / pricescale is the tick size."),
  minmov: z.int().min(1),
  minmove2: z.literal(0),
  fractional: z.literal(false),
  volume_precision: z.int().min(0),
  visible_plots_set: z.literal("ohlcv"),
  data_status: z.literal("streaming"),
  supported_resolutions: z.array(text),
  has_intraday: z.literal(true),
  intraday_multipliers: z.array(text),
  has_daily: z.literal(true),
  daily_multipliers: z.array(text),
  has_weekly_and_monthly: z.literal(true),
  weekly_multipliers: z.array(text),
  monthly_multipliers: z.array(text),
  has_seconds: z.literal(true),
  seconds_multipliers: z.array(text),
  has_ticks: z.literal(false),
  has_empty_bars: z.literal(false),
  expired: z.boolean().optional(),
  expiration_date: z.int().optional().describe("In seconds."),
});
export type UdfSymbol = z.output<typeof udfSymbolReply>;

export const getUdfSymbol = endpoint({
  ...shared,
  path: "/udf/symbols",
  summary: "One symbol, by name, ticker or EXCHANGE:NAME. A name that several symbols have means none.",
  query: z.strictObject({ symbol: udfName, ...conversion }),
  replies: { 200: udfSymbolReply },
});

/** A column that is the same for all symbols is that value alone. */
const oneOrEach = <Value extends z.ZodType>(value: Value) => z.union([value, z.array(value).min(1)]);
/** All symbols of one exchange, in columns, under the names that UDF has for them here. */
export const udfSymbolInfoReply = z.strictObject({
  symbol: z.array(text).min(1).max(UDF_GROUP_SYMBOLS_MAX),
  ticker: z.array(text).min(1),
  description: oneOrEach(text),
  type: oneOrEach(text),
  "exchange-traded": oneOrEach(text),
  "exchange-listed": oneOrEach(text),
  timezone: oneOrEach(text),
  "session-regular": oneOrEach(text),
  "session-holidays": oneOrEach(text).describe("Empty for a symbol without any."),
  corrections: oneOrEach(text),
  "currency-code": oneOrEach(text),
  pricescale: oneOrEach(z.int().min(1)),
  minmovement: oneOrEach(z.int().min(1)),
  minmovement2: z.literal(0),
  fractional: z.literal(false),
  "volume-precision": oneOrEach(z.int().min(0)),
  "visible-plots-set": z.literal("ohlcv"),
  "supported-resolutions": z.array(text),
  "has-intraday": z.literal(true),
  "intraday-multipliers": z.array(text),
  "has-seconds": z.literal(true),
  "seconds-multipliers": z.array(text),
  "has-daily": z.literal(true),
  "has-weekly-and-monthly": z.literal(true),
  "has-empty-bars": z.literal(false),
});
export type UdfSymbolInfo = z.output<typeof udfSymbolInfoReply>;

export const getUdfSymbolInfo = endpoint({
  ...shared,
  path: "/udf/symbol_info",
  summary: `Every symbol of one exchange, for clients that ask by groups: the groups are the exchanges of /udf/config. One of more than ${UDF_GROUP_SYMBOLS_MAX} symbols is refused; ask for its symbols one by one.`,
  query: z.strictObject({
    group: z.string().min(1).max(QUERY_UNITS_MAX).describe("An exchange, as in /udf/config."),
  }),
  replies: { 200: udfSymbolInfoReply },
});

export const udfFound = z.strictObject({
  symbol: text,
  full_name: text,
  ticker: text,
  description: text,
  exchange: text,
  type: text,
});
export type UdfFound = z.output<typeof udfFound>;

export const searchUdf = endpoint({
  ...shared,
  path: "/udf/search",
  summary: "Symbols by the beginning of symbol, ticker or words of the description.",
  query: z.strictObject({
    query: z
      .string()
      .max(QUERY_UNITS_MAX)
      .optional()
      .describe("The beginning of a symbol, a ticker or a word of the description, in any case."),
    type: z
      .string()
      .max(QUERY_UNITS_MAX)
      .optional()
      .describe("Empty is any, as for `exchange`. A type that nothing has finds nothing."),
    exchange: z.string().max(QUERY_UNITS_MAX).optional().describe("As in /udf/config; empty is any."),
    limit: queryInteger
      .pipe(z.int().min(1))
      .optional()
      .describe(
        `Symbols at most: ${UDF_SEARCH_DEFAULT} unless given, and never more than ${UDF_SEARCH_MAX}.`,
      ),
  }),
  replies: { 200: z.array(udfFound).max(UDF_SEARCH_MAX) },
});
