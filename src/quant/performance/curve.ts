/**
 * What a curve of total profit did over a stretch of time, as told by its candles in order. Two neighbouring stretches join into one that
 * says the same as their candles together, so that a stretch of years is as small as a minute.
 *
 * Of a candle it is known that it began at its open, touched its high and its low, and ended at its close, and not which of the two came
 * first. What counts is what happened for certain: a fall from any earlier high, or from this candle's open, to its low; and from its high
 * to its close. A rise likewise. A fall from a high to a low within one candle may be missed, by no more than that candle's range.
 */

/** Money in 10⁻¹² of a currency. */
export type CurvePoint = { readonly at: number; readonly value: bigint };
export type CurveCandle = {
  /** When it began and ended. */
  readonly start: number;
  readonly end: number;
  readonly open: bigint;
  readonly high: bigint;
  readonly low: bigint;
  readonly close: bigint;
};

/** `by` is how far it went, never below zero. */
export type Move = { readonly by: bigint; readonly from: CurvePoint; readonly to: CurvePoint };

export type Curve = {
  readonly open: CurvePoint;
  readonly close: CurvePoint;
  readonly high: CurvePoint;
  readonly low: CurvePoint;
  readonly fall: Move;
  readonly rise: Move;
};

/** One candle. Its high and low are told at its start: that is as fine as it is known. */
export function curveOf({ start, end, open, high, low, close }: CurveCandle): Curve {
  const opened = { at: start, value: open };
  const closed = { at: end, value: close };
  const top = { at: start, value: high };
  const bottom = { at: start, value: low };
  return {
    open: opened,
    close: closed,
    high: top,
    low: bottom,
    fall: larger(moveOf(opened, bottom, -1n), moveOf(top, closed, -1n)),
    rise: larger(moveOf(opened, top, 1n), moveOf(bottom, closed, 1n)),
  };
}

/** The later one follows the earlier one. Of moves that go as far the one that began first stands, then the one that ended first. */
export function joined(earlier: Curve | undefined, later: Curve): Curve {
  if (earlier === undefined) return later;
  return {
    open: earlier.open,
    close: later.close,
    high: later.high.value > earlier.high.value ? later.high : earlier.high,
    low: later.low.value < earlier.low.value ? later.low : earlier.low,
    fall: larger(larger(earlier.fall, later.fall), moveOf(earlier.high, later.low, -1n)),
    rise: larger(larger(earlier.rise, later.rise), moveOf(earlier.low, later.high, 1n)),
  };
}

/** How far it stands below its high, or above its low, at the end. */
export const currentFall = ({ high, close }: Curve): Move => moveOf(high, close, -1n);

function moveOf(from: CurvePoint, to: CurvePoint, sign: 1n | -1n): Move {
  const by = sign * (to.value - from.value);
  return by > 0n ? { by, from, to } : { by: 0n, from: to, to };
}

function larger(one: Move, other: Move): Move {
  if (one.by !== other.by) return one.by > other.by ? one : other;
  const order = one.from.at - other.from.at || one.to.at - other.to.at;
  return order <= 0 ? one : other;
}
