/** Makes the instruments of a live feed, with tick and lot as the exchange says them. */
import { BINANCE_VENUE } from "../../src/feeds/binance.ts";
import type { ApiClient } from "../client.ts";
import { type VenueListing, VenueUnreachable, venueListing } from "./exchange-info.ts";
import type { VenueHosts } from "./hosts.ts";

/** The feed cannot begin; the message says what to do. */
export class FeedRefused extends Error {
  override readonly name = "FeedRefused";
}

export type Registering = {
  readonly tickers: readonly string[];
  readonly hosts: VenueHosts;
  readonly client: ApiClient;
  readonly signal: AbortSignal;
  readonly note: (text: string) => void;
};

/** Answers what the exchange's clock said, where it was asked. */
export async function registerSymbols(feed: Registering): Promise<number | undefined> {
  const listing = await asked(feed);
  if (listing === undefined) return undefined;
  if (listing.unknown.length > 0)
    throw new FeedRefused(
      `Binance has no symbol ${listing.unknown.join(", ")}: see its list of spot markets.`,
    );
  for (const ticker of feed.tickers) await register(feed, listing, ticker);
  return listing.serverTime;
}

/** Undefined where the exchange cannot be asked and the platform knows every symbol already: then there is nothing to make. */
async function asked({
  tickers,
  hosts,
  client,
  signal,
  note,
}: Registering): Promise<VenueListing | undefined> {
  try {
    return await venueListing(hosts.rest, tickers, signal);
  } catch (error) {
    if (!(error instanceof VenueUnreachable)) throw error;
    const missing: string[] = [];
    for (const ticker of tickers) if (!(await client.knows(symbolOf(ticker)))) missing.push(symbolOf(ticker));
    if (missing.length > 0) throw new FeedRefused(whatToDo(error.message, missing));
    note(`Binance: ${error.message}; the instruments are known already and left as they are.`);
    return undefined;
  }
}

async function register(
  { client, note }: Registering,
  { instruments, unreadable }: VenueListing,
  ticker: string,
): Promise<void> {
  const symbol = symbolOf(ticker);
  const instrument = instruments.get(ticker);
  if (instrument === undefined) {
    if (await client.knows(symbol)) return;
    const why = unreadable.includes(ticker) ? "gives no tick and lot size for" : "says nothing of";
    throw new FeedRefused(
      `Binance ${why} ${ticker}: register ${symbol} by hand (PUT /v1/instruments/${symbol}).`,
    );
  }
  const made = (await client.registerInstrument(instrument)) === "made";
  note(`${symbol}: ${made ? "registered" : "known already, left as it is"}.`);
  if (instrument["status"] !== "active")
    note(`${symbol}: its market is not open now; trades come when it is.`);
}

const symbolOf = (ticker: string): string => `${BINANCE_VENUE}:${ticker}`;

const whatToDo = (why: string, missing: readonly string[]): string =>
  `${why}, and the platform does not know ${missing.join(", ")} yet. Look whether this machine reaches the internet; ` +
  "name another host of the exchange with the variables BINANCE_REST_URL and BINANCE_WS_URL " +
  "(https://api.binance.com and wss://stream.binance.com:9443); or register the instruments by hand " +
  "(PUT /v1/instruments/{symbol}) and start again.";
