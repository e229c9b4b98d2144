/**
 * Sharpe and Sortino of daily results, as floating-point numbers. Both are asked of results in money: what is divided by a capital that
 * stays the same has the same ratio. Neither is known of fewer than two days, nor where there is nothing to divide by.
 */

/** Days of a year on which something trades: a market of weekdays, or one that never closes. */
export type DaysOfYear = 252 | 365;

/** mean / sample standard deviation × √(days of a year). The risk-free rate is taken as 0. W. F. Sharpe, "The Sharpe Ratio", 1994. */
export function sharpeOf(results: readonly number[], daysOfYear: DaysOfYear): number | null {
  if (results.length < 2) return null;
  const mean = meanOf(results);
  const deviation = Math.sqrt(squaresAround(results, mean) / (results.length - 1));
  return ratio(mean, deviation, daysOfYear);
}

/** mean / downside deviation × √(days of a year), where the deviation is √(Σ min(result, 0)² / n) over all days. F. A. Sortino, L. N. Price, 1994. */
export function sortinoOf(results: readonly number[], daysOfYear: DaysOfYear): number | null {
  if (results.length < 2) return null;
  const losses = results.map((result) => Math.min(result, 0));
  return ratio(meanOf(results), Math.sqrt(squaresAround(losses, 0) / results.length), daysOfYear);
}

function ratio(mean: number, deviation: number, daysOfYear: DaysOfYear): number | null {
  const found = (mean / deviation) * Math.sqrt(daysOfYear);
  return Number.isFinite(found) ? found : null;
}

const meanOf = (numbers: readonly number[]): number =>
  numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
const squaresAround = (numbers: readonly number[], centre: number): number =>
  numbers.reduce((sum, number) => sum + (number - centre) ** 2, 0);
