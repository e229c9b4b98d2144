/**
 * The same entries by lots: the first or the last lot in is the first out. A fill that closes is worth what it is at average cost, whole;
 * only what it cost is another. So realised − cost is the same by all methods at every step, and with it the total at every mark.
 */
import { floorDivide, partsOf } from "../../domain/position.ts";
import { type Contract, gainOf } from "../../domain/worth.ts";
import { inNewShares, vanished } from "./average.ts";
import type { Split, Trade } from "./entry.ts";
import { type Restated, splitQty } from "./splits.ts";

export type LotMethod = "fifo" | "lifo";

/** `qty` and `cost` are signed alike: a short lot's are below zero. `ts` is when it was opened. */
export type Lot = { readonly ts: number; readonly qty: bigint; readonly cost: bigint };

/** The oldest lot first. Fees and funding are those at average cost. */
export type Lots = { readonly lots: readonly Lot[]; readonly realised: bigint };

export const NO_LOTS: Lots = { lots: [], realised: 0n };

/** Folds in place; `seen()` is a copy. */
export class LotFold {
  readonly #method: LotMethod;
  readonly #contract: Contract;
  #lots: Lot[];
  /** Lots before it are closed. */
  #head = 0;
  #qty: bigint;
  #realised: bigint;

  constructor(method: LotMethod, contract: Contract, from: Lots = NO_LOTS) {
    this.#method = method;
    this.#contract = contract;
    this.#lots = [...from.lots];
    this.#qty = from.lots.reduce((sum, { qty }) => sum + qty, 0n);
    this.#realised = from.realised;
  }

  seen(): Lots {
    return { lots: this.#lots.slice(this.#head), realised: this.#realised };
  }

  trade(of: Restated): void {
    const fill = inNewShares(of, this.#contract);
    const { closed, closedValue, openedValue } = partsOf(this.#qty, fill, this.#contract);
    const sign = fill.qty < 0n ? -1n : 1n;
    // What is closed is worth less than nothing to who bought it back.
    if (closed > 0n)
      this.#realised += gainOf(this.#contract, -sign * closedValue, -sign * this.#close(closed, -sign));
    const opened = sign * fill.qty - closed;
    if (opened > 0n) this.#open(of.trade, sign * opened, sign * openedValue);
    this.#qty += fill.qty;
    this.#realised += (of.trade.realised ?? 0n) + vanished(of, this.#contract);
  }

  /** The lots are cut so that together they are what is held; a lot of which nothing is left leaves its cost to the one beside it. */
  split(split: Split): void {
    const lots = this.#lots.slice(this.#head);
    let before = 0n;
    let given = 0n;
    let orphaned = 0n;
    const kept: Lot[] = [];
    for (const lot of lots) {
      before += lot.qty;
      const through = splitQty(before, split, this.#contract).qty;
      const cost = lot.cost + orphaned;
      if (through === given) orphaned = cost;
      else kept.push({ ts: lot.ts, qty: through - given, cost });
      if (through !== given) orphaned = 0n;
      given = through;
    }
    this.#replace(kept, orphaned);
    this.#qty = given;
  }

  #replace(kept: Lot[], orphaned: bigint): void {
    this.#lots = kept;
    this.#head = 0;
    const last = kept.pop();
    if (last === undefined) this.#realised += gainOf(this.#contract, 0n, orphaned);
    else kept.push({ ...last, cost: last.cost + orphaned });
  }

  #open({ ts }: Trade, qty: bigint, cost: bigint): void {
    this.#lots.push({ ts, qty, cost });
  }

  /** Takes `closed` shares of the side that is held, and tells what they cost: both above zero for linear prices above zero. */
  #close(closed: bigint, side: bigint): bigint {
    let left = closed;
    let cost = 0n;
    while (left > 0n) {
      const at = this.#method === "fifo" ? this.#head : this.#lots.length - 1;
      const lot = this.#lots[at];
      if (lot === undefined) break;
      const size = side * lot.qty;
      const taken = size < left ? size : left;
      const part = taken === size ? side * lot.cost : floorDivide(side * lot.cost * taken, size);
      cost += part;
      left -= taken;
      if (taken === size) this.#drop(at);
      else this.#lots[at] = { ts: lot.ts, qty: lot.qty - side * taken, cost: lot.cost - side * part };
    }
    return cost;
  }

  #drop(at: number): void {
    if (this.#method === "lifo") this.#lots.pop();
    else this.#head = at + 1;
    if (this.#head < this.#lots.length) return;
    this.#lots = [];
    this.#head = 0;
  }
}
