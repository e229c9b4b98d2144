/** What a line holds and has made, or what something does to that: sums, so the order in which they are added does not matter. */
export type HoldingAmounts = {
  /** Signed, at the instrument's sizeScale. */
  readonly qty: bigint;
  /** Signed like the quantity: what is held short has a negative cost. Money, as all that follows, in the instrument's currency. */
  readonly cost: bigint;
  readonly realised: bigint;
  readonly fees: bigint;
  readonly funding: bigint;
};

export const NO_AMOUNTS: HoldingAmounts = { qty: 0n, cost: 0n, realised: 0n, fees: 0n, funding: 0n };

export const sumOf = (one: HoldingAmounts, other: HoldingAmounts): HoldingAmounts => ({
  qty: one.qty + other.qty,
  cost: one.cost + other.cost,
  realised: one.realised + other.realised,
  fees: one.fees + other.fees,
  funding: one.funding + other.funding,
});

export const negated = ({ qty, cost, realised, fees, funding }: HoldingAmounts): HoldingAmounts => ({
  qty: -qty,
  cost: -cost,
  realised: -realised,
  fees: -fees,
  funding: -funding,
});

export const differenceOf = (one: HoldingAmounts, other: HoldingAmounts): HoldingAmounts =>
  sumOf(one, negated(other));

export const isNothing = ({ qty, cost, realised, fees, funding }: HoldingAmounts): boolean =>
  qty === 0n && cost === 0n && realised === 0n && fees === 0n && funding === 0n;
