/** The exchange's own word on its symbols (`GET /api/v3/exchangeInfo`) to instruments of ours. */
import { DECIMAL_PATTERN, decimalsOf } from "../domain/decimal.ts";
import { BINANCE_VENUE } from "./binance.ts";
import { asInteger, asObject, asText, type JsonObject } from "./json.ts";
import type { FeedInstrument } from "./tick.ts";

/** `TRADING` is the exchange's word for a symbol whose market is open. */
const OPEN_STATUS = "TRADING";

export type Listing = {
  /** By ticker. */
  readonly instruments: ReadonlyMap<string, FeedInstrument>;
  /** Tickers whose entry lacks what an instrument needs. */
  readonly unreadable: readonly string[];
  /** The exchange's clock, in epoch milliseconds. */
  readonly serverTime: number | undefined;
};

export function listingFrom(reply: unknown): Listing {
  const entries = asObject(reply)?.["symbols"];
  const instruments = new Map<string, FeedInstrument>();
  const unreadable: string[] = [];
  for (const entry of Array.isArray(entries) ? entries : []) {
    const listed = asObject(entry);
    const ticker = asText(listed?.["symbol"]);
    if (listed === undefined || ticker === undefined) continue;
    const instrument = instrumentOf(ticker, listed);
    if (instrument === undefined) unreadable.push(ticker);
    else instruments.set(ticker, instrument);
  }
  const serverTime = asInteger(asObject(reply)?.["serverTime"]);
  return { instruments, unreadable, serverTime };
}

function instrumentOf(ticker: string, listed: JsonObject): FeedInstrument | undefined {
  const filter = filtersOf(listed);
  const base = asText(listed["baseAsset"]);
  const currency = asText(listed["quoteAsset"]);
  const tickSize = positive(filter("PRICE_FILTER", "tickSize"));
  const lotSize = positive(filter("LOT_SIZE", "stepSize"));
  if (base === undefined || currency === undefined || tickSize === undefined || lotSize === undefined)
    return undefined;
  const bounds = {
    minQty: positive(filter("LOT_SIZE", "minQty")),
    maxQty: positive(filter("LOT_SIZE", "maxQty")),
    minNotional: positive(filter("NOTIONAL", "minNotional") ?? filter("MIN_NOTIONAL", "minNotional")),
  };
  return {
    symbol: `${BINANCE_VENUE}:${ticker}`,
    ...{ description: `${base} / ${currency}`, type: "crypto", exchange: BINANCE_VENUE, currency },
    ...{ tickSize, lotSize, multiplier: "1", timezone: "UTC", session: "24x7" },
    // A bound that the exchange has switched off is none.
    ...Object.fromEntries(Object.entries(bounds).filter(([, bound]) => bound !== undefined)),
    status: listed["status"] === OPEN_STATUS ? "active" : "halted",
  };
}

const filtersOf = (listed: JsonObject) => {
  const filters = Array.isArray(listed["filters"]) ? listed["filters"].map(asObject) : [];
  return (type: string, member: string): unknown =>
    filters.find((filter) => filter?.["filterType"] === type)?.[member];
};

/** Without the zeros that the exchange pads with; a grid or a bound of zero means that there is none. */
function positive(value: unknown): string | undefined {
  const text = asText(value);
  if (text === undefined || !DECIMAL_PATTERN.test(text) || !/[1-9]/.test(text) || text.startsWith("-"))
    return undefined;
  const decimals = decimalsOf(text);
  const point = text.indexOf(".");
  return point < 0 ? text : text.slice(0, decimals === 0 ? point : point + 1 + decimals);
}
