/** A symbol's current price: newest trade, newest quote, and the day so far. */
import { z } from "zod";
import { symbolId } from "./common.ts";
import { endpoint } from "./endpoint.ts";

const decimalText = z.string();
/** Null where nothing is known yet. */
const known = decimalText.nullable();

export const quoteReply = z
  .strictObject({
    symbol: z.string(),
    last: z.strictObject({ price: decimalText, size: decimalText, ts: z.int() }).nullable(),
    bid: known,
    bidSize: known,
    ask: known,
    askSize: known,
    /** The day is the instrument's trading day, by event time: from midnight of its zone, or from a session's open on the evening before. */
    dayOpen: known,
    dayHigh: known,
    dayLow: known,
    dayVolume: decimalText,
    /** Price of the last trade before the day began. */
    prevClose: known,
    change: known,
    /** At 4 decimals, ties to even. */
    changePercent: known,
    /** Nothing newer than 60 s, or nothing at all. */
    stale: z.boolean(),
    /** Age of the newest trade or quote. */
    ageMs: z.int().min(0).nullable(),
    /** Ticks taken so far: it rises whenever anything here but the age may have changed. */
    seq: z.int().min(0),
    /** Bid above ask: this quote prices nothing. */
    crossed: z.literal(true).optional(),
  })
  .meta({ id: "Quote" });
export type QuoteReply = z.output<typeof quoteReply>;

export const getQuote = endpoint({
  method: "GET",
  path: "/v1/symbols/{symbol}/quote",
  scope: "market:read",
  summary: "The symbol's current price and day statistics.",
  tag: "Market data",
  params: z.strictObject({ symbol: symbolId }),
  replies: { 200: quoteReply },
});
