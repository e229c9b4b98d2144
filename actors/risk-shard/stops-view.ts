/** What stops an account at the moment, as it is shown with it: limits that are tripped, and states that somebody has set. */
import { STATES_SHOWN_MAX, TRIPS_SHOWN_MAX } from "../../src/contracts/accounts.ts";
import { TRADING_STATES } from "../../src/domain/order.ts";
import type { RiskState, StandingState, Trip } from "./state.ts";

type Shown = { readonly total: number; readonly items: readonly object[] };

/** The oldest; all of them are in the list of trips. */
export function trippedOf({ trips }: RiskState): Shown {
  const sorted = [...trips].sort(
    ([key, one], [otherKey, other]) => one.at - other.at || order(key, otherKey),
  );
  return { total: trips.size, items: sorted.slice(0, TRIPS_SHOWN_MAX).map(([, trip]) => shownTrip(trip)) };
}

/** The severest; of those the oldest. */
export function statesOf({ tradingStates }: RiskState): Shown {
  const sorted = [...tradingStates].sort(
    ([key, one], [otherKey, other]) =>
      severity(other) - severity(one) || one.at - other.at || order(key, otherKey),
  );
  return {
    total: tradingStates.size,
    items: sorted.slice(0, STATES_SHOWN_MAX).map(([, standing]) => shownState(standing)),
  };
}

const shownTrip = ({ limitId, kind, member, observed, limit, at }: Trip): object => ({
  ...{ limitId, kind, member: member === "" ? null : member, observed, limit, ts: at },
});

const shownState = ({ scope, state, reason, by, at }: StandingState): object => ({
  ...{ scope, state, reason, by, ts: at },
});

const severity = ({ state }: StandingState): number => TRADING_STATES.indexOf(state);

/** Keys of one map are never the same. */
const order = (one: string, other: string): number => (one < other ? -1 : 1);
