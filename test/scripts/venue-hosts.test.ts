import { expect, test } from "vitest";
import { VenueAddressError, venueHosts } from "../../scripts/binance/hosts.ts";

test("without variables the hosts are those for public market data alone", () =>
  expect(venueHosts({})).toEqual({
    stream: "wss://data-stream.binance.vision",
    rest: "https://data-api.binance.vision",
  }));

test("the environment names others, with or without a slash at their end", () =>
  expect(
    venueHosts({ BINANCE_WS_URL: "wss://stream.binance.com:9443/", BINANCE_REST_URL: "http://127.0.0.1:1" }),
  ).toEqual({
    stream: "wss://stream.binance.com:9443",
    rest: "http://127.0.0.1:1",
  }));

test.each([
  ["BINANCE_WS_URL", "https://stream.binance.com"],
  ["BINANCE_WS_URL", "stream.binance.com"],
  ["BINANCE_WS_URL", ""],
  ["BINANCE_REST_URL", "wss://api.binance.com"],
  ["BINANCE_REST_URL", "https://api.binance.com/?x=1"],
])("%s = %j is refused by name", (name, value) => {
  expect(() => venueHosts({ [name]: value })).toThrow(VenueAddressError);
  expect(() => venueHosts({ [name]: value })).toThrow(name);
});
