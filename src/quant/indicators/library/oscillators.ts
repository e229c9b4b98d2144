/** Momentum of the package trading-signals: from A to L. */
import {
  AC,
  AO,
  APO,
  BOP,
  CFO,
  CG,
  ConnorsRSI,
  CoppockCurve,
  DeMarker,
  DerivativeOscillator,
  DisparityIndex,
  DPO,
  ElderRay,
  ER,
  FisherTransform,
  IBS,
  IMI,
  KST,
  LaguerreRSI,
} from "trading-signals";
import { borrowed, fade, fraction, type Loan, PATH_BARS, whole, wilderFade } from "./borrowed.ts";

const INTERVAL = [whole("interval", 14)];
const FAST_SLOW = [whole("fast", 12), whole("slow", 26)];
const inOrder = (fast = 0, slow = 0): string | undefined => (fast < slow ? undefined : "fast is below slow");

const LOANS: readonly Loan[] = [
  {
    name: "ac",
    title: "Accelerator oscillator",
    reads: "bar",
    parameters: [whole("short", 5), whole("long", 34), whole("signal", 5)],
    make: (short = 0, long = 0, signal = 0) => new AC(short, long, signal),
    refuses: inOrder,
  },
  {
    name: "ao",
    title: "Awesome oscillator",
    reads: "bar",
    parameters: [whole("short", 5), whole("long", 34)],
    make: (short = 0, long = 0) => new AO(short, long),
    refuses: inOrder,
  },
  {
    name: "apo",
    title: "Absolute price oscillator",
    parameters: FAST_SLOW,
    make: (fastPeriod = 0, slowPeriod = 0) => new APO({ fastPeriod, slowPeriod }),
    fades: (_fast, slow = 0) => fade(slow),
    refuses: inOrder,
  },
  { name: "bop", title: "Balance of power", reads: "bar", make: () => new BOP() },
  {
    name: "cfo",
    title: "Chande forecast oscillator",
    parameters: INTERVAL,
    make: (interval) => new CFO(interval),
  },
  {
    name: "cg",
    title: "Center of gravity",
    parameters: [whole("interval", 10), whole("signal", 5)],
    make: (interval = 0, signal = 0) => new CG(interval, signal),
    fades: (interval = 0, signal = 0) => interval + signal,
  },
  {
    name: "coppock",
    title: "Coppock curve",
    parameters: [whole("long", 14), whole("short", 11), whole("wma", 10)],
    make: (longRocInterval = 0, shortRocInterval = 0, wmaInterval = 0) =>
      new CoppockCurve({ longRocInterval, shortRocInterval, wmaInterval }),
  },
  {
    name: "crsi",
    title: "Connors RSI",
    parameters: [whole("rsi", 3), whole("streak", 2), whole("rank", 100)],
    make: (rsiInterval = 0, streakRsiInterval = 0, percentRankInterval = 0) =>
      new ConnorsRSI({ rsiInterval, streakRsiInterval, percentRankInterval }),
    fades: (rsi = 0, streak = 0) => wilderFade(Math.max(rsi, streak)) + PATH_BARS,
  },
  {
    name: "dem",
    title: "DeMarker",
    reads: "bar",
    parameters: INTERVAL,
    make: (interval = 0) => new DeMarker({ interval }),
  },
  {
    name: "di",
    title: "Disparity index",
    parameters: INTERVAL,
    make: (interval) => new DisparityIndex(interval),
    fades: (interval = 0) => fade(interval),
  },
  {
    name: "dosc",
    title: "Derivative oscillator",
    parameters: [whole("rsi", 14), whole("ema1", 5), whole("ema2", 3), whole("sma", 9)],
    make: (rsiInterval = 0, ema1Interval = 0, ema2Interval = 0, smaInterval = 0) =>
      new DerivativeOscillator({ rsiInterval, ema1Interval, ema2Interval, smaInterval }),
    fades: (rsi = 0, one = 0, two = 0) => wilderFade(rsi) + fade(Math.max(one, two), 2),
  },
  {
    name: "dpo",
    title: "Detrended price oscillator",
    parameters: [whole("interval", 20)],
    make: (interval) => new DPO(interval),
  },
  {
    name: "er",
    title: "Efficiency ratio",
    reads: "bar",
    parameters: [whole("interval", 10)],
    make: (interval = 0) => new ER(interval),
  },
  {
    name: "eri",
    title: "Elder ray",
    reads: "bar",
    parameters: [whole("interval", 13)],
    outputs: ["bullPower", "bearPower"],
    make: (interval) => new ElderRay(interval),
    fades: (interval = 0) => fade(interval),
  },
  {
    name: "fisher",
    title: "Fisher transform",
    reads: "bar",
    parameters: [whole("interval", 10)],
    make: (interval) => new FisherTransform(interval),
    fades: () => fade(2, 2) + 60,
  },
  { name: "ibs", title: "Internal bar strength", reads: "bar", make: () => new IBS() },
  {
    name: "imi",
    title: "Intraday momentum index",
    reads: "bar",
    parameters: INTERVAL,
    make: (interval) => new IMI(interval),
  },
  {
    name: "kst",
    title: "Know sure thing",
    parameters: [10, 15, 20, 30].map((roc, at) => whole(`roc${at + 1}`, roc)),
    make: (roc1 = 0, roc2 = 0, roc3 = 0, roc4 = 0) => new KST({ roc1, roc2, roc3, roc4 }),
  },
  {
    name: "lrsi",
    title: "Laguerre RSI",
    parameters: [fraction("gamma", 0.5, 0.1, 0.9)],
    make: (gamma = 0) => new LaguerreRSI({ gamma }),
    fades: (gamma = 0) => fade(2 / (1 - gamma) - 1, 4),
  },
];

export const OSCILLATORS = LOANS.map(borrowed);
