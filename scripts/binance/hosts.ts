/** Where Binance is: the hosts for public market data alone, or those that the environment names. */

export type VenueHosts = {
  /** `wss://host[:port]`, without a path. */
  readonly stream: string;
  readonly rest: string;
};

/** Neither needs a key, and neither serves anything but market data. */
const STREAM_HOST = "wss://data-stream.binance.vision";
const REST_HOST = "https://data-api.binance.vision";

export class VenueAddressError extends Error {
  override readonly name = "VenueAddressError";
}

export function venueHosts(variables: Readonly<Record<string, string | undefined>>): VenueHosts {
  return {
    stream: addressOf("BINANCE_WS_URL", variables["BINANCE_WS_URL"] ?? STREAM_HOST, ["wss:", "ws:"]),
    rest: addressOf("BINANCE_REST_URL", variables["BINANCE_REST_URL"] ?? REST_HOST, ["https:", "http:"]),
  };
}

function addressOf(name: string, text: string, protocols: readonly string[]): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !protocols.includes(url.protocol) || url.search !== "" || url.hash !== "")
    throw new VenueAddressError(`the variable ${name} is no address that begins with ${protocols[0]}//`);
  return text.replace(/\/+$/, "");
}
