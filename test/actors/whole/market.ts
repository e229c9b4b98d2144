/** The instruments, legs, rates and the split of the walk over an account and its strategies. */
import type { OracleLeg, OracleRate } from "../../support/m2m-oracle.ts";
import { AAPL, type Json } from "../risk-shard/bench.ts";

const SAP = "XETR:SAP";
const PERPETUAL = "BITMEX:XBTUSD";
const BTCUSD = "BINANCE:BTCUSD";
const EURUSD = "FX:EURUSD";
export const STRATEGIES = ["alpha", "beta"] as const;
export type Strategy = (typeof STRATEGIES)[number];

/** With a price about which each moves, in whole units of 10⁻⁴. */
export const INSTRUMENTS: readonly (readonly [symbol: string, changes: Json, around: number])[] = [
  [AAPL, {}, 1_000_000],
  [SAP, { currency: "EUR", exchange: "XETR", multiplier: "2.5" }, 2_000_000],
  [
    PERPETUAL,
    { type: "future", currency: "BTC", exchange: "BITMEX", tickSize: "0.5", contract: "inverse" },
    600_000_000,
  ],
  [BTCUSD, { type: "crypto", exchange: "BINANCE" }, 600_000_000],
  [EURUSD, { type: "fx", exchange: "FX", tickSize: "0.0001" }, 11_000],
];
export const LEGS: readonly OracleLeg[] = [
  { symbol: AAPL, multiplier: "1" },
  { symbol: SAP, multiplier: "2.5", currency: "EUR" },
  { symbol: PERPETUAL, multiplier: "1", currency: "BTC", inverse: true },
];
export const RATES: readonly OracleRate[] = [
  { currency: "EUR", symbol: EURUSD, direction: "multiply" },
  { currency: "BTC", symbol: BTCUSD, direction: "multiply" },
];
export const FX = { EUR: EURUSD, BTC: BTCUSD };
export const SCALE = 4;
export const EQUITY = 1_000_000_000n * 10n ** 12n;

/** 2023-11-15 00:00 UTC: from then on one share of Apple is three. The walk begins some minutes before. */
export const SPLIT_AT = 1_700_006_400_000;
export const SPLIT = { id: "act", from: "1", to: "3" };

export const aroundOf = (symbol: string): number => INSTRUMENTS.find(([one]) => one === symbol)?.[2] ?? 0;
export const orderOf = (strategy: Strategy, symbol: string, side: string): string =>
  `${strategy}-${symbol.slice(symbol.indexOf(":") + 1)}-${side}`;
