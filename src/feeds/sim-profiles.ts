/** The instruments of the generator: each has a character of its own, so that screens and limits have something to show. */
import type { FeedInstrument } from "./tick.ts";

export type SimProfile = {
  readonly instrument: FeedInstrument;
  /** Decimals of prices and sizes on the wire. */
  readonly priceDecimals: number;
  readonly sizeDecimals: number;
  readonly basePrice: number;
  /** How far a whole trend cycle carries the price, as a share of it, and where in the cycle time 0 lies. */
  readonly trend: number;
  readonly trendPhase: number;
  /** Size of the swings around the trend, as a share of the price. */
  readonly volatility: number;
  readonly spreadBps: number;
  /** Chance of one trade in a step, and the most that one trade takes. */
  readonly tradeShare: number;
  readonly sizeMax: number;
  /** Chances of a silent minute, and of a late or repeated trade in a step. */
  readonly silentShare: number;
  readonly lateShare: number;
  readonly repeatShare: number;
};

/** Fits any of the profiles when nothing special is said. */
const COMMON = {
  trendPhase: 0,
  silentShare: 0,
  lateShare: 0.002,
  repeatShare: 0.005,
};

type Listing = {
  readonly ticker: string;
  readonly description: string;
  readonly type: string;
  readonly currency: string;
  readonly tickSize: string;
  readonly lotSize: string;
};

const listed = ({ ticker, ...listing }: Listing): FeedInstrument => ({
  symbol: `SIM:${ticker}`,
  ...listing,
  exchange: "SIM",
  multiplier: "1",
  timezone: "UTC",
  session: "24x7",
  status: "active",
});

const crypto = (ticker: string, description: string, tickSize: string, lotSize: string): FeedInstrument =>
  listed({ ticker, description, type: "crypto", currency: "USD", tickSize, lotSize });

const equity = (ticker: string, description: string): FeedInstrument =>
  listed({ ticker, description, type: "equity", currency: "USD", tickSize: "0.01", lotSize: "1" });

export const SIM_PROFILES: readonly SimProfile[] = [
  {
    ...COMMON,
    instrument: crypto(
      "BITCOIN",
      "Generated: rises for hours, then falls, and never rests",
      "0.01",
      "0.00001",
    ),
    ...{ priceDecimals: 2, sizeDecimals: 5, basePrice: 60_000, trend: 0.08, volatility: 0.012 },
    ...{ spreadBps: 0.5, tradeShare: 0.9, sizeMax: 1.5 },
  },
  {
    ...COMMON,
    instrument: crypto("ETHER", "Generated: falls while BITCOIN rises", "0.01", "0.0001"),
    ...{
      priceDecimals: 2,
      sizeDecimals: 4,
      basePrice: 3_000,
      trend: 0.1,
      trendPhase: 0.5,
      volatility: 0.018,
    },
    ...{ spreadBps: 1, tradeShare: 0.6, sizeMax: 12 },
  },
  {
    ...COMMON,
    instrument: equity("ACME", "Generated: a calm share with a slow trend"),
    ...{ priceDecimals: 2, sizeDecimals: 0, basePrice: 180, trend: 0.03, trendPhase: 0.2, volatility: 0.004 },
    ...{ spreadBps: 2, tradeShare: 0.4, sizeMax: 400 },
  },
  {
    ...COMMON,
    instrument: equity("ROCKET", "Generated: a wild share with wide spreads and many late prints"),
    ...{ priceDecimals: 2, sizeDecimals: 0, basePrice: 25, trend: 0.2, trendPhase: 0.35, volatility: 0.06 },
    ...{ spreadBps: 25, tradeShare: 0.35, sizeMax: 2_500, lateShare: 0.01, repeatShare: 0.02 },
  },
  {
    ...COMMON,
    instrument: equity("SLEEPY", "Generated: a thin share that is silent for many minutes"),
    ...{ priceDecimals: 2, sizeDecimals: 0, basePrice: 7.5, trend: 0.02, trendPhase: 0.7, volatility: 0.01 },
    ...{ spreadBps: 60, tradeShare: 0.05, sizeMax: 300, silentShare: 0.6 },
  },
  {
    ...COMMON,
    instrument: listed({
      ...{ ticker: "EURUSD", description: "Generated: a currency pair that returns to its mean" },
      ...{ type: "fx", currency: "USD", tickSize: "0.00001", lotSize: "1000" },
    }),
    ...{ priceDecimals: 5, sizeDecimals: 0, basePrice: 1.1, trend: 0, volatility: 0.002 },
    ...{ spreadBps: 0.3, tradeShare: 0.7, sizeMax: 500_000, silentShare: 0.02 },
  },
];
