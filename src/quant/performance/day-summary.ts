/** What statistics keep of a trading day, or of several that were joined: small, whatever happened in it. */
import { type Curve, type CurveCandle, curveOf, joined } from "./curve.ts";
import { joinedPresence, type Presence, type PresenceCandle, presenceOf } from "./presence.ts";
import { NO_TRADES, sumOf, type Trades } from "./trips.ts";

export type DaySummary = {
  /** [start, end) of the day, or of the first and the last of them. */
  readonly start: number;
  readonly end: number;
  /** Undefined where there was no candle. */
  readonly curve: Curve | undefined;
  readonly presence: Presence | undefined;
  readonly trades: Trades;
};

type DayCandle = CurveCandle & PresenceCandle;

/** Of its candles, ascending. */
export function summaryOf(
  { start, end }: { readonly start: number; readonly end: number },
  candles: Iterable<DayCandle>,
  trades: Trades = NO_TRADES,
): DaySummary {
  let curve: Curve | undefined;
  let presence: Presence | undefined;
  for (const candle of candles) {
    curve = joined(curve, curveOf(candle));
    presence = joinedPresence(presence, presenceOf(candle));
  }
  return { start, end, curve, presence, trades };
}

/** Two neighbours as one stretch. */
export const together = (earlier: DaySummary, later: DaySummary): DaySummary => ({
  start: earlier.start,
  end: later.end,
  curve: later.curve === undefined ? earlier.curve : joined(earlier.curve, later.curve),
  presence:
    later.presence === undefined ? earlier.presence : joinedPresence(earlier.presence, later.presence),
  trades: sumOf(earlier.trades, later.trades),
});
