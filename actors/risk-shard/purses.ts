/** Sums of what there is in one currency. */
import type { Purse } from "./state.ts";

export const addedTo = (one: Purse, other: Purse): Purse => ({
  cash: one.cash + other.cash,
  realised: one.realised + other.realised,
  unrealised: one.unrealised + other.unrealised,
  fees: one.fees + other.fees,
  funding: one.funding + other.funding,
});

export const less = (one: Purse, other: Purse): Purse => ({
  cash: one.cash - other.cash,
  realised: one.realised - other.realised,
  unrealised: one.unrealised - other.unrealised,
  fees: one.fees - other.fees,
  funding: one.funding - other.funding,
});

/** Profit and loss. */
export const totalIn = ({ realised, unrealised, fees, funding }: Purse): bigint =>
  realised + unrealised - fees + funding;
