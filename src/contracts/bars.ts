/** Bars of one symbol, ascending; the newest ones come from its actor and older ones from Postgres, behind one call. */
import { z } from "zod";
import { BAR_STATES, CONTRACT_RESOLUTIONS, QUOTE_SIDES, SERIES } from "../domain/bar.ts";
import { queryEpochMs, queryInteger, symbolId } from "./common.ts";
import { endpoint } from "./endpoint.ts";

/** Default and largest page. */
export const BARS_DEFAULT = 300;
export const BARS_MAX = 1_000;

const decimalText = z.string();
const count = queryInteger.pipe(z.int().min(1).max(BARS_MAX));

export const bar = z
  .strictObject({
    /** Start of the bar; it holds what happened from then up to, not including, its end. */
    t: z.int(),
    o: decimalText,
    h: decimalText,
    l: decimalText,
    c: decimalText,
    v: decimalText,
    /** Trades, or quotes. */
    n: z.int().min(0),
    /** Volume-weighted average price at 8 decimals, ties to even; null where `v` is 0. */
    vw: decimalText.nullable(),
    /** Trades that were taken after the bar had closed. */
    rev: z.int().min(0),
    state: z.enum(BAR_STATES),
    /** It was imported, or folded of imported bars: `n` is 0 and `vw` null where the import did not tell them. */
    imported: z.literal(true).optional(),
    /** We began to listen within this bar or later: trades before that are missing. */
    partial: z.literal(true).optional(),
    /** Nothing was traded in this interval: a row that was asked for, with the close before. Nothing of it is stored. */
    filled: z.literal(true).optional(),
    /** On streams alone: every trade that gave it a price was cancelled. It is no bar any more, and no page has it; its prices are those it had. */
    withdrawn: z.literal(true).optional(),
  })
  .meta({ id: "Bar" });
export type BarObject = z.output<typeof bar>;

export const barsReply = z.strictObject({
  symbol: z.string(),
  resolution: z.enum(CONTRACT_RESOLUTIONS),
  /** Where it is not of trades. */
  series: z.enum(QUOTE_SIDES).optional(),
  bars: z.array(bar).max(BARS_MAX),
  nextCursor: z.string().nullable(),
});
export type BarsReply = z.output<typeof barsReply>;

export const barsQuery = z
  .strictObject({
    /** One that is not built yet is refused `resolution-unsupported`. */
    resolution: z.enum(CONTRACT_RESOLUTIONS).default("1"),
    /**
     * What the bars are built of. `bid`, `ask` and `mid`, which lies between both at one decimal more, are of quotes: `n` counts them, `v` is 0 and
     * `vw` null. Built where the instrument is of type fx or asks for it (`quoteBars`), else refused `series-unsupported`.
     */
    series: z.enum(SERIES).default("trades"),
    /** Inclusive. */
    from: queryEpochMs.optional(),
    /** Exclusive; it may lie in the future. */
    to: queryEpochMs.optional(),
    /** So many bars before `to`, wherever `from` stands. */
    countback: count.optional(),
    limit: count.optional(),
    cursor: z.string().min(1).max(512).optional(),
    /**
     * `split`: prices and volumes before the ex-dates of splits and bonus issues are told in the shares of today; `all`: rights, dividends
     * and spin-offs are taken out too. At 8 decimals, or as many as the raw number has where those are more, ties to even.
     */
    adjust: z.enum(["raw", "split", "all"]).optional(),
    /**
     * Bars as they were known at that moment, by our clock: late trades, corrections and imports that came after it are left out. Up to 13
     * months back; a bar that was still forming then is told as far as the symbol's log of trades reaches, a day or so, else left out.
     */
    asOf: queryEpochMs.optional(),
    /**
     * `forward`: an interval without a bar has a row with the close before, `filled`, in open sessions only, never before the first bar nor
     * after the newest; filled rows count for `limit` and `countback`.
     */
    fill: z.enum(["forward"]).optional(),
  })
  .refine(({ from, to }) => from === undefined || to === undefined || from < to, {
    message: "from lies before to",
    path: ["from"],
    params: { code: "range" },
  });
export type BarsQuery = z.output<typeof barsQuery>;

export const getBars = endpoint({
  method: "GET",
  path: "/v1/symbols/{symbol}/bars",
  scope: "market:read",
  summary:
    "Bars in ascending order, the forming one included; gaps are absent. `nextCursor` leads to older ones.",
  tag: "Market data",
  params: z.strictObject({ symbol: symbolId }),
  query: barsQuery,
  replies: { 200: barsReply },
});
