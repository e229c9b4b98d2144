/** A market of three currencies and an inverse contract, and an account that names a rate for each of them. */
import { type Json, json, RiskBench } from "./bench.ts";

export const SAP = "XETR:SAP";
export const EURUSD = "FX:EURUSD";
export const USDJPY = "FX:USDJPY";
export const TOYOTA = "XTKS:7203";
export const XBTUSD = "BITMEX:XBTUSD";
export const BTCUSD = "BINANCE:BTCUSD";

/** One EUR is 1.25 USD, one USD 160 JPY, one BTC 100,000 USD. */
export async function market(): Promise<RiskBench> {
  const bench = await new RiskBench().ready();
  bench.instrument(SAP, { currency: "EUR", exchange: "XETR" });
  bench.instrument(TOYOTA, { currency: "JPY", exchange: "XTKS", tickSize: "1" });
  bench.instrument(EURUSD, { type: "fx", exchange: "FX", tickSize: "0.0001" });
  bench.instrument(USDJPY, { type: "fx", exchange: "FX", tickSize: "0.001", currency: "JPY" });
  bench.instrument(BTCUSD, { type: "crypto", exchange: "BINANCE" });
  const inverse = {
    type: "future",
    exchange: "BITMEX",
    currency: "BTC",
    tickSize: "0.5",
    contract: "inverse",
  };
  bench.instrument(XBTUSD, inverse);
  await bench.price(SAP, { last: "100" });
  await bench.price(TOYOTA, { last: "3200" });
  await bench.price(EURUSD, { last: "1.25" });
  await bench.price(USDJPY, { last: "160" });
  await bench.price(BTCUSD, { last: "100000" });
  await bench.price(XBTUSD, { last: "100000" });
  return bench;
}

export const FX = { EUR: EURUSD, JPY: USDJPY, BTC: BTCUSD };
export async function funded(): Promise<RiskBench> {
  const bench = await market();
  json(await bench.account({ fx: FX }));
  return bench;
}

export const balances = async (bench: RiskBench): Promise<Json> =>
  json(await bench.desk.readPriced(bench.envelope(), (reads, now) => reads.balances(now)));
export const inCurrency = (shown: Json, currency: string): Json =>
  (shown["currencies"] as Json[]).find((one) => one["currency"] === currency)!;
