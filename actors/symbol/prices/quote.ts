/** What the newest trade and quote say, for people and for those who value positions. */

import type { QuoteReply } from "../../../src/contracts/quote.ts";
import { decimalText, divideHalfEven } from "../../../src/domain/decimal.ts";
import type { Instrument } from "../../../src/domain/instrument.ts";
import type { PriceMark } from "../../../src/domain/price.ts";
import { PRICE_AGE_MS_MAX } from "../../../src/domain/price.ts";
import type { EpochMs } from "../../../src/domain/time.ts";
import { isPriced } from "../bars/bars.ts";
import { dayStatistics } from "../bars/day.ts";
import type { Quote, SymbolState } from "../state.ts";

const PERCENT_SCALE = 4;

const isCrossed = ({ bid, ask }: Quote): boolean => bid > ask;

/** What others price with: a crossed quote has no side, only its time. */
export function markOf({ last, quote, lastChanges }: SymbolState): PriceMark {
  return {
    lastChanges,
    ...(last === undefined ? {} : { last: last.price, lastTs: last.key[0] as EpochMs }),
    ...(quote === undefined ? {} : { quoteTs: quote.key[0] as EpochMs }),
    ...(quote === undefined || isCrossed(quote) ? {} : { bid: quote.bid, ask: quote.ask }),
  };
}

/** JSON text of the public quote. */
export function quoteText(state: SymbolState, instrument: Instrument, now: number): string {
  const { symbol, quote, last, arrivals } = state;
  const { today, previousClose } = dayStatistics(state);
  const priced = today !== undefined && isPriced(today) ? today : undefined;
  const price = textAt(instrument.priceScale);
  const size = textAt(instrument.sizeScale);
  const reply: QuoteReply = {
    symbol,
    last: last === undefined ? null : { price: price(last.price), size: size(last.size), ts: last.key[0] },
    bid: orNull(quote?.bid, price),
    bidSize: orNull(quote?.bidSize, size),
    ask: orNull(quote?.ask, price),
    askSize: orNull(quote?.askSize, size),
    dayOpen: orNull(priced?.o, price),
    dayHigh: orNull(priced?.h, price),
    dayLow: orNull(priced?.l, price),
    dayVolume: size(today?.v ?? 0n),
    prevClose: orNull(previousClose, price),
    ...changeSince(previousClose, last?.price, instrument.priceScale),
    ...ageOf(state, now),
    seq: arrivals,
    ...(quote !== undefined && isCrossed(quote) ? { crossed: true } : {}),
  };
  return JSON.stringify(reply);
}

const textAt =
  (scale: number) =>
  (value: number | bigint): string =>
    decimalText(value, scale);

const orNull = (value: number | undefined, text: (value: number) => string): string | null =>
  value === undefined ? null : text(value);

function changeSince(
  close: number | undefined,
  last: number | undefined,
  priceScale: number,
): Pick<QuoteReply, "change" | "changePercent"> {
  if (close === undefined || last === undefined) return { change: null, changePercent: null };
  const change = BigInt(last) - BigInt(close);
  const percent = divideHalfEven(change * 100n, BigInt(close), PERCENT_SCALE);
  return { change: decimalText(change, priceScale), changePercent: decimalText(percent, PERCENT_SCALE) };
}

/** Of the newest trade or quote. A tick may be ahead of our clock by two seconds: its age is 0. */
function ageOf({ last, quote }: SymbolState, now: number): Pick<QuoteReply, "stale" | "ageMs"> {
  if (last === undefined && quote === undefined) return { stale: true, ageMs: null };
  const newest = Math.max(last?.key[0] ?? 0, quote?.key[0] ?? 0);
  const ageMs = Math.max(0, now - newest);
  return { stale: ageMs > PRICE_AGE_MS_MAX, ageMs };
}
