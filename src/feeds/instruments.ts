/** The instruments that a tape needs: those it names itself, and for a symbol of Binance or Coinbase what its prints show. */
import { DECIMAL_PATTERN, decimalsOf } from "../domain/decimal.ts";
import { BINANCE_VENUE } from "./binance.ts";
import { COINBASE_VENUE } from "./coinbase.ts";
import type { FeedBar, FeedInstrument, FeedTick, TapeEntry } from "./tick.ts";

/** Currencies in which Binance quotes. A ticker is split at the longest that ends it, so `FDUSD` is not read as `USD`. */
export const BINANCE_QUOTE_CURRENCIES: readonly string[] = [
  ...[
    "USDT",
    "FDUSD",
    "USDC",
    "BUSD",
    "TUSD",
    "USDP",
    "USDS",
    "DAI",
    "UST",
    "PAX",
    "USD",
    "BTC",
    "ETH",
    "BNB",
    "XRP",
    "TRX",
  ],
  ...[
    "DOGE",
    "DOT",
    "SOL",
    "VAI",
    "IDRT",
    "BIDR",
    "BVND",
    "BKRW",
    "NGN",
    "EUR",
    "EURI",
    "GBP",
    "AUD",
    "TRY",
    "RUB",
    "UAH",
  ],
  ...["BRL", "ZAR", "PLN", "RON", "ARS", "JPY", "MXN", "CZK", "COP"],
].sort((a, b) => b.length - a.length);

type Decimals = { price: number; size: number };
type Pair = { readonly base: string; readonly currency: string };

/** What a ticker of a venue is made of. Of another venue nothing is known by its tickers. */
const PAIR_OF: Readonly<Record<string, (ticker: string) => Pair | undefined>> = {
  [BINANCE_VENUE]: (ticker) => {
    const currency = BINANCE_QUOTE_CURRENCIES.find((suffix) => ticker.endsWith(suffix) && ticker !== suffix);
    return currency === undefined ? undefined : { base: ticker.slice(0, -currency.length), currency };
  },
  [COINBASE_VENUE]: (ticker) => {
    const [base, currency] = ticker.split("-");
    return base === undefined || currency === undefined ? undefined : { base, currency };
  },
};

const venueOf = (symbol: string): string => symbol.slice(0, symbol.indexOf(":"));

/** Hears every entry of a tape once and then knows its instruments. */
export class TapeInstruments {
  readonly #declared = new Map<string, FeedInstrument>();
  readonly #seen = new Map<string, Decimals>();

  hear(entry: TapeEntry): void {
    if (entry.kind === "instrument") this.#declared.set(entry.instrument.symbol, entry.instrument);
    if (entry.kind === "tick") this.#widen(entry.tick.symbol, levelsOf(entry.tick));
    if (entry.kind === "bar") this.#widen(entry.bar.symbol, barLevels(entry.bar));
  }

  /** In the order of their names. A symbol that is neither declared nor of a venue known here must already be known to the platform. */
  list(): readonly FeedInstrument[] {
    const derived = [...this.#seen].flatMap(([symbol, decimals]) =>
      this.#declared.has(symbol) ? [] : [impliedInstrument(symbol, decimals)],
    );
    return [...this.#declared.values(), ...derived].sort((a, b) => (a.symbol < b.symbol ? -1 : 1));
  }

  #widen(symbol: string, levels: readonly Level[]): void {
    if (PAIR_OF[venueOf(symbol)] === undefined) return;
    const decimals = this.#seen.get(symbol) ?? { price: 0, size: 0 };
    this.#seen.set(symbol, decimals);
    for (const [price, size] of levels) {
      decimals.price = Math.max(decimals.price, decimalsShown(price));
      decimals.size = Math.max(decimals.size, decimalsShown(size));
    }
  }
}

type Level = readonly [price: string, size: string];

const barLevels = ({ o, h, l, c, v }: FeedBar): readonly Level[] => [o, h, l, c].map((price) => [price, v]);

function levelsOf(tick: FeedTick): readonly Level[] {
  switch (tick.type) {
    case "trade":
      return [[tick.price, tick.size]];
    case "quote":
      return [
        [tick.bid, tick.bidSize],
        [tick.ask, tick.askSize],
      ];
    case "depth":
      return [tick.bids, tick.asks].flatMap((side) => (Array.isArray(side) ? side : []));
    case "cancel":
    case "correct":
    case "gap":
      return [];
  }
}

function impliedInstrument(symbol: string, decimals: Decimals): FeedInstrument {
  const venue = venueOf(symbol);
  const pair = PAIR_OF[venue]?.(symbol.slice(venue.length + 1));
  if (pair === undefined) throw new UnknownQuoteCurrency(symbol);
  return {
    symbol,
    description: `${pair.base} / ${pair.currency}`,
    type: "crypto",
    exchange: venue,
    currency: pair.currency,
    tickSize: unitOf(decimals.price),
    lotSize: unitOf(decimals.size),
    multiplier: "1",
    timezone: "UTC",
    session: "24x7",
    status: "active",
  };
}

// Our own tapes pass values through unread, numbers too: what is no decimal text shows nothing, and the platform judges it.
const decimalsShown = (value: unknown): number =>
  typeof value === "string" && DECIMAL_PATTERN.test(value) ? decimalsOf(value) : 0;

const unitOf = (decimals: number): string => (decimals === 0 ? "1" : `0.${"0".repeat(decimals - 1)}1`);

export class UnknownQuoteCurrency extends Error {
  override readonly name = "UnknownQuoteCurrency";
  constructor(symbol: string) {
    super(`${symbol} ends with no known quote currency: register it first, or name it on the tape`);
  }
}
