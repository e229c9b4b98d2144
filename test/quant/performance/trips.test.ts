/** Round trips against a program that splits fills into lots of one, and by the law that no money is lost between them. */
import { describe, expect, test } from "vitest";
import {
  type LineChange,
  NO_TRADES,
  sumOf,
  type Trades,
  type Trip,
  takeFill,
  takeOpening,
  takeRevision,
} from "../../../src/quant/performance/trips.ts";
import { type Random, randomFrom } from "./candles.ts";

type Fill = { readonly qty: number; readonly price: number; readonly fee: number };

/** A line at average cost, where every price divides: cost is kept by quantity. */
class Line {
  qty = 0n;
  cost = 0n;
  trip: Trip;
  trades: Trades = NO_TRADES;
  realised = 0n;
  fees = 0n;
  funding = 0n;

  fill({ qty, price, fee }: Fill): void {
    const change = this.#changeOf(BigInt(qty), BigInt(price), BigInt(fee));
    this.#take(takeFill(this.qty, this.trip, change), change);
  }

  open(qty: number, price: number): void {
    const change = this.#changeOf(BigInt(qty), BigInt(price), 0n);
    this.#take(takeOpening(this.qty, this.trip, change), change);
  }

  revise(change: LineChange): void {
    this.#take(takeRevision(this.qty, this.trip, change), change);
  }

  #take({ trip, trades }: { readonly trip: Trip; readonly trades: Trades }, change: LineChange): void {
    this.trip = trip;
    this.trades = sumOf(this.trades, trades);
    this.qty += change.qty;
    this.cost += change.cost;
    this.realised += change.realised;
    this.fees += change.fees;
    this.funding += change.funding;
  }

  /** Average cost, signed; what does not divide stays with what is held. */
  #changeOf(qty: bigint, price: bigint, fees: bigint): LineChange {
    const opposite = this.qty !== 0n && this.qty > 0n !== qty > 0n;
    const closed = opposite ? least(size(qty), size(this.qty)) : 0n;
    const share = closed === 0n ? 0n : (this.cost * closed) / size(this.qty);
    const value = qty * price;
    const opened = qty > 0n ? (size(qty) - closed) * price : -(size(qty) - closed) * price;
    const cost = -share + opened;
    return { qty, cost, realised: cost - value, fees, funding: 0n };
  }
}
const size = (value: bigint): bigint => (value < 0n ? -value : value);
const least = (one: bigint, other: bigint): bigint => (one < other ? one : other);

const fillsOf = (random: Random, count: number): Fill[] =>
  Array.from({ length: count }, () => ({
    qty: (1 + random(6)) * (random(2) === 0 ? 1 : -1),
    price: 50 + random(100),
    fee: random(4),
  }));

/** A fill that goes through zero as the part that ends at zero and the rest, each with its share of the fee. */
function parts(held: number, { qty, price, fee }: Fill): Fill[] {
  const through = held !== 0 && held > 0 !== qty > 0 && Math.abs(qty) > Math.abs(held);
  if (!through) return [{ qty, price, fee }];
  const share = Math.floor((fee * Math.abs(held)) / Math.abs(qty));
  return [
    { qty: -held, price, fee: share },
    { qty: qty + held, price, fee: fee - share },
  ];
}

/** Cash alone: what was received and paid between two moments at which nothing is held is what a trip has made. */
function tripsByCash(fills: readonly Fill[]): number[] {
  const made: number[] = [];
  let [held, cash] = [0, 0];
  for (const fill of fills) {
    for (const { qty, price, fee } of parts(held, fill)) {
      held += qty;
      cash -= qty * price + fee;
      if (held !== 0) continue;
      made.push(cash);
      cash = 0;
    }
  }
  return made;
}

const seeds = Array.from({ length: 80 }, (_, seed) => seed + 1);

describe("round trips", () => {
  test.each(seeds)("are what cash made from flat to flat, flips as two (seed %i)", (seed) => {
    const fills = fillsOf(randomFrom(seed), 60);
    const line = new Line();
    for (const fill of fills) line.fill(fill);
    const made = tripsByCash(fills);
    const { wins, losses, evens, won, lost, traded } = line.trades;
    expect([wins, losses, evens]).toEqual([
      made.filter((result) => result > 0).length,
      made.filter((result) => result < 0).length,
      made.filter((result) => result === 0).length,
    ]);
    expect(Number(won - lost)).toBe(made.reduce((sum, result) => sum + result, 0));
    expect(Number(traded)).toBe(fills.reduce((sum, { qty, price }) => sum + Math.abs(qty) * price, 0));
    expect(line.trades.fills).toBe(fills.length);
  });

  test.each(seeds)("and what is open or outside of them add up to what the line made (seed %i)", (seed) => {
    const random = randomFrom(seed);
    const line = new Line();
    for (const fill of fillsOf(random, 80)) {
      const kind = random(6);
      if (kind === 0) line.open(fill.qty > 0 ? 1 : -1, fill.price);
      else if (kind === 1)
        line.revise({
          ...{ qty: -line.qty * BigInt(random(2)), cost: BigInt(random(50)) },
          ...{ realised: BigInt(random(50) - 25), fees: BigInt(random(3)), funding: BigInt(random(9) - 4) },
        });
      else line.fill(fill);
      const { won, lost, outside } = line.trades;
      expect(won - lost + outside + (line.trip ?? 0n)).toBe(line.realised - line.fees + line.funding);
      expect(line.qty === 0n).toBe(line.trip === undefined);
    }
  });

  test("a leg that enters as it is held is no fill, and what it makes later is judged", () => {
    const line = new Line();
    line.open(10, 100);
    expect(line.trades).toEqual(NO_TRADES);
    line.fill({ qty: -10, price: 110, fee: 1 });
    expect(line.trades).toMatchObject({ fills: 1, wins: 1, won: 99n, traded: 1_100n });
  });

  test("a report that takes a trip back is no loss: nothing is judged", () => {
    const line = new Line();
    line.fill({ qty: 10, price: 100, fee: 2 });
    line.revise({ qty: -10n, cost: -1_000n, realised: 0n, fees: -2n, funding: 0n });
    expect(line.trades).toMatchObject({ wins: 0, losses: 0, evens: 0, outside: 0n });
    expect(line.trip).toBeUndefined();
  });

  test("funding after the end of a trip is of none", () => {
    const line = new Line();
    line.fill({ qty: 1, price: 100, fee: 0 });
    line.fill({ qty: -1, price: 101, fee: 0 });
    line.revise({ qty: 0n, cost: 0n, realised: 0n, fees: 0n, funding: -3n });
    expect(line.trades).toMatchObject({ wins: 1, won: 1n, outside: -3n });
  });
});
