/** Means that carry on from one value: each new one counts with a weight, and what is older fades. */

/** How many have come, and the mean so far. */
export type Mean = { count: number; mean: number };

export const newMean = (): Mean => ({ count: 0, mean: 0 });

export const forkMean = ({ count, mean }: Mean): Mean => ({ count, mean });

/** The weight of an exponential mean of `period`. */
export const exponentialWeight = (period: number): number => 2 / (period + 1);

/** Begins with the first value. */
export function exponential(state: Mean, weight: number, value: number): number {
  state.mean = state.count === 0 ? value : state.mean + weight * (value - state.mean);
  state.count += 1;
  return state.mean;
}

/** The same, told from its value number `period` on and NaN before; a value that does not exist is passed over. */
export function exponentialFrom(state: Mean, weight: number, period: number, value: number): number {
  if (Number.isNaN(value)) return Number.NaN;
  const mean = exponential(state, weight, value);
  return state.count >= period ? mean : Number.NaN;
}

/** Wilder's: begins with the plain mean of the first `period` values; NaN until then. */
export function wilder(state: Mean, period: number, value: number): number {
  if (state.count < period) {
    state.count += 1;
    state.mean += (value - state.mean) / state.count;
    return state.count === period ? state.mean : Number.NaN;
  }
  state.mean += (value - state.mean) / period;
  return state.mean;
}

/** Half of a float64's last digit: a share below this does not change a number. */
const UNFELT = 2 ** -53;

/** How many values until `stages` such means, each of the one before, have forgotten where they began. */
export function fadeBars(weight: number, stages = 1): number {
  if (weight >= 1) return stages;
  // What is left of the start after n values is the chance that fewer than `stages` of n draws of this weight succeed.
  let bars = stages;
  while (lowerTail(bars, weight, stages) > UNFELT) bars = Math.ceil(bars * 1.01) + 1;
  return bars;
}

function lowerTail(draws: number, weight: number, stages: number): number {
  let chance = (1 - weight) ** draws;
  let tail = chance;
  for (let successes = 1; successes < stages; successes += 1) {
    chance *= ((draws - successes + 1) / successes) * (weight / (1 - weight));
    tail += chance;
  }
  return tail;
}
