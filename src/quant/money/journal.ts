/**
 * The journal of a line: all that was booked in it, folded. Whatever is asked of it, the position at average cost, its lots, or what a
 * bust and a correction change, is a fold of the same entries, so the answers cannot disagree.
 */
import { FLAT, type Position } from "../../domain/position.ts";
import type { Contract } from "../../domain/worth.ts";
import { afterEntry } from "./average.ts";
import type { Entry, HoldingChange, Split, Trade } from "./entry.ts";
import { type HoldingAmounts, isNothing, NO_AMOUNTS, negated, sumOf } from "./holding.ts";
import { LotFold, type LotMethod, type Lots, NO_LOTS } from "./lots.ts";
import { placed, restated, withSplit } from "./splits.ts";

/** Lots of a checkpoint. A line with more of them, all at prices of their own, has no view by lots any more. */
export const CHECKPOINT_LOTS_MAX = 1_000;

/** Everything that older entries come to: what comes after them is folded from here. */
export type Checkpoint = {
  /** How many entries it stands for. */
  readonly count: number;
  /** The highest moment among them; a split or a late entry of before it is not put among them any more. */
  readonly latest: number;
  readonly position: Position;
  /** Undefined where there were too many lots. */
  readonly fifo: Lots | undefined;
  readonly lifo: Lots | undefined;
  /** Booked so far, ascending by moment. */
  readonly splits: readonly Split[];
};

export const NO_CHECKPOINT: Checkpoint = {
  count: 0,
  latest: Number.NEGATIVE_INFINITY,
  position: FLAT,
  fifo: NO_LOTS,
  lifo: NO_LOTS,
  splits: [],
};

/** The position at average cost, and what each entry changed. */
export type Folded = { readonly position: Position; readonly changes: readonly HoldingChange[] };

export function fold(
  entries: readonly Entry[],
  contract: Contract,
  from: Checkpoint = NO_CHECKPOINT,
): Folded {
  let { position, splits } = from;
  const changes: HoldingChange[] = [];
  for (const entry of placed(entries)) {
    const booked = afterEntry(position, entry, contract, splits);
    position = booked.position;
    for (const change of booked.changes) changes.push(change);
    if (entry.kind === "split") splits = withSplit(splits, entry);
  }
  return { position, changes };
}

/** Lots that are held, and what was realised by closing others. Undefined where the checkpoint has none any more. */
export function lotsOf(
  entries: readonly Entry[],
  method: LotMethod,
  contract: Contract,
  from: Checkpoint = NO_CHECKPOINT,
): Lots | undefined {
  const start = from[method];
  if (start === undefined) return undefined;
  const lots = new LotFold(method, contract, start);
  let { splits } = from;
  for (const entry of placed(entries)) {
    if (entry.kind === "split") {
      lots.split(entry);
      splits = withSplit(splits, entry);
    } else if (entry.kind !== "cash") lots.trade(restated(entry, splits, contract));
  }
  return lots.seen();
}

/** Older entries in one: folding on from it comes to what folding them all does. */
export function checkpointOf(
  entries: readonly Entry[],
  contract: Contract,
  from: Checkpoint = NO_CHECKPOINT,
): Checkpoint {
  const splits = entries.filter((entry) => entry.kind === "split");
  return {
    count: from.count + entries.length,
    latest: entries.reduce((latest, { ts }) => Math.max(latest, ts), from.latest),
    position: fold(entries, contract, from).position,
    fifo: merged(lotsOf(entries, "fifo", contract, from)),
    lifo: merged(lotsOf(entries, "lifo", contract, from)),
    splits: splits.reduce(withSplit, from.splits),
  };
}

/** Neighbours of one price are one lot, where no closing of a part of it can be rounded otherwise. */
function merged(lots: Lots | undefined): Lots | undefined {
  if (lots === undefined) return undefined;
  const kept: Lots["lots"][number][] = [];
  for (const lot of lots.lots) {
    const last = kept.at(-1);
    const isAlike =
      last !== undefined && lot.cost % lot.qty === 0n && last.cost * lot.qty === lot.cost * last.qty;
    if (isAlike) kept[kept.length - 1] = { ts: last.ts, qty: last.qty + lot.qty, cost: last.cost + lot.cost };
    else kept.push(lot);
  }
  return kept.length > CHECKPOINT_LOTS_MAX ? undefined : { ...lots, lots: kept };
}

/** `qty` is a size without a sign: a correction keeps the side. */
export type Correction = {
  readonly qty?: bigint | undefined;
  readonly price?: number | undefined;
  readonly fee?: Trade["fee"] | undefined;
};
export type Revision =
  | { readonly bust: string }
  | ({ readonly correct: string } & Correction)
  /** A split that was booked; a late entry. It is put behind all others, and takes its place by its moment. */
  | { readonly add: Entry };

export type Revised = {
  readonly entries: readonly Entry[];
  /** Each at the moment of the entry whose effect is another now; changes of nothing are left out. */
  readonly differences: readonly HoldingChange[];
  readonly position: Position;
};

/** Undefined where no such entry is among these; and where a correction is of something else than a trade. */
export function revise(
  entries: readonly Entry[],
  revision: Revision,
  contract: Contract,
  from: Checkpoint = NO_CHECKPOINT,
): Revised | undefined {
  const revised = entriesAfter(entries, revision);
  if (revised === undefined) return undefined;
  const after = fold(revised, contract, from);
  const differences = differencesBetween(fold(entries, contract, from).changes, after.changes);
  return { entries: revised, differences, position: after.position };
}

function entriesAfter(entries: readonly Entry[], revision: Revision): readonly Entry[] | undefined {
  if ("add" in revision) return [...entries, revision.add];
  const id = "bust" in revision ? revision.bust : revision.correct;
  const found = entries.find((entry) => entry.id === id);
  if (found === undefined) return undefined;
  if ("bust" in revision) return entries.filter((entry) => entry !== found);
  if (found.kind === "split" || found.kind === "cash") return undefined;
  const instead = corrected(found, revision);
  return entries.map((entry) => (entry === found ? instead : entry));
}

function corrected(trade: Trade, { qty, price, fee }: Correction): Trade {
  const { value, ...priced } = trade;
  const isPriced = price !== undefined || qty !== undefined;
  return {
    ...priced,
    // A value is of one quantity at one price.
    ...(value === undefined || isPriced ? {} : { value }),
    qty: qty === undefined ? trade.qty : trade.qty < 0n ? -qty : qty,
    price: price ?? trade.price,
    fee: fee ?? trade.fee,
  };
}

/** By entry and moment, what `after` says more than `before`. */
export function differencesBetween(
  before: readonly HoldingChange[],
  after: readonly HoldingChange[],
): readonly HoldingChange[] {
  const sums = new Map<string, HoldingChange>();
  for (const change of before) add(sums, change, negated(change));
  for (const change of after) add(sums, change, change);
  return [...sums.values()].filter((change) => !isNothing(change));
}

function add(sums: Map<string, HoldingChange>, { id, ts }: HoldingChange, amounts: HoldingAmounts): void {
  const key = `${ts} ${id}`;
  sums.set(key, { id, ts, ...sumOf(sums.get(key) ?? NO_AMOUNTS, amounts) });
}

/** What was held before `ts`, in event time and in the shares of then: what a dividend of that moment is paid on. */
export function heldBefore(
  entries: readonly Entry[],
  ts: number,
  contract: Contract,
  from: Checkpoint = NO_CHECKPOINT,
): bigint {
  const { changes } = fold(entries, contract, from);
  return changes.reduce((held, change) => (change.ts < ts ? held + change.qty : held), from.position.qty);
}
