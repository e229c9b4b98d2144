/** Momentum of the package trading-signals: from P to W. */
import {
  PGO,
  PMO,
  PremierStochastic,
  PSL,
  QQE,
  Qstick,
  RCI,
  RelativeVigorIndex,
  RMI,
  SMI,
  STC,
  SwingIndex,
  TDS,
  TRIX,
  UltimateOscillator,
  WaddahAttarExplosion,
  WaveTrend,
} from "trading-signals";
import { borrowed, fade, fraction, type Loan, PATH_BARS, whole, wilderFade } from "./borrowed.ts";

const INTERVAL = [whole("interval", 14)];
const inOrder = (fast = 0, slow = 0): string | undefined => (fast < slow ? undefined : "fast is below slow");

const LOANS: readonly Loan[] = [
  {
    name: "pgo",
    title: "Pretty good oscillator",
    reads: "bar",
    parameters: INTERVAL,
    make: (interval = 0) => new PGO({ interval }),
    fades: (interval = 0) => fade(interval) + wilderFade(interval),
  },
  {
    name: "pmo",
    title: "Price momentum oscillator",
    parameters: [whole("smoothing1", 35), whole("smoothing2", 20), whole("signal", 10)],
    outputs: ["pmo", "signal"],
    make: (smoothing1 = 0, smoothing2 = 0, signalInterval = 0) =>
      new PMO({ smoothing1, smoothing2, signalInterval }),
    fades: (one = 0, two = 0, signal = 0) => wilderFade(Math.max(one, two, signal), 3),
  },
  {
    name: "psl",
    title: "Psychological line",
    parameters: [whole("interval", 12)],
    make: (interval = 0) => new PSL({ interval }),
  },
  {
    name: "pso",
    title: "Premier stochastic",
    reads: "bar",
    parameters: [whole("stoch", 8), whole("smooth", 5)],
    make: (stochInterval = 0, smoothInterval = 0) => new PremierStochastic({ stochInterval, smoothInterval }),
    fades: (_stoch, smooth = 0) => fade(smooth, 2),
  },
  {
    name: "qqe",
    title: "Quantitative qualitative estimation",
    parameters: [whole("rsi", 14), whole("smooth", 5), fraction("factor", 4.236, 0.1, 20)],
    outputs: ["rsiMa", "trailingStop"],
    make: (rsiInterval = 0, smoothInterval = 0, fastFactor = 0) =>
      new QQE({ rsiInterval, smoothInterval, fastFactor }),
    fades: (rsi = 0, smooth = 0) => wilderFade(rsi) + fade(smooth) + 2 * fade(2 * rsi - 1, 2) + PATH_BARS,
  },
  {
    name: "qstick",
    title: "Qstick",
    reads: "bar",
    parameters: [whole("interval", 8)],
    make: (interval) => new Qstick(interval),
  },
  {
    name: "rci",
    title: "Rank correlation index",
    parameters: [whole("interval", 9)],
    make: (interval) => new RCI(interval),
  },
  {
    name: "rmi",
    title: "Relative momentum index",
    parameters: [whole("interval", 14), whole("momentum", 5)],
    make: (interval = 0, momentum = 0) => new RMI({ interval, momentum }),
    fades: (interval = 0) => wilderFade(interval),
  },
  {
    name: "rvgi",
    title: "Relative vigor index",
    reads: "bar",
    parameters: [whole("interval", 10)],
    outputs: ["rvgi", "signal"],
    make: (interval) => new RelativeVigorIndex(interval),
  },
  {
    name: "si",
    title: "Swing index",
    reads: "bar",
    parameters: [whole("limit", 100, 1)],
    make: (limit) => new SwingIndex(limit),
  },
  {
    name: "smi",
    title: "Stochastic momentum index",
    reads: "bar",
    parameters: [whole("interval", 10), whole("smooth1", 3), whole("smooth2", 3)],
    make: (interval = 0, smooth1 = 0, smooth2 = 0) => new SMI({ interval, smooth1, smooth2 }),
    fades: (_interval, one = 0, two = 0) => fade(Math.max(one, two), 2),
  },
  {
    name: "stc",
    title: "Schaff trend cycle",
    parameters: [whole("cycle", 10), whole("fast", 23), whole("slow", 50)],
    make: (cycleInterval = 0, fastInterval = 0, slowInterval = 0) =>
      new STC({ cycleInterval, fastInterval, slowInterval }),
    fades: (cycle = 0, _fast, slow = 0) => fade(slow) + 2 * cycle + 2 * fade(3),
    refuses: (_cycle, fast, slow) => inOrder(fast, slow),
  },
  { name: "tds", title: "Tom DeMark's sequential setup", make: () => new TDS(), fades: () => PATH_BARS },
  {
    name: "trix",
    title: "TRIX",
    parameters: [whole("interval", 15)],
    make: (interval = 0) => new TRIX(interval),
    fades: (interval = 0) => fade(interval, 3),
  },
  {
    name: "ultosc",
    title: "Ultimate oscillator",
    reads: "bar",
    parameters: [whole("short", 7), whole("medium", 14), whole("long", 28)],
    make: (shortPeriod = 0, mediumPeriod = 0, longPeriod = 0) =>
      new UltimateOscillator({ shortPeriod, mediumPeriod, longPeriod }),
    refuses: (short = 0, medium = 0, long = 0) =>
      short < medium && medium < long ? undefined : "short is below medium, and medium below long",
  },
  {
    name: "wae",
    title: "Waddah Attar explosion",
    reads: "bar",
    parameters: [whole("short", 20), whole("long", 40), whole("bands", 20), whole("atr", 100)],
    outputs: ["trend", "explosion", "deadZone"],
    make: (shortInterval = 0, longInterval = 0, bandsInterval = 0, atrInterval = 0) =>
      new WaddahAttarExplosion({ shortInterval, longInterval, bandsInterval, atrInterval }),
    fades: (_short, long = 0, _bands, atr = 0) => Math.max(fade(long), wilderFade(atr)),
    refuses: inOrder,
  },
  {
    name: "wt",
    title: "Wave trend",
    reads: "bar",
    parameters: [whole("channel", 10), whole("average", 21), whole("smoothing", 4)],
    outputs: ["wt1", "wt2"],
    make: (channelInterval = 0, averageInterval = 0, smoothingInterval = 0) =>
      new WaveTrend({ channelInterval, averageInterval, smoothingInterval }),
    fades: (channel = 0, average = 0) => fade(channel, 2) + fade(average),
  },
];

export const MORE_OSCILLATORS = LOANS.map(borrowed);
