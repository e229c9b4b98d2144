/** The edge's side of `tickRows`: a deploy reaches objects one by one, and a symbol of the version before takes ticks in their public shape alone. */

import type { Envelope } from "../../actors/runtime/envelope.ts";
import type { ActorReply } from "../../actors/runtime/reply.ts";
import type { SymbolApi } from "../../actors/symbol/messages.ts";
import type { PlainQuote, PlainTick, PlainTrade } from "../contracts/plain-ticks.ts";
import { lacksMethod } from "../ports.ts";

/** What is plainly right travels as its values, all else as it came. */
export type SentTick = PlainTick | readonly [index: number, tick: unknown];
type ToldSymbol = Pick<SymbolApi, "ticks" | "tickRows">;

/** `rows` is the JSON text of a list of `SentTick`. */
export async function handToSymbol(
  symbolApi: (symbol: string) => ToldSymbol,
  symbol: string,
  envelope: Envelope,
  source: string,
  rows: string,
): Promise<ActorReply<string>> {
  try {
    return await symbolApi(symbol).tickRows(envelope, source, rows);
  } catch (error) {
    if (!lacksMethod(error, "tickRows")) throw error;
    return symbolApi(symbol).ticks(envelope, source, inPublicShape(symbol, rows));
  }
}

function inPublicShape(symbol: string, rows: string): string {
  // SAFETY: our own text of the group.
  const ticks = JSON.parse(rows) as readonly SentTick[];
  return JSON.stringify(ticks.map((tick) => (isPlain(tick) ? [tick[0], tickOf(symbol, tick)] : tick)));
}

const isPlain = (tick: SentTick): tick is PlainTick => tick.length > 2;

/** The tick whose values these are. */
export const tickOf = (symbol: string, values: PlainTick): object =>
  values.length === 6 ? tradeOf(symbol, values) : quoteOf(symbol, values);

const tradeOf = (symbol: string, [, ts, price, size, id, seq]: PlainTrade): object => ({
  ...{ type: "trade", symbol, ts, price, size },
  ...(id === null ? {} : { id: String(id) }),
  ...(seq === null ? {} : { seq }),
});
const quoteOf = (symbol: string, [, ts, bid, bidSize, ask, askSize, seq]: PlainQuote): object => ({
  ...{ type: "quote", symbol, ts, bid, bidSize, ask, askSize },
  ...(seq === null ? {} : { seq }),
});
