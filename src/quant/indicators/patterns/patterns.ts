/** Twenty candlestick patterns after TA-Lib's definitions, under its names: `cdl-doji` is its `CDLDOJI`. */
import { isFull, ringOf, slide } from "../bricks/ring.ts";
import { type Definition, define } from "../definition.ts";
import type { Candles } from "./candles.ts";
import {
  doji,
  dragonflyDoji,
  gravestoneDoji,
  hammer,
  hangingMan,
  invertedHammer,
  longLeggedDoji,
  marubozu,
  shootingStar,
  spinningTop,
} from "./one-candle.ts";
import type { PatternRule } from "./pattern-rule.ts";
import {
  eveningStar,
  morningStar,
  threeBlackCrows,
  threeInside,
  threeWhiteSoldiers,
} from "./three-candles.ts";
import { darkCloudCover, engulfing, harami, haramiCross, piercing } from "./two-candles.ts";

/** `candles`: the pattern's own, with those before them that say what is long and short. */
type Pattern = {
  readonly name: string;
  readonly title: string;
  readonly candles: number;
  readonly rule: PatternRule;
};

const pattern = ({ name, title, candles, rule }: Pattern): Definition =>
  define({
    name,
    version: 1,
    title,
    inputs: ["open", "high", "low", "close"],
    parameters: [],
    outputs: ["value"],
    seed: `Told from bar ${candles} on; ${candles === 2 ? "it compares two bars" : "what is long or short is measured by the bars before"}.`,
    bind: () => ({
      warmUpBars: candles,
      memoryBars: candles,
      start: (): Candles => ({
        o: ringOf(candles),
        h: ringOf(candles),
        l: ringOf(candles),
        c: ringOf(candles),
      }),
      next(state: Candles, { o, h, l, c }, into) {
        slide(state.o, o);
        slide(state.h, h);
        slide(state.l, l);
        slide(state.c, c);
        into[0] = isFull(state.o) ? rule(state) : Number.NaN;
      },
    }),
  });

export const PATTERNS: readonly Definition[] = [
  pattern({ name: "cdl-doji", title: "Doji", candles: 11, rule: doji }),
  pattern({ name: "cdl-dragonfly-doji", title: "Dragonfly doji", candles: 11, rule: dragonflyDoji }),
  pattern({ name: "cdl-gravestone-doji", title: "Gravestone doji", candles: 11, rule: gravestoneDoji }),
  pattern({ name: "cdl-long-legged-doji", title: "Long-legged doji", candles: 11, rule: longLeggedDoji }),
  pattern({ name: "cdl-hammer", title: "Hammer", candles: 12, rule: hammer }),
  pattern({ name: "cdl-hanging-man", title: "Hanging man", candles: 12, rule: hangingMan }),
  pattern({ name: "cdl-inverted-hammer", title: "Inverted hammer", candles: 12, rule: invertedHammer }),
  pattern({ name: "cdl-shooting-star", title: "Shooting star", candles: 12, rule: shootingStar }),
  pattern({ name: "cdl-marubozu", title: "Marubozu", candles: 11, rule: marubozu }),
  pattern({ name: "cdl-spinning-top", title: "Spinning top", candles: 11, rule: spinningTop }),
  pattern({ name: "cdl-engulfing", title: "Engulfing", candles: 2, rule: engulfing }),
  pattern({ name: "cdl-harami", title: "Harami", candles: 12, rule: harami }),
  pattern({ name: "cdl-harami-cross", title: "Harami cross", candles: 12, rule: haramiCross }),
  pattern({ name: "cdl-piercing", title: "Piercing line", candles: 12, rule: piercing }),
  pattern({ name: "cdl-dark-cloud-cover", title: "Dark cloud cover", candles: 12, rule: darkCloudCover }),
  pattern({ name: "cdl-morning-star", title: "Morning star", candles: 13, rule: morningStar }),
  pattern({ name: "cdl-evening-star", title: "Evening star", candles: 13, rule: eveningStar }),
  pattern({ name: "cdl-3-inside", title: "Three inside up, down", candles: 13, rule: threeInside }),
  pattern({
    name: "cdl-3-white-soldiers",
    title: "Three white soldiers",
    candles: 13,
    rule: threeWhiteSoldiers,
  }),
  pattern({ name: "cdl-3-black-crows", title: "Three black crows", candles: 14, rule: threeBlackCrows }),
];
