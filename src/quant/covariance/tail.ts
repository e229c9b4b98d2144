/** What a book may lose: by the normal distribution, and by what it would have made in each of the bars that are known. */
import { normalDensity, normalQuantile } from "./normal.ts";

/** Losses are positive. */
export type Tail = { readonly var: number; readonly es: number };

/** Of a mean of zero. Expected shortfall is the mean of what lies beyond. */
export function parametricTail(sigma: number, confidence: number): Tail {
  const quantile = normalQuantile(confidence);
  return { var: sigma * quantile, es: (sigma * normalDensity(quantile)) / (1 - confidence) };
}

/**
 * Value at risk is the smallest loss that at least `confidence` of the observations do not exceed, expected shortfall the mean of the worst
 * 1 − `confidence` of them, in which the one at the edge counts for its part (C. Acerbi, D. Tasche, 2002). Undefined without observations.
 */
export function historicalTail(profits: readonly number[], confidence: number): Tail | undefined {
  const losses = profits.map((profit) => -profit).sort((one, other) => other - one);
  // In the tail as a share of all, with what floats lose of a whole number.
  const beyond = losses.length * (1 - confidence);
  const whole = Math.floor(beyond + NEARLY);
  const edge = losses[Math.min(whole, losses.length - 1)];
  if (edge === undefined) return undefined;
  let sum = 0;
  for (const loss of losses.slice(0, whole)) sum += loss;
  const part = Math.max(0, beyond - whole);
  return { var: edge, es: beyond < NEARLY ? edge : (sum + part * edge) / beyond };
}

const NEARLY = 1e-9;
