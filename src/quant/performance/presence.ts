/**
 * How long something was held, and how much, as candles tell it: what stood at the end of a candle stood from its start until the next
 * candle starts. Neighbouring stretches join into one that says the same as their candles together.
 */

export type PresenceCandle = {
  readonly start: number;
  readonly end: number;
  readonly gross: bigint;
  /** Something was held at its end, priced or not. */
  readonly held: boolean;
};

export type Presence = {
  readonly from: number;
  readonly to: number;
  /** Milliseconds with a position. */
  readonly heldMs: number;
  /** Σ gross × milliseconds: exact. */
  readonly grossMs: bigint;
  /** At `to`. */
  readonly held: boolean;
  readonly gross: bigint;
};

export const presenceOf = ({ start, end, gross, held }: PresenceCandle): Presence =>
  lasting({ from: start, to: start, heldMs: 0, grossMs: 0n, held, gross }, end);

/** The later one follows the earlier one: what stands between them is what the earlier one left. */
export function joinedPresence(earlier: Presence | undefined, later: Presence): Presence {
  if (earlier === undefined) return later;
  const before = lasting(earlier, later.from);
  return {
    ...later,
    from: earlier.from,
    heldMs: before.heldMs + later.heldMs,
    grossMs: before.grossMs + later.grossMs,
  };
}

/** It goes on as it stands. */
export function lasting(presence: Presence, until: number): Presence {
  const ms = Math.max(0, until - presence.to);
  return {
    ...presence,
    to: presence.to + ms,
    heldMs: presence.heldMs + (presence.held ? ms : 0),
    grossMs: presence.grossMs + presence.gross * BigInt(ms),
  };
}
