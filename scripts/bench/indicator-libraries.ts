/** The indicators of our must-have set as trading-signals and technicalindicators have them, each with the parameters of ours. */
import technical from "technicalindicators";
import * as signals from "trading-signals";

export type Candle = { open: number; high: number; low: number; close: number; volume: number };
export type Update = (candle: Candle) => unknown;
export type Beside = {
  readonly text: string;
  readonly signals?: () => Update;
  readonly technical?: () => Update;
};

const ofPrice =
  (make: () => { update(price: number, replace: boolean): unknown }): (() => Update) =>
  () => {
    const one = make();
    return ({ close }) => one.update(close, false);
  };
const ofCandle =
  (make: () => { update(candle: Candle, replace: boolean): unknown }): (() => Update) =>
  () => {
    const one = make();
    return (candle) => one.update(candle, false);
  };
type Next<Input> = { nextValue(input: Input): unknown };
const nextPrice =
  (make: () => Next<number>): (() => Update) =>
  () => {
    const one = make();
    return ({ close }) => one.nextValue(close);
  };
const nextCandle =
  (make: () => unknown): (() => Update) =>
  () => {
    // SAFETY: each of them takes a candle; some say that they take less, or an array.
    const one = make() as Next<Candle>;
    return (candle) => one.nextValue(candle);
  };

const NONE = { open: [], high: [], low: [], close: [], volume: [] };
const { EMA } = signals;

export const BESIDE: readonly Beside[] = [
  {
    text: "sma_20",
    signals: ofPrice(() => new signals.SMA(20)),
    technical: nextPrice(() => new technical.SMA({ period: 20, values: [] })),
  },
  {
    text: "ema_20",
    signals: ofPrice(() => new EMA(20)),
    technical: nextPrice(() => new technical.EMA({ period: 20, values: [] })),
  },
  {
    text: "wma_20",
    signals: ofPrice(() => new signals.WMA(20)),
    technical: nextPrice(() => new technical.WMA({ period: 20, values: [] })),
  },
  {
    text: "rma_14",
    signals: ofPrice(() => new signals.WSMA(14)),
    technical: nextPrice(() => new technical.WEMA({ period: 14, values: [] })),
  },
  { text: "dema_20", signals: ofPrice(() => new signals.DEMA(20)) },
  { text: "tema_20", signals: ofPrice(() => new signals.TEMA(20)) },
  { text: "hma_9", signals: ofPrice(() => new signals.HMA(9)) },
  { text: "kama_10_2_30", signals: ofPrice(() => new signals.KAMA(10)) },
  { text: "vwma_20", signals: ofCandle(() => new signals.VWMA(20)) },
  {
    text: "vwap",
    signals: ofCandle(() => new signals.VWAP()),
    technical: nextCandle(() => new technical.VWAP({ ...NONE })),
  },
  {
    text: "rsi_14",
    signals: ofPrice(() => new signals.RSI(14)),
    technical: nextPrice(() => new technical.RSI({ period: 14, values: [] })),
  },
  {
    text: "stoch_14_3_3",
    signals: ofCandle(() => new signals.StochasticOscillator({ dPeriod: 3, kPeriod: 14, kSlowingPeriod: 3 })),
    technical: nextCandle(() => new technical.Stochastic({ ...NONE, period: 14, signalPeriod: 3 })),
  },
  { text: "stochrsi_14_14_3_3", signals: ofPrice(() => new signals.StochasticRSI(14)) },
  {
    text: "macd_12_26_9",
    signals: ofPrice(() => new signals.MACD(new EMA(12), new EMA(26), new EMA(9))),
    technical: nextPrice(
      () =>
        new technical.MACD({
          ...{ values: [], fastPeriod: 12, slowPeriod: 26, signalPeriod: 9 },
          ...{ SimpleMAOscillator: false, SimpleMASignal: false },
        }),
    ),
  },
  { text: "ppo_12_26_9", signals: ofPrice(() => new signals.PPO({ fastPeriod: 12, slowPeriod: 26 })) },
  {
    text: "roc_10",
    signals: ofPrice(() => new signals.ROC(10)),
    technical: nextPrice(() => new technical.ROC({ period: 10, values: [] })),
  },
  { text: "mom_10", signals: ofPrice(() => new signals.MOM(10)) },
  {
    text: "cci_20",
    signals: ofCandle(() => new signals.CCI(20)),
    technical: nextCandle(() => new technical.CCI({ ...NONE, period: 20 })),
  },
  {
    text: "willr_14",
    signals: ofCandle(() => new signals.WilliamsR(14)),
    technical: nextCandle(() => new technical.WilliamsR({ ...NONE, period: 14 })),
  },
  {
    text: "mfi_14",
    signals: ofCandle(() => new signals.MFI(14)),
    technical: nextCandle(() => new technical.MFI({ ...NONE, period: 14 })),
  },
  { text: "cmo_14", signals: ofPrice(() => new signals.CMO(14)) },
  { text: "tsi_25_13_13", signals: ofPrice(() => new signals.TSI({ longPeriod: 25, shortPeriod: 13 })) },
  {
    text: "atr_14",
    signals: ofCandle(() => new signals.ATR(14)),
    technical: nextCandle(() => new technical.ATR({ ...NONE, period: 14 })),
  },
  { text: "natr_14", signals: ofCandle(() => new signals.NATR(14)) },
  { text: "tr", signals: ofCandle(() => new signals.TR()) },
  {
    text: "bbands_20_2",
    signals: ofPrice(() => new signals.BollingerBands(20, 2)),
    technical: nextPrice(() => new technical.BollingerBands({ period: 20, stdDev: 2, values: [] })),
  },
  { text: "keltner_20_2_10", signals: ofCandle(() => new signals.KeltnerChannels()) },
  { text: "donchian_20", signals: ofCandle(() => new signals.DonchianChannels(20)) },
  {
    text: "supertrend_10_3",
    signals: ofCandle(() => new signals.SuperTrend({ interval: 10, multiplier: 3 })),
  },
  {
    text: "psar_0.02_0.2",
    signals: ofCandle(() => new signals.PSAR({ accelerationMax: 0.2, accelerationStep: 0.02 })),
    technical: nextCandle(() => new technical.PSAR({ high: [], low: [], step: 0.02, max: 0.2 })),
  },
  {
    text: "adx_14",
    signals: ofCandle(() => new signals.ADX(14)),
    technical: nextCandle(() => new technical.ADX({ ...NONE, period: 14 })),
  },
  { text: "aroon_14", signals: ofCandle(() => new signals.Aroon(14)) },
  {
    text: "obv",
    signals: ofCandle(() => new signals.OBV(2)),
    technical: nextCandle(() => new technical.OBV({ close: [], volume: [] })),
  },
  { text: "pivots" },
];
