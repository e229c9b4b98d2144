/** TradingView's Universal Data Feed, word for word. Times are seconds; prices and sizes are JSON numbers with every digit that they have. */
import { z } from "zod";
import { CONTRACT_RESOLUTIONS } from "../domain/bar.ts";
import { EPOCH_MS_LIMIT, SECOND_MS } from "../domain/time.ts";
import { BARS_MAX } from "./bars.ts";
import { queryInteger } from "./common.ts";
import { endpoint } from "./endpoint.ts";
import { problem } from "./problem.ts";

/** Bars of one reply, exactly: a client that gets so many asks on for older ones (`limitedServerResponse`, `latestFirst`). */
export const UDF_BARS_MAX = BARS_MAX;
/** Symbols of one call of /quotes: a long watch list; each is one call of an actor. */
export const UDF_QUOTES_MAX = 100;
/** Room for EXCHANGE:TICKER, both as long as they get. */
const NAME_UNITS_MAX = 100;

const coded = (code: string, message: string) => ({ message, params: { code } });

/** A name, a ticker or EXCHANGE:NAME. */
export const udfName = z.string().min(1).max(NAME_UNITS_MAX);
/** Charts ask for times before 1970 when a user scrolls far back. */
const seconds = z
  .string()
  .regex(/^-?\d{1,16}$/)
  .transform(Number)
  .refine((at) => at < EPOCH_MS_LIMIT / SECOND_MS, coded("ts-range", "UDF times are in seconds"));
/** Nothing is converted: a currency must be the instrument's own, and there are no units. */
export const conversion = {
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

export const shared = { method: "GET", scope: "market:read", tag: "Charts (UDF)" } as const;

const column = z.array(number).min(1).max(UDF_BARS_MAX);
export const udfHistoryReply = z.discriminatedUnion("s", [
  z.strictObject({
    s: z.literal("ok"),
    /** Seconds, ascending. A day's bar stands at 00:00 UTC of its trading day, a week's of its Monday, a month's of its first trading day. */
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
    symbol: udfName,
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

/** What a chart shows: marks at `from` and at `to` are in it. At any width they are the same. */
export const udfMarksQuery = z.strictObject({ symbol: udfName, from: seconds, to: seconds, resolution });
export type UdfMarksQuery = z.output<typeof udfMarksQuery>;

export const udfTimescaleMark = z.strictObject({
  id: text,
  /** Seconds: 00:00 UTC of the date. */
  time: z.int(),
  color: text,
  /** A letter. */
  label: text,
  /** Lines of plain text. */
  tooltip: z.array(text),
});
export type UdfTimescaleMark = z.output<typeof udfTimescaleMark>;

export const getUdfTimescaleMarks = endpoint({
  ...shared,
  path: "/udf/timescale_marks",
  summary: "Corporate actions of a symbol at their ex-dates, those that were revoked left out.",
  query: udfMarksQuery,
  replies: { 200: z.array(udfTimescaleMark) },
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
