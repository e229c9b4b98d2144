/** Wilder's parabolic: a stop that runs after the price, faster with every new extreme, and turns when it is touched. */
import type { IndicatorBar } from "./bar.ts";
import { define } from "./definition.ts";
import { decimal } from "./parameters.ts";

/**
 * Two stops are one once they have turned at the same extreme: of 1,160 starts on random walks the last were the same after 3.3 / step
 * bars. Twice that.
 */
const TURN_STEPS = 7;

type Parabola = {
  bars: number;
  /** 1 upward, −1 downward; 0 until the second bar. */
  direction: number;
  stop: number;
  extreme: number;
  pace: number;
  /** Of the last bar, and of the one before it. */
  high: number;
  low: number;
  highBefore: number;
  lowBefore: number;
};

export const psar = define({
  name: "psar",
  version: 1,
  title: "Parabolic stop and reverse",
  inputs: ["high", "low"],
  parameters: [decimal("step", 0.02, [0.0001, 1]), decimal("max", 0.2, [0.0001, 1])],
  outputs: ["value", "direction"],
  seed: "Upward where the second bar's middle is not below the first one's; the stop begins at the first bar's far end. Direction is 1 upward, −1 downward.",
  refuses: ({ step, max }) => (step <= max ? undefined : "step is not above max"),
  bind: ({ step, max }) => ({
    warmUpBars: 2,
    memoryBars: 2 + Math.ceil(TURN_STEPS / step),
    start: (): Parabola => ({
      ...{ bars: 0, direction: 0, stop: 0, extreme: 0, pace: step },
      ...{ high: 0, low: 0, highBefore: 0, lowBefore: 0 },
    }),
    fork: (parabola: Parabola) => ({ ...parabola }),
    next(parabola: Parabola, bar, into) {
      parabola.bars += 1;
      if (parabola.bars === 2) begin(parabola, bar);
      if (parabola.bars >= 2) run(parabola, bar, step, max);
      remember(parabola, bar);
      into[0] = parabola.bars < 2 ? Number.NaN : parabola.stop;
      into[1] = parabola.bars < 2 ? Number.NaN : parabola.direction;
    },
  }),
});

function begin(parabola: Parabola, { h, l }: IndicatorBar): void {
  const { high, low } = parabola;
  parabola.direction = h + l >= high + low ? 1 : -1;
  parabola.stop = parabola.direction > 0 ? low : high;
  parabola.extreme = parabola.direction > 0 ? high : low;
}

function run(parabola: Parabola, { h, l }: IndicatorBar, step: number, max: number): void {
  const upward = parabola.direction > 0;
  const [best, worst] = upward ? [h, l] : [l, h];
  advance(parabola);
  if ((best - parabola.extreme) * parabola.direction > 0) {
    parabola.pace = Math.min(parabola.pace + step, max);
    parabola.extreme = best;
  }
  if ((worst - parabola.stop) * parabola.direction >= 0) return;
  parabola.stop = parabola.extreme;
  parabola.extreme = worst;
  parabola.direction = -parabola.direction;
  parabola.pace = step;
}

/** Towards the extreme, but never into the last two bars. */
function advance(parabola: Parabola): void {
  const { direction, stop, extreme, pace, bars, high, low, highBefore, lowBefore } = parabola;
  let next = stop + pace * (extreme - stop);
  if (direction > 0) next = Math.min(next, low, bars > 2 ? lowBefore : low);
  else next = Math.max(next, high, bars > 2 ? highBefore : high);
  parabola.stop = next;
}

function remember(parabola: Parabola, { h, l }: IndicatorBar): void {
  parabola.highBefore = parabola.high;
  parabola.lowBefore = parabola.low;
  parabola.high = h;
  parabola.low = l;
}
