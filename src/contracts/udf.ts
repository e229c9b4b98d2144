/** TradingView's Universal Data Feed, word for word. Times are seconds; prices and sizes are JSON numbers with every digit that they have. */
import { z } from "zod";
import { CONTRACT_RESOLUTIONS } from "../domain/bar.ts";
import { EPOCH_MS_LIMIT, SECOND_MS } from "../domain/time.ts";
import { BARS_MAX } from "./bars.ts";
import { queryInteger } from "./common.ts";
import { endpoint } from "./endpoint.ts";
import { QUERY_UNITS_MAX } from "./instruments.ts";
import { problem } from "./problem.ts";

/** Bars of one reply, exactly: a client that gets so many asks on for older ones (`limitedServerResponse`, `latestFirst`). */
export const UDF_BARS_MAX = BARS_MAX;
/** Symbols of one call of /quotes: a long watch list; each is one call of an actor. */
export const UDF_QUOTES_MAX = 100;
/** Symbols that a search answers however many it is asked for: more than a list shows. The adapter asks for 30. */
export const UDF_SEARCH_MAX = 100;
export const UDF_SEARCH_DEFAULT = 30;
/** Room for EXCHANGE:TICKER, both as long as they get. */
const NAME_UNITS_MAX = 100;

const coded = (code: string, message: string) => ({ message, params: { code } });

/** A name, a ticker or EXCHANGE:NAME. */
const name = z.string().min(1).max(NAME_UNITS_MAX);
/** Charts ask for times before 1970 when a user scrolls far back. */
const seconds = z
  .string()
  .regex(/^-?\d{1,16}$/)
  .transform(Number)
  .refine((at) => at < EPOCH_MS_LIMIT / SECOND_MS, coded("ts-range", "UDF times are in seconds"));
/** Nothing is converted: a currency must be the instrument's own, and there are no units. */
const conversion = {
  currencyCode: z.string().max(NAME_UNITS_MAX).optional(),
  unitId: z.literal("").optional(),
};

const SHORT_RESOLUTIONS = { D: "1D", W: "1W", M: "1M" } as const;
const resolution = z
  .enum([...CONTRACT_RESOLUTIONS, "D", "W", "M"])
  .transform((width) => (width in SHORT_RESOLUTIONS ? SHORT_RESOLUTIONS[width as "D"] : width));

const text = z.string();
const number = z.number();

/** Of every error under /udf: a client that looks at no status finds `s` and `errmsg`. */
export const udfProblem = problem.extend({ s: z.literal("error"), errmsg: text }).meta({ id: "UdfProblem" });
export type UdfProblem = z.output<typeof udfProblem>;

const shared = { method: "GET", scope: "market:read", tag: "Charts (UDF)" } as const;

export const udfConfigReply = z.strictObject({
  supported_resolutions: z.array(text),
  exchanges: z.array(z.strictObject({ value: text, name: text, desc: text })),
  symbols_types: z.array(z.strictObject({ name: text, value: text })),
  supports_search: z.literal(true),
  supports_group_request: z.literal(false),
  supports_marks: z.literal(false),
  supports_timescale_marks: z.literal(false),
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
  session: text,
  currency_code: text,
  format: z.literal("price"),
  /** minmov / pricescale is the tick size. */
  pricescale: z.int().min(1),
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
  has_weekly_and_monthly: z.literal(false),
  has_seconds: z.literal(false),
  has_ticks: z.literal(false),
  has_empty_bars: z.literal(false),
  expired: z.boolean().optional(),
  /** In seconds. */
  expiration_date: z.int().optional(),
});
export type UdfSymbol = z.output<typeof udfSymbolReply>;

export const getUdfSymbol = endpoint({
  ...shared,
  path: "/udf/symbols",
  summary: "One symbol, by name, ticker or EXCHANGE:NAME. A name that several symbols have means none.",
  query: z.strictObject({ symbol: name, ...conversion }),
  replies: { 200: udfSymbolReply },
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
    query: z.string().max(QUERY_UNITS_MAX).optional(),
    /** Empty is any, as for `exchange`. A type that nothing has finds nothing. */
    type: z.string().max(QUERY_UNITS_MAX).optional(),
    exchange: z.string().max(QUERY_UNITS_MAX).optional(),
    limit: queryInteger.pipe(z.int().min(1)).optional(),
  }),
  replies: { 200: z.array(udfFound).max(UDF_SEARCH_MAX) },
});

const column = z.array(number).min(1).max(UDF_BARS_MAX);
export const udfHistoryReply = z.discriminatedUnion("s", [
  z.strictObject({
    s: z.literal("ok"),
    /** Seconds, ascending. A day's bar stands at 00:00 UTC of its trading day. */
    t: column,
    o: column,
    h: column,
    l: column,
    c: column,
    v: column,
  }),
  z.strictObject({
    s: z.literal("no_data"),
    /** Seconds: the newest bar before the gap. Without it there is nothing older. */
    nextTime: z.int().optional(),
  }),
]);
export type UdfHistory = z.output<typeof udfHistoryReply>;

export const udfHistoryQuery = z
  .strictObject({
    symbol: name,
    resolution,
    /** Inclusive. */
    from: seconds.optional(),
    /** Exclusive; it may lie in the future, where no bar is. */
    to: seconds,
    /** So many bars before `to`, wherever `from` stands; 0 is as if it were not given. */
    countback: queryInteger.optional(),
    ...conversion,
  })
  .refine(({ from, countback }) => from !== undefined || countback !== undefined, {
    message: "from or countback is needed",
    path: ["from"],
    params: { code: "required" },
  });
export type UdfHistoryQuery = z.output<typeof udfHistoryQuery>;

export const getUdfHistory = endpoint({
  ...shared,
  path: "/udf/history",
  summary: `Bars, the forming one included, at most the newest ${UDF_BARS_MAX} of those asked for.`,
  query: udfHistoryQuery,
  replies: { 200: udfHistoryReply },
});

export const getUdfTime = endpoint({
  ...shared,
  path: "/udf/time",
  summary: "The time here, in seconds.",
  replies: { 200: z.int() },
});

/** What is not known is left out. */
export const udfQuoteValues = z.strictObject({
  ch: number.optional(),
  chp: number.optional(),
  lp: number.optional(),
  ask: number.optional(),
  bid: number.optional(),
  spread: number.optional(),
  volume: number,
  open_price: number.optional(),
  high_price: number.optional(),
  low_price: number.optional(),
  prev_close_price: number.optional(),
  short_name: text,
  exchange: text,
  description: text,
  original_name: text,
});

export const udfQuotesReply = z.strictObject({
  s: z.literal("ok"),
  d: z
    .array(
      z.discriminatedUnion("s", [
        z.strictObject({ s: z.literal("ok"), n: text, v: udfQuoteValues }),
        z.strictObject({ s: z.literal("error"), n: text, v: z.strictObject({}), errmsg: text }),
      ]),
    )
    .max(UDF_QUOTES_MAX),
});

export const getUdfQuotes = endpoint({
  ...shared,
  path: "/udf/quotes",
  summary:
    "Quotes of many symbols, each under the very name that it was asked by; one that fails fails alone.",
  query: z.strictObject({
    symbols: z
      .string()
      .min(1)
      .max(UDF_QUOTES_MAX * (NAME_UNITS_MAX + 1))
      .transform((listed) => listed.split(","))
      .pipe(z.array(text).max(UDF_QUOTES_MAX)),
  }),
  replies: { 200: udfQuotesReply },
});
