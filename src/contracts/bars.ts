/** Bars of one symbol, ascending; the newest ones come from its actor and older ones from Postgres, behind one call. */
import { z } from "zod";
import { BAR_STATES, CONTRACT_RESOLUTIONS, QUOTE_SIDES, SERIES } from "../domain/bar.ts";
import { barWidth, queryEpochMs, symbolId } from "./common.ts";
import { endpoint } from "./endpoint.ts";
import { BARS_MAX, barWindow, isSpan, SPAN_FAULT } from "./time-window.ts";

const decimalText = z.string();

export const bar = z
  .strictObject({
    t: z.int().describe("Start of the bar; it holds what happened from then up to, not including, its end."),
    o: decimalText,
    h: decimalText,
    l: decimalText,
    c: decimalText,
    v: decimalText,
    n: z.int().min(0).describe("Trades, or quotes."),
    vw: decimalText
      .nullable()
      .describe("Volume-weighted average price at 8 decimals, ties to even; null where `v` is 0."),
    rev: z.int().min(0).describe("Trades that were taken after the bar had closed."),
    state: z.enum(BAR_STATES),
    imported: z
      .literal(true)
      .optional()
      .describe(
        "It was imported, or folded of imported bars: `n` is 0 and `vw` null where the import did not tell them.",
      ),
    partial: z
      .literal(true)
      .optional()
      .describe(
        "Trades of it are missing: we began to listen within this bar or later, or an unfilled gap overlaps it.",
      ),
    filled: z
      .literal(true)
      .optional()
      .describe(
        "Nothing was traded in this interval: a row that was asked for, with the close before. Nothing of it is stored.",
      ),
    withdrawn: z
      .literal(true)
      .optional()
      .describe(
        "On streams alone: every trade that gave it a price was cancelled. It is no bar any more, and no page has it; its prices are those it had.",
      ),
  })
  .meta({ id: "Bar" });
export type BarObject = z.output<typeof bar>;

export const barsReply = z.strictObject({
  symbol: z.string(),
  resolution: z.enum(CONTRACT_RESOLUTIONS),
  series: z.enum(QUOTE_SIDES).optional().describe("Where it is not of trades."),
  bars: z.array(bar).max(BARS_MAX),
  nextCursor: z.string().nullable(),
});
export type BarsReply = z.output<typeof barsReply>;

export const barsQuery = z
  .strictObject({
    resolution: barWidth(CONTRACT_RESOLUTIONS)
      .default("1")
      .describe("Width of the bars; any other is refused `resolution-unsupported`."),
    series: z
      .enum(SERIES)
      .default("trades")
      .describe(
        "What the bars are built of. `bid`, `ask` and `mid`, which lies between both at one decimal more, are of quotes: `n` counts them, `v` is 0 and `vw` null. Built where the instrument is of type fx or asks for it (`quoteBars`), else refused `series-unsupported`.",
      ),
    ...barWindow,
    adjust: z
      .enum(["raw", "split", "all"])
      .optional()
      .describe(
        "`split`: prices and volumes before the ex-dates of splits and bonus issues are told in the shares of today; `all`: rights, dividends and spin-offs are taken out too. At 8 decimals, or as many as the raw number has where those are more, ties to even.",
      ),
    asOf: queryEpochMs
      .optional()
      .describe(
        "Bars as they were known at that moment, by our clock: late trades, corrections and imports that came after it are left out. Up to 13 months back; a bar that was still forming then is told as far as the symbol's log of trades reaches, a day or so, else left out.",
      ),
    fill: z
      .enum(["forward"])
      .optional()
      .describe(
        "`forward`: an interval without a bar has a row with the close before, `filled`, in open sessions only, never before the first bar nor after the newest; filled rows count for `limit` and `countback`.",
      ),
  })
  .refine(isSpan, SPAN_FAULT);
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
