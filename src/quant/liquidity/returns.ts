/** What follows from closes: how far a price moves from session to session, and how far for the money that is traded. */
import type { Session } from "./session.ts";

/** Weight of a session, by that of the one after it (RiskMetrics, 1996, for daily data). */
export const EWMA_LAMBDA = 0.94;

export type SessionReturn = { readonly session: Session; readonly logReturn: number };

/**
 * Of each session with a close, against the last close before it. A session without one has no return, and the next spans both: nothing
 * moved that anybody saw. Sessions ascend.
 */
export function returnsOf(sessions: readonly Session[]): readonly SessionReturn[] {
  const returns: SessionReturn[] = [];
  let before: number | undefined;
  for (const session of sessions) {
    const { close } = session;
    if (close === undefined || close <= 0) continue;
    if (before !== undefined) returns.push({ session, logReturn: Math.log(close / before) });
    before = close;
  }
  return returns;
}

/** Sample standard deviation; null of fewer than two. */
export function deviation(returns: readonly SessionReturn[]): number | null {
  const count = returns.length;
  if (count < 2) return null;
  const mean = returns.reduce((sum, { logReturn }) => sum + logReturn, 0) / count;
  const squares = returns.reduce((sum, { logReturn }) => sum + (logReturn - mean) ** 2, 0);
  return Math.sqrt(squares / (count - 1));
}

/** Root of the weighted mean of squares: the newest counts 1, each older one λ of the one after it. Null of none. */
export function weightedDeviation(returns: readonly SessionReturn[]): number | null {
  let [squares, weights] = [0, 0];
  for (const { logReturn } of returns) {
    squares = squares * EWMA_LAMBDA + logReturn ** 2;
    weights = weights * EWMA_LAMBDA + 1;
  }
  return weights === 0 ? null : Math.sqrt(squares / weights);
}

/** Mean of |return| for each million of the currency that is traded (Y. Amihud, 2002); sessions without value are left out. Null of none. */
export function amihudPerMillion(returns: readonly SessionReturn[]): number | null {
  const priced = returns.filter(({ session }) => session.value > 0);
  if (priced.length === 0) return null;
  const sum = priced.reduce((total, { session, logReturn }) => {
    return total + Math.abs(Math.expm1(logReturn)) / (session.value / 1_000_000);
  }, 0);
  return sum / priced.length;
}
