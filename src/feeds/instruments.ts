/** The instruments that a tape needs: those it names itself, and for a Binance symbol what its prints show. */
import { DECIMAL_PATTERN, decimalsOf } from "../domain/decimal.ts";
import { BINANCE_VENUE } from "./binance.ts";
import type { FeedInstrument, FeedTick, TapeEntry } from "./tick.ts";

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

/** Hears every entry of a tape once and then knows its instruments. */
export class TapeInstruments {
  readonly #declared = new Map<string, FeedInstrument>();
  readonly #seen = new Map<string, Decimals>();

  hear(entry: TapeEntry): void {
    if (entry.kind === "instrument") this.#declared.set(entry.instrument.symbol, entry.instrument);
    if (entry.kind === "tick") this.#widen(entry.tick);
  }

  /** In the order of their names. A symbol that is neither declared nor of Binance must already be known to the platform. */
  list(): readonly FeedInstrument[] {
    const derived = [...this.#seen].flatMap(([symbol, decimals]) =>
      this.#declared.has(symbol) || !symbol.startsWith(`${BINANCE_VENUE}:`)
        ? []
        : [binanceInstrument(symbol, decimals)],
    );
    return [...this.#declared.values(), ...derived].sort((a, b) => (a.symbol < b.symbol ? -1 : 1));
  }

  #widen(tick: FeedTick): void {
    const decimals = this.#seen.get(tick.symbol) ?? { price: 0, size: 0 };
    this.#seen.set(tick.symbol, decimals);
    if (!tick.symbol.startsWith(`${BINANCE_VENUE}:`)) return;
    for (const [price, size] of levelsOf(tick)) {
      decimals.price = Math.max(decimals.price, decimalsShown(price));
      decimals.size = Math.max(decimals.size, decimalsShown(size));
    }
  }
}

function levelsOf(tick: FeedTick): readonly (readonly [string, string])[] {
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
      return [];
  }
}

function binanceInstrument(symbol: string, decimals: Decimals): FeedInstrument {
  const ticker = symbol.slice(BINANCE_VENUE.length + 1);
  const currency = BINANCE_QUOTE_CURRENCIES.find((suffix) => ticker.endsWith(suffix) && ticker !== suffix);
  if (currency === undefined) throw new UnknownQuoteCurrency(symbol);
  return {
    symbol,
    description: `${ticker.slice(0, -currency.length)} / ${currency}`,
    type: "crypto",
    exchange: BINANCE_VENUE,
    currency,
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
