/** One entry against a position at average cost: the position after it, and what changed at which moment. */
import { type Money, money } from "../../domain/money.ts";
import { afterFill, type Position, signedCost } from "../../domain/position.ts";
import { type Contract, gainOf, valueAtPrice } from "../../domain/worth.ts";
import type { Cash, Entry, HoldingChange, Split, Trade } from "./entry.ts";
import { NO_AMOUNTS } from "./holding.ts";
import { type Restated, restated, splitQty } from "./splits.ts";

/** `position` after the entry; the changes add up to the difference. */
export type Booked = { readonly position: Position; readonly changes: readonly HoldingChange[] };

/** `splits` are those of the line that were booked before, ascending: an entry that is of before one of them is restated by it. */
export function afterEntry(
  position: Position,
  entry: Entry,
  contract: Contract,
  splits: readonly Split[] = [],
): Booked {
  switch (entry.kind) {
    case "split":
      return oneChange(position, afterSplit(position, entry, contract), entry);
    case "cash":
      return oneChange(position, afterCash(position, entry), entry);
    default:
      return afterTrade(position, restated(entry, splits, contract), contract);
  }
}

function afterTrade(position: Position, of: Restated, contract: Contract): Booked {
  const { trade, steps } = of;
  const inLieu = steps.reduce((sum, { funding }) => sum + funding, 0n);
  const traded = afterFill(position, inNewShares(of, contract), contract);
  const gone = vanished(of, contract);
  const after = {
    ...traded,
    realised: money(traded.realised + (trade.realised ?? 0n) + gone),
    funding: money(traded.funding + (trade.funding ?? 0n) + inLieu),
  };
  const whole = changeOf(position, after, trade);
  const later = steps.reduce((sum, { qty }) => sum + qty, 0n);
  const own = { ...whole, qty: whole.qty - later, funding: whole.funding - inLieu };
  const since = steps.map(({ ts, qty, funding }) => ({ ...NO_AMOUNTS, id: trade.id, ts, qty, funding }));
  return { position: after, changes: [own, ...since] };
}

/** The fill as it is booked: a restated one keeps its value, whatever a new share costs. */
export function inNewShares({ trade, qty, steps }: Restated, contract: Contract) {
  const { price, fee, value } = trade;
  if (steps.length === 0) return value === undefined ? { qty, price, fee } : { qty, price, fee, value };
  return { qty, price, fee, value: qty === 0n ? money(0n) : valueOfTrade(trade, contract) };
}

/** What was paid for shares that a split left nothing of. */
export function vanished({ trade, qty }: Restated, contract: Contract): bigint {
  if (qty !== 0n || trade.qty === 0n) return 0n;
  const value = valueOfTrade(trade, contract);
  return gainOf(contract, 0n, trade.qty > 0n ? value : -value);
}

export function valueOfTrade({ qty, price, value }: Trade, contract: Contract): Money {
  const size = qty < 0n ? -qty : qty;
  return value ?? money(size === 0n ? 0n : valueAtPrice(contract, size, price));
}

/** The cost stays; where nothing is left to bear it, it is lost. */
function afterSplit(position: Position, split: Split, contract: Contract): Position {
  const { qty, inLieu } = splitQty(position.qty, split, contract);
  const funding = money(position.funding + inLieu);
  if (qty !== 0n || position.qty === 0n) return { ...position, qty, funding };
  const lost = gainOf(contract, 0n, signedCost(position));
  return { ...position, qty, cost: money(0n), realised: money(position.realised + lost), funding };
}

const afterCash = (position: Position, { funding, fees }: Cash): Position => ({
  ...position,
  funding: money(position.funding + funding),
  fees: money(position.fees + fees),
});

const oneChange = (before: Position, after: Position, entry: Entry): Booked => ({
  position: after,
  changes: [changeOf(before, after, entry)],
});

const changeOf = (before: Position, after: Position, { id, ts }: Entry): HoldingChange => ({
  id,
  ts,
  qty: after.qty - before.qty,
  cost: signedCost(after) - signedCost(before),
  realised: after.realised - before.realised,
  fees: after.fees - before.fees,
  funding: after.funding - before.funding,
});
