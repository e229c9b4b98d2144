/** Series of one symbol whose bars end by what was traded: a number of trades, a volume, a value, or a move of the price. */
import { z } from "zod";
import { BAR_STATES } from "../domain/bar.ts";
import { SERIES_KINDS, SERIES_PATTERN } from "../domain/series.ts";
import { listOf, listQuery, pageCursor, queryEpochMs, queryInteger, symbolId } from "./common.ts";
import { endpoint } from "./endpoint.ts";
import { BARS_DEFAULT, BARS_MAX, isSpan, SPAN_FAULT } from "./time-window.ts";

const decimalText = z.string();
const coded = (code: string, message: string) => ({ message, params: { code } });

export const seriesId = z
  .string()
  .refine(
    (text) => SERIES_PATTERN.test(text),
    coded("series-format", "a series is a plain number and T, V, N or R, as in 100T"),
  )
  .meta({ pattern: SERIES_PATTERN.source, examples: ["100T", "2.5V", "1000000N", "0.5R"] });

export const seriesObject = z
  .strictObject({
    symbol: z.string(),
    series: z.string(),
    kind: z.enum(SERIES_KINDS),
    size: decimalText.describe(
      "Trades, volume, notional value (price × size × multiplier) or height of a brick.",
    ),
    putAt: z.int(),
    exactSince: z.int().describe("Trading days that begin earlier lack trades: their bars are `partial`."),
  })
  .meta({ id: "Series" });
export type SeriesObject = z.output<typeof seriesObject>;

export const seriesBar = z
  .strictObject({
    t: z.int().describe("Times of its first and its last trade."),
    end: z.int(),
    day: z
      .string()
      .describe(
        "The trading day that it is of, and its place in it, from 0: by these two it is known. Each day begins anew.",
      ),
    i: z.int().min(0),
    o: decimalText,
    h: decimalText,
    l: decimalText,
    c: decimalText,
    v: decimalText,
    n: z.int().min(0).describe("Trades. A trade that completes several bricks is in the first of them."),
    vw: decimalText
      .nullable()
      .describe(
        "Volume-weighted average price of its trades at 8 decimals, ties to even; null where `v` is 0.",
      ),
    rev: z.int().min(0).describe("Changes of it that were told after it had closed."),
    state: z
      .enum(BAR_STATES)
      .describe(
        "It closes with the trade that completes it, or when its day ends. A cancel may open it again: it forms then, with a `rev`.",
      ),
    partial: z
      .literal(true)
      .optional()
      .describe("Trades of its day are missing, so it may not begin where it should."),
    direction: z
      .enum(["up", "down"])
      .optional()
      .describe("Of a whole brick. One that forms, or that the day's end has cut, has none."),
    withdrawn: z
      .literal(true)
      .optional()
      .describe(
        "On streams alone: its trades belong to other bars now, or none gives it a price. It is no bar any more; its prices are those it had.",
      ),
  })
  .meta({ id: "SeriesBar" });
export type SeriesBarObject = z.output<typeof seriesBar>;

export const seriesBarsReply = z.strictObject({
  symbol: z.string(),
  series: z.string(),
  bars: z.array(seriesBar).max(BARS_MAX),
  nextCursor: z.string().nullable(),
});

export const seriesBarsQuery = z
  .strictObject({
    from: queryEpochMs.optional().describe("Of the first trade. Inclusive."),
    to: queryEpochMs.optional().describe("Exclusive; it may lie in the future."),
    limit: queryInteger
      .pipe(z.int().min(1).max(BARS_MAX))
      .default(BARS_DEFAULT)
      .describe("Bars of a page, the newest of those asked for."),
    cursor: pageCursor,
  })
  .refine(isSpan, SPAN_FAULT);

const ofSymbol = z.strictObject({ symbol: symbolId });
const oneSeries = z.strictObject({ symbol: symbolId, series: seriesId });
const path = "/v1/symbols/{symbol}/series/{series}";
const tag = "Market data";
const read = { method: "GET", scope: "market:read", tag } as const;
const write = { scope: "market:write", tag } as const;

export const putSeries = endpoint({
  ...write,
  method: "PUT",
  path,
  summary:
    "Keeps a series of bars by trades (`100T`), volume (`2.5V`), notional value (`1000000N`) or renko bricks (`0.5R`), built from the trades that " +
    "are still known, then with each trade; the newest 3,000 bars are kept. At most 8 a symbol. Again is no news.",
  params: oneSeries,
  replies: { 200: seriesObject },
});
export const deleteSeries = endpoint({
  ...write,
  method: "DELETE",
  path,
  summary: "Forgets a series and its bars. Again is no news.",
  params: oneSeries,
  replies: { 204: undefined },
});
export const getSeries = endpoint({
  ...read,
  path,
  summary: "One series that is kept; `series-unknown` where it is not.",
  params: oneSeries,
  replies: { 200: seriesObject },
});
export const listSeries = endpoint({
  ...read,
  path: "/v1/symbols/{symbol}/series",
  summary: "The series that are kept of a symbol, by name.",
  params: ofSymbol,
  query: listQuery,
  replies: { 200: listOf(seriesObject) },
});
export const getSeriesBars = endpoint({
  ...read,
  path: `${path}/bars`,
  summary:
    "Bars of a series, ascending by (t, i), the forming one included, the newest 300 by default; `nextCursor` leads to older ones.",
  params: oneSeries,
  query: seriesBarsQuery,
  replies: { 200: seriesBarsReply },
});
