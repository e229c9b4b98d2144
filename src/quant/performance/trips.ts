/**
 * Round trips, flat to flat: a trip of a line begins with the fill that opens it and ends with the one that makes it flat. A fill that goes
 * through zero is two: it ends one trip and begins the next. What a trip made is what it realised, less its fees, with its funding.
 */
import { magnitude } from "./magnitude.ts";

/** What is added to a line: quantities at its scale, money in 10⁻¹² of a currency, cost signed as the quantity. */
export type LineChange = {
  readonly qty: bigint;
  readonly cost: bigint;
  readonly realised: bigint;
  readonly fees: bigint;
  readonly funding: bigint;
};

/** Sums over a stretch of time; sums of neighbouring stretches add up. */
export type Trades = {
  /** Fills, each counted once. */
  readonly fills: number;
  /** Σ |value of a fill|. */
  readonly traded: bigint;
  readonly wins: number;
  readonly losses: number;
  /** Trips that made exactly nothing. */
  readonly evens: number;
  /** What wins made, and what losses lost: both above zero. */
  readonly won: bigint;
  readonly lost: bigint;
  /** What belongs to no trip that was judged: it came after its trip had ended, or the trip was taken back. */
  readonly outside: bigint;
};

export const NO_TRADES: Trades = {
  fills: 0,
  traded: 0n,
  wins: 0,
  losses: 0,
  evens: 0,
  won: 0n,
  lost: 0n,
  outside: 0n,
};

/** What an open trip has made so far; undefined while the line is flat. */
export type Trip = bigint | undefined;
export type Taken = { readonly trip: Trip; readonly trades: Trades };

/** A fill on what was held before it. */
export function takeFill(held: bigint, trip: Trip, change: LineChange): Taken {
  const after = held + change.qty;
  const trades = { ...NO_TRADES, fills: 1, traded: magnitude(change.cost - change.realised) };
  const made = change.realised - change.fees + change.funding;
  if (held === 0n || after === 0n || held > 0n === after > 0n) {
    const result = (trip ?? 0n) + made;
    return after === 0n ? { trip: undefined, trades: judged(trades, result) } : { trip: result, trades };
  }
  // Through zero: fees go with the quantities; what cannot be divided stays with the new trip.
  const closing = (change.fees * magnitude(held)) / (magnitude(held) + magnitude(after));
  const result = (trip ?? 0n) + change.realised - closing + change.funding;
  return { trip: closing - change.fees, trades: judged(trades, result) };
}

/** A leg that enters as it is held: no fill. */
export const takeOpening = (held: bigint, trip: Trip, change: LineChange): Taken => take(held, trip, change);

/** What was booked before has become another, or a line is paid: no fill, and nothing that it ends is judged. */
export const takeRevision = (held: bigint, trip: Trip, change: LineChange): Taken => take(held, trip, change);

function take(held: bigint, trip: Trip, change: LineChange): Taken {
  const made = change.realised - change.fees + change.funding;
  const result = (trip ?? 0n) + made;
  if (held + change.qty !== 0n) return { trip: result, trades: NO_TRADES };
  return { trip: undefined, trades: { ...NO_TRADES, outside: result } };
}

function judged(trades: Trades, result: bigint): Trades {
  if (result > 0n) return { ...trades, wins: 1, won: result };
  if (result < 0n) return { ...trades, losses: 1, lost: -result };
  return { ...trades, evens: 1 };
}

export const sumOf = (one: Trades, other: Trades): Trades => ({
  fills: one.fills + other.fills,
  traded: one.traded + other.traded,
  wins: one.wins + other.wins,
  losses: one.losses + other.losses,
  evens: one.evens + other.evens,
  won: one.won + other.won,
  lost: one.lost + other.lost,
  outside: one.outside + other.outside,
});
