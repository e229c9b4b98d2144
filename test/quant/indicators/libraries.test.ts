/** The same bars through trading-signals, an implementation that shares nothing with ours, once both have forgotten where they began. */
import * as signals from "trading-signals";
import { expect, test } from "vitest";
import type { IndicatorBar } from "../../../src/quant/indicators/bar.ts";
import { indicator, run, walk } from "./runs.ts";

type Candle = { open: number; high: number; low: number; close: number; volume: number };
type Outputs = Readonly<Record<string, number>>;
type Theirs = (candle: Candle) => Outputs | undefined;

const price =
  (one: { update(price: number, replace: boolean): number | null }): Theirs =>
  ({ close }) => ({ value: one.update(close, false) ?? Number.NaN });
const candle =
  (one: { update(candle: Candle, replace: boolean): number | null }): Theirs =>
  (bar) => ({ value: one.update(bar, false) ?? Number.NaN });

const { EMA } = signals;
const macd = new signals.MACD(new EMA(12), new EMA(26), new EMA(9));
const bands = new signals.BollingerBands(20, 2);
const keltner = new signals.KeltnerChannels();
const donchian = new signals.DonchianChannels(20);
const stochastic = new signals.StochasticOscillator({ dPeriod: 3, kPeriod: 14, kSlowingPeriod: 3 });

const THEIRS: Readonly<Record<string, Theirs>> = {
  sma_20: price(new signals.SMA(20)),
  ema_20: price(new EMA(20)),
  wma_20: price(new signals.WMA(20)),
  rma_14: price(new signals.WSMA(14)),
  dema_20: price(new signals.DEMA(20)),
  tema_20: price(new signals.TEMA(20)),
  hma_9: price(new signals.HMA(9)),
  kama: price(new signals.KAMA(10)),
  vwma_20: candle(new signals.VWMA(20)),
  rsi_14: price(new signals.RSI(14)),
  cmo_14: price(new signals.CMO(14)),
  mfi_14: candle(new signals.MFI(14)),
  willr_14: candle(new signals.WilliamsR(14)),
  cci_20: candle(new signals.CCI(20)),
  mom_10: price(new signals.MOM(10)),
  atr_14: candle(new signals.ATR(14)),
  natr_14: candle(new signals.NATR(14)),
  tr: candle(new signals.TR()),
  adx_14: (bar) => undefinedAs("adx", adx.update(bar, false)),
  macd: ({ close }) => macd.update(close, false) ?? undefined,
  bbands: ({ close }) => bands.update(close, false) ?? undefined,
  keltner: (bar) => keltner.update(bar, false) ?? undefined,
  donchian: (bar) => donchian.update(bar, false) ?? undefined,
  stoch: (bar) => {
    const told = stochastic.update(bar, false);
    return told === null ? undefined : { k: told.stochK, d: told.stochD };
  },
  tsi_25_13: ({ close }) => undefinedAs("tsi", tsi.update(close, false)),
};
const adx = new signals.ADX(14);
const tsi = new signals.TSI({ longPeriod: 25, shortPeriod: 13 });

const undefinedAs = (output: string, value: number | null): Outputs | undefined =>
  value === null ? undefined : { [output]: value };

/**
 * A market that always moves and always trades, since what does not exist is told otherwise there, and never as far up as down, since of two
 * moves of one size that library counts one for adx (Wilder neither).
 */
const BARS: readonly IndicatorBar[] = walk(61, 1_400).map((bar, index) => ({
  ...bar,
  ...{ h: bar.h + 0.01 + (index % 11) / 1e4, l: bar.l - 0.01 - (index % 13) / 1e5, v: bar.v + 1 },
  c: bar.c + ((index % 7) - 3) / 1_000,
}));
/** More than the memory of any of them but kama, whose slowest is not met here. */
const FORGOTTEN_BARS = 1_200;

test.each(Object.entries(THEIRS))("%s", (text, theirs) => {
  const told = run(indicator(text), BARS);
  for (const [index, { o, h, l, c, v }] of BARS.entries()) {
    const other = theirs({ open: o, high: h, low: l, close: c, volume: v });
    if (index < FORGOTTEN_BARS) continue;
    expect(Object.keys(other ?? {}).length).toBeGreaterThan(0);
    for (const [output, value] of Object.entries(other ?? {}))
      expect(told[index]!.values[output]).toBeCloseTo(value, 8);
  }
});
