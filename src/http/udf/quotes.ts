/** One symbol's line of /quotes: numbers are the exact decimals, and what is not known is left out. */
import type { InstrumentReply } from "../../contracts/instruments.ts";
import type { QuoteReply } from "../../contracts/quote.ts";
import { assert } from "../../domain/assert.ts";
import { decimalsOf, decimalText, scaledBigint } from "../../domain/decimal.ts";
import type { RefusalDetails } from "../problem.ts";
import { tickerOf } from "./symbols.ts";

/** `n` is the name as it was asked for: the client finds its line by it. */
export function quoteLine(n: string, instrument: InstrumentReply, quote: QuoteReply): string {
  const numbers = {
    ch: quote.change,
    chp: quote.changePercent,
    lp: quote.last?.price ?? null,
    ask: quote.ask,
    bid: quote.bid,
    spread: quote.ask === null || quote.bid === null ? null : difference(quote.ask, quote.bid),
    volume: quote.dayVolume,
    open_price: quote.dayOpen,
    high_price: quote.dayHigh,
    low_price: quote.dayLow,
    prev_close_price: quote.prevClose,
  };
  const words = {
    short_name: tickerOf(instrument.symbol),
    exchange: instrument.exchange,
    description: instrument.description,
    original_name: instrument.symbol,
  };
  const values = [
    // A decimal's text is a JSON number as it stands: no digit goes through a float.
    ...Object.entries(numbers).flatMap(([name, text]) => (text === null ? [] : [`"${name}":${text}`])),
    ...Object.entries(words).map(([name, text]) => `"${name}":${JSON.stringify(text)}`),
  ];
  return `{"s":"ok","n":${JSON.stringify(n)},"v":{${values.join(",")}}}`;
}

export const failedLine = (n: string, { code, detail }: RefusalDetails): string =>
  JSON.stringify({ s: "error", n, v: {}, errmsg: detail === undefined ? code : `${code}: ${detail}` });

function difference(one: string, other: string): string {
  const scale = Math.max(decimalsOf(one), decimalsOf(other));
  const [minuend, subtrahend] = [one, other].map((text) => scaledBigint(text, scale));
  assert(minuend?.ok === true && subtrahend?.ok === true, "prices of a quote are exact");
  return decimalText(minuend.value - subtrahend.value, scale);
}
