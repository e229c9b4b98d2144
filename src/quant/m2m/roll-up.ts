/** Wider mark-to-market candles as the fold of narrower ones. Folding folds gives what folding their minutes gives. */

export type CandleState = "forming" | "final" | "revised";

/** As much of a candle as the fold looks at. All else is as at the close, and comes along from the last one. */
export type Foldable<Amount> = {
  readonly open: Amount;
  readonly high: Amount;
  readonly low: Amount;
  readonly close: Amount;
  readonly tickCount: number;
  readonly staleLegs: readonly string[];
  readonly missingLegs: readonly string[];
  readonly sampled: boolean;
  readonly rev: number;
  readonly state: CandleState;
};

/**
 * Ascending children of one span: open of the first, highest and lowest, close and all that is as at the close of the last, ticks and
 * revisions summed, legs that were stale or missing at the end of any, sampled where any is. Undefined where there are none.
 */
export function rollUp<Amount, Candle extends Foldable<Amount>>(
  children: readonly Candle[],
  isAbove: (one: Amount, other: Amount) => boolean,
): Candle | undefined {
  const [first] = children;
  const last = children.at(-1);
  if (first === undefined || last === undefined) return undefined;
  let { high, low } = first;
  let [tickCount, rev, sampled] = [0, 0, false];
  const [stale, missing] = [new Set<string>(), new Set<string>()];
  for (const child of children) {
    if (isAbove(child.high, high)) high = child.high;
    if (isAbove(low, child.low)) low = child.low;
    tickCount += child.tickCount;
    rev += child.rev;
    sampled ||= child.sampled;
    for (const symbol of child.staleLegs) stale.add(symbol);
    for (const symbol of child.missingLegs) missing.add(symbol);
  }
  const legs = { staleLegs: [...stale].sort(), missingLegs: [...missing].sort() };
  return { ...last, open: first.open, high, low, tickCount, ...legs, sampled, rev, state: stateOf(children) };
}

/** What forms is none that is over, whatever was revised in it; and a revised one stays so. */
function stateOf(children: readonly Foldable<unknown>[]): CandleState {
  if (children.some(({ state }) => state === "forming")) return "forming";
  return children.some(({ state }) => state === "revised") ? "revised" : "final";
}
