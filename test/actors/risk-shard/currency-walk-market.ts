/** What the walk of currencies trades, and under which limits: prices lie around those named, at the instruments' scales. */
import { AAPL, type Json } from "./bench.ts";

const SAP = "XETR:SAP";
const TOYOTA = "XTKS:7203";
export const PERPETUAL = "BITMEX:XBTUSD";
const BTCUSD = "BINANCE:BTCUSD";
const EURUSD = "FX:EURUSD";
const USDJPY = "FX:USDJPY";
export const TRADED = [AAPL, SAP, TOYOTA, PERPETUAL, BTCUSD];
export const FX = { EUR: EURUSD, JPY: USDJPY, BTC: BTCUSD };
export const START = 1_000_000n * 10n ** 12n;

export const INSTRUMENTS: readonly (readonly [string, Json, around: bigint])[] = [
  [AAPL, {}, 1_000_000n],
  [SAP, { currency: "EUR", exchange: "XETR", multiplier: "2.5" }, 2_000_000n],
  [TOYOTA, { currency: "JPY", exchange: "XTKS", tickSize: "1" }, 30_000_000n],
  [
    PERPETUAL,
    { type: "future", currency: "BTC", exchange: "BITMEX", tickSize: "0.5", contract: "inverse" },
    1_000_000_000n,
  ],
  [BTCUSD, { type: "crypto", exchange: "BINANCE" }, 1_000_000_000n],
  [EURUSD, { type: "fx", exchange: "FX", tickSize: "0.0001" }, 11_000n],
  [USDJPY, { type: "fx", exchange: "FX", currency: "JPY", tickSize: "0.001" }, 1_500_000n],
];

export const LIMITS: readonly Json[] = [
  { kind: "max-order-notional", threshold: "90000000" },
  { kind: "max-gross-exposure", threshold: "90000000" },
  { kind: "max-gross-exposure", threshold: "150", unit: "equity-percent", action: "reduce" },
];
