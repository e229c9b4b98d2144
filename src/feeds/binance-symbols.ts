/** The symbols that a live feed is asked for, and the address at which Binance streams their trades, best quotes and changes of the book. */

/** Three streams each: far below the 1,024 that one connection may carry, and an address below 8 KiB. */
export const LIVE_SYMBOLS_MAX = 100;

const TICKER = /^[A-Z0-9]{2,32}$/;

export type SymbolsAsked =
  | { readonly ok: true; readonly tickers: readonly string[] }
  | { readonly ok: false; readonly why: string };

/** `BTCUSDT,ETHUSDT` as the exchange writes them; nothing is guessed from another spelling. */
export function tickersFrom(text: string): SymbolsAsked {
  const tickers = text.split(",");
  const odd = tickers.find((ticker) => !TICKER.test(ticker));
  if (text === "") return refused("names no symbol");
  if (odd !== undefined) return refused(`"${odd}" is no symbol of Binance: write them as BTCUSDT,ETHUSDT`);
  if (new Set(tickers).size < tickers.length) return refused("names a symbol twice");
  if (tickers.length > LIVE_SYMBOLS_MAX)
    return refused(`${tickers.length} symbols; one connection carries at most ${LIVE_SYMBOLS_MAX}`);
  return { ok: true, tickers };
}

/** Below the host: combined streams, so that each frame names its own. */
export const streamPath = (tickers: readonly string[]): string =>
  `/stream?streams=${tickers.flatMap(streamsOf).join("/")}`;

const streamsOf = (ticker: string): readonly string[] => [
  `${ticker.toLowerCase()}@trade`,
  `${ticker.toLowerCase()}@bookTicker`,
  `${ticker.toLowerCase()}@depth@100ms`,
];

const refused = (why: string): SymbolsAsked => ({ ok: false, why });
