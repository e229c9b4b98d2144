import { describe, expect, test } from "vitest";
import { money, ZERO } from "../../../src/domain/money.ts";
import { FLAT } from "../../../src/domain/position.ts";
import type { Entry, Split, Trade } from "../../../src/quant/money/entry.ts";
import { checkpointOf, fold, heldBefore, lotsOf, revise } from "../../../src/quant/money/journal.ts";

/** Whole shares at whole prices: price 1 × size 1 is 1 in 10⁻¹². */
const SHARE = { notionalUnit: 1n };

const fill = (id: string, ts: number, qty: number, price: number, fee = 0): Trade => ({
  ...{ kind: "fill", id, ts, price },
  qty: BigInt(qty),
  fee: money(BigInt(fee)),
});
const split = (id: string, ts: number, from: number, to: number, price?: number): Split => ({
  ...{ kind: "split", id, ts, from: BigInt(from), to: BigInt(to) },
  ...(price === undefined ? {} : { price }),
});
const positionOf = (...entries: Entry[]) => fold(entries, SHARE).position;

describe("a fold", () => {
  test("of nothing is flat", () => {
    expect(fold([], SHARE)).toEqual({ position: FLAT, changes: [] });
  });

  test("adds cash to funding and fees, and nothing else", () => {
    const cash: Entry = { kind: "cash", id: "c", ts: 2, funding: money(7n), fees: money(-3n) };
    expect(positionOf(fill("a", 1, 10, 5), cash)).toEqual({
      ...{ qty: 10n, cost: 50n, realised: ZERO },
      ...{ fees: -3n, funding: 7n },
    });
  });

  test("takes an adjustment for what it says: quantity, what it is worth, and money by itself", () => {
    const set: Entry = {
      ...{ kind: "adjustment", id: "a", ts: 1, qty: 3n, price: 0, value: money(100n) },
      ...{ fee: money(2n), realised: money(-5n), funding: money(4n) },
    };
    const alone: Entry = { kind: "adjustment", id: "b", ts: 2, qty: 0n, price: 0, fee: money(1n) };
    expect(positionOf(set, alone)).toEqual({ qty: 3n, cost: 100n, realised: -5n, fees: 3n, funding: 4n });
  });
});

describe("a split", () => {
  test("multiplies what is held and leaves its cost", () => {
    const { position, changes } = fold([fill("a", 1, 10, 6), split("s", 5, 1, 3)], SHARE);
    expect(position).toMatchObject({ qty: 30n, cost: 60n, realised: 0n, funding: 0n });
    expect(changes[1]).toEqual({ id: "s", ts: 5, qty: 20n, cost: 0n, realised: 0n, fees: 0n, funding: 0n });
  });

  test("pays out what cannot be had, at the price of the new shares: who is short pays it", () => {
    const long = positionOf(fill("a", 1, 7, 6), split("s", 5, 2, 3, 4));
    expect(long).toMatchObject({ qty: 10n, cost: 42n, funding: 2n });
    const short = positionOf(fill("a", 1, -7, 6), split("s", 5, 2, 3, 4));
    expect(short).toMatchObject({ qty: -10n, cost: 42n, funding: -2n });
  });

  test("that leaves nothing loses the cost and is paid out whole", () => {
    const position = positionOf(fill("a", 1, 5, 6), split("s", 5, 10, 1, 60));
    expect(position).toEqual({ qty: 0n, cost: 0n, realised: -30n, fees: 0n, funding: 30n });
  });

  test("stands before the first fill of its moment or later, however late it is booked", () => {
    const late = positionOf(fill("a", 1, 10, 6), fill("b", 5, -10, 4), split("s", 5, 1, 2));
    expect(late).toMatchObject({ qty: 10n, cost: 30n, realised: 10n });
  });

  test("restates a fill of before it that comes after it: at its own moment in old shares, then in new ones", () => {
    const entries = [fill("a", 1, 10, 6), split("s", 5, 1, 2), fill("b", 3, 10, 8)];
    const { position, changes } = fold(entries, SHARE);
    expect(position).toMatchObject({ qty: 40n, cost: 140n });
    expect(changes.slice(2)).toMatchObject([
      { id: "b", ts: 3, qty: 10n, cost: 80n },
      { id: "b", ts: 5, qty: 10n, cost: 0n },
    ]);
  });

  test("a late fill that is too small for a new share is paid out, and its value realised", () => {
    const entries = [fill("a", 1, 100, 6), split("s", 5, 10, 1, 60), fill("b", 3, 5, 8)];
    expect(positionOf(...entries)).toEqual({ qty: 10n, cost: 600n, realised: -40n, fees: 0n, funding: 30n });
  });

  test("is taken back by taking its entry away", () => {
    const entries = [fill("a", 1, 10, 6), split("s", 5, 1, 3), fill("b", 6, 3, 2)];
    const revised = revise(entries, { bust: "s" }, SHARE);
    expect(revised?.position).toEqual(positionOf(fill("a", 1, 10, 6), fill("b", 6, 3, 2)));
    expect(revised?.differences).toEqual([
      { id: "s", ts: 5, qty: -20n, cost: 0n, realised: 0n, fees: 0n, funding: 0n },
    ]);
  });
});

describe("lots", () => {
  const bought = [fill("a", 1, 10, 5), fill("b", 2, 10, 7), fill("c", 3, -12, 10)];

  test("of fifo are the last that came in, of lifo the first", () => {
    expect(lotsOf(bought, "fifo", SHARE)).toEqual({ lots: [{ ts: 2, qty: 8n, cost: 56n }], realised: 56n });
    expect(lotsOf(bought, "lifo", SHARE)).toEqual({ lots: [{ ts: 1, qty: 8n, cost: 40n }], realised: 40n });
  });

  test("of a short have negative quantities and costs", () => {
    const sold = [fill("a", 1, -10, 5), fill("b", 2, -10, 7), fill("c", 3, 12, 4)];
    expect(lotsOf(sold, "fifo", SHARE)).toEqual({ lots: [{ ts: 2, qty: -8n, cost: -56n }], realised: 16n });
    expect(lotsOf(sold, "lifo", SHARE)).toEqual({ lots: [{ ts: 1, qty: -8n, cost: -40n }], realised: 32n });
  });

  test("are cut by a split so that together they are what is held", () => {
    const entries = [fill("a", 1, 3, 5), fill("b", 2, 3, 7), fill("c", 3, 1, 9), split("s", 5, 2, 1, 14)];
    expect(lotsOf(entries, "fifo", SHARE)?.lots).toEqual([
      { ts: 1, qty: 1n, cost: 15n },
      { ts: 2, qty: 2n, cost: 30n },
    ]);
    expect(positionOf(...entries)).toMatchObject({ qty: 3n, cost: 45n, funding: 7n });
  });

  test("of one price are one in a checkpoint; of more prices than it holds, its methods are gone", () => {
    const alike = Array.from({ length: 1_200 }, (_, at) => fill(`e${at}`, at, 1, 5));
    expect(checkpointOf(alike, SHARE).fifo?.lots).toEqual([{ ts: 0, qty: 1_200n, cost: 6_000n }]);
    const apart = Array.from({ length: 1_200 }, (_, at) => fill(`e${at}`, at, 1, 5 + (at % 2)));
    const from = checkpointOf(apart, SHARE);
    expect([from.fifo, lotsOf([], "lifo", SHARE, from)]).toEqual([undefined, undefined]);
    expect(fold([], SHARE, from).position).toEqual(fold(apart, SHARE).position);
  });
});

describe("a revision", () => {
  const entries = [fill("a", 1, 10, 6, 1), fill("b", 2, 10, 8, 1), fill("c", 3, -10, 9, 1)];

  test("by a bust tells what each entry changes otherwise, at its own moment", () => {
    expect(revise(entries, { bust: "b" }, SHARE)?.differences).toEqual([
      { id: "b", ts: 2, qty: -10n, cost: -80n, realised: 0n, fees: -1n, funding: 0n },
      { id: "c", ts: 3, qty: 0n, cost: 10n, realised: 10n, fees: 0n, funding: 0n },
    ]);
  });

  test("by a correction keeps the side, and what it does not name", () => {
    const revised = revise(entries, { correct: "c", qty: 4n }, SHARE);
    expect(revised?.entries[2]).toEqual(fill("c", 3, -4, 9, 1));
    expect(revised?.differences).toEqual([
      { id: "c", ts: 3, qty: 6n, cost: 42n, realised: -12n, fees: 0n, funding: 0n },
    ]);
    expect(revise(entries, { correct: "a", price: 7, fee: money(0n) }, SHARE)?.entries[0]).toEqual(
      fill("a", 1, 10, 7),
    );
  });

  test("of what is not there, or by a correction of what is no trade, is none", () => {
    expect(revise(entries, { bust: "x" }, SHARE)).toBeUndefined();
    expect(revise([split("s", 1, 1, 2)], { correct: "s", qty: 1n }, SHARE)).toBeUndefined();
  });
});

test("what was held before a moment counts by event time, in the shares of then", () => {
  const entries = [fill("a", 1, 10, 6), fill("b", 8, 10, 6), fill("c", 3, 5, 6), split("s", 6, 1, 2)];
  const at = (ts: number) => heldBefore(entries, ts, SHARE);
  expect([at(1), at(2), at(6), at(7), at(9)]).toEqual([0n, 10n, 15n, 30n, 40n]);
});
