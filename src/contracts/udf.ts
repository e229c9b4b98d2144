/** TradingView's Universal Data Feed, word for word. Times are seconds; prices and sizes are JSON numbers with every digit that they have. */
import { z } from "zod";
import { CONTRACT_RESOLUTIONS } from "../domain/bar.ts";
import { EPOCH_MS_LIMIT, SECOND_MS } from "../domain/time.ts";
import { barWidth, queryInteger } from "./common.ts";
import { endpoint } from "./endpoint.ts";
import { problem } from "./problem.ts";
import { BARS_MAX } from "./time-window.ts";

/** Bars of one reply, exactly: a client that gets so many asks on for older ones (`limitedServerResponse`, `latestFirst`). */
export const UDF_BARS_MAX = BARS_MAX;
/** Symbols of one call of /quotes: a long watch list; each is one call of an actor. */
export const UDF_QUOTES_MAX = 100;
/** Room for EXCHANGE:TICKER, both as long as they get. */
const NAME_UNITS_MAX = 100;

const coded = (code: string, message: string) => ({ message, params: { code } });

export const udfName = z.string().min(1).max(NAME_UNITS_MAX).describe("A name, a ticker or EXCHANGE:NAME.");
/** Charts ask for times before 1970 when a user scrolls far back. */
const seconds = z
  .string()
  .regex(/^-?\d{1,16}$/)
  .transform(Number)
  .refine((at) => at < EPOCH_MS_LIMIT / SECOND_MS, coded("ts-range", "UDF times are in seconds"));
/** Nothing is converted: a currency must be the instrument's own, and there are no units. */
export const conversion = {
  currencyCode: z
    .string()
    .max(NAME_UNITS_MAX)
    .optional()
    .describe("The instrument's own, or nothing: prices are not converted."),
  unitId: z.literal("").optional().describe("Empty: there are no units."),
};

const SHORT_RESOLUTIONS = { D: "1D", W: "1W", M: "1M" } as const;
const resolution = barWidth([...CONTRACT_RESOLUTIONS, "D", "W", "M"])
  .transform((width) => (width in SHORT_RESOLUTIONS ? SHORT_RESOLUTIONS[width as "D"] : width))
  .describe("`D`, `W` and `M` are `1D`, `1W` and `1M`.");

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
    t: column.describe(
      "Seconds, ascending. A day's bar stands at 00:00 UTC of its trading day, a week's of its Monday, a month's of its first trading day.",
    ),
    o: column,
    h: column,
    l: column,
    c: column,
    v: column,
  }),
  z.strictObject({
    s: z.literal("no_data"),
    nextTime: z
      .int()
      .optional()
      .describe("Seconds: the newest bar before the gap. Without it there is nothing older."),
  }),
]);
export type UdfHistory = z.output<typeof udfHistoryReply>;

export const udfHistoryQuery = z
  .strictObject({
    symbol: udfName,
    resolution,
    from: seconds.optional().describe("Seconds, inclusive."),
    to: seconds.describe("Seconds, exclusive; it may lie in the future, where no bar is."),
    countback: queryInteger
      .optional()
      .describe("So many bars before `to`, wherever `from` stands; 0 is as if it were not given."),
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
export const udfMarksQuery = z.strictObject({
  symbol: udfName,
  from: seconds.describe("Seconds, inclusive."),
  to: seconds.describe("Seconds, inclusive."),
  resolution,
});
export type UdfMarksQuery = z.output<typeof udfMarksQuery>;

export const udfTimescaleMark = z.strictObject({
  id: text,
  time: z.int().describe("Seconds: 00:00 UTC of the date."),
  color: text,
  label: text.describe("A letter."),
  tooltip: z.array(text).describe("Lines of plain text."),
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
      .pipe(z.array(text).max(UDF_QUOTES_MAX))
      .describe(`Names with commas between, at most ${UDF_QUOTES_MAX}.`),
  }),
  replies: { 200: udfQuotesReply },
});
