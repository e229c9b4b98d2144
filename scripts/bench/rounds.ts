/** Figures of alternating rounds: ours and the limit take turns, so that a busy machine is unfair to neither. */

export type Sides<Value> = { readonly ours: Value; readonly limit: Value };

/** `count` rounds of each side, whose turn it is to begin alternates; one round of each before that warms up and counts nowhere. */
export async function alternate<Value>(
  count: number,
  sides: Sides<(round: number) => Promise<Value>>,
): Promise<Sides<Value[]>> {
  const taken: { ours: Value[]; limit: Value[] } = { ours: [], limit: [] };
  for (let round = 0; round <= count; round++) {
    const order = round % 2 === 0 ? (["ours", "limit"] as const) : (["limit", "ours"] as const);
    for (const side of order) {
      const value = await sides[side](round);
      if (round > 0) taken[side].push(value);
    }
  }
  return taken;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** Between two values the one in the middle of both for the median, by rank otherwise. Of nothing it is NaN. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  const place = share * (sorted.length - 1);
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
}
