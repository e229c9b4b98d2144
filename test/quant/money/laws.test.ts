import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Money, money } from "../../../src/domain/money.ts";
import { type Position, signedCost, totalOf, unrealisedAt } from "../../../src/domain/position.ts";
import { type Contract, valueOf, worthAt } from "../../../src/domain/worth.ts";
import type { Entry, Trade } from "../../../src/quant/money/entry.ts";
import { checkpointOf, fold, lotsOf, revise } from "../../../src/quant/money/journal.ts";

/** The finest unit makes every division bite. */
const contract = fc.constantFrom<Contract>(
  { notionalUnit: 1n },
  { notionalUnit: 7n },
  { notionalUnit: 10n ** 10n },
  { notionalUnit: 10n ** 15n, contract: "inverse" },
  { notionalUnit: 1_000_003n, contract: "inverse" },
);
const price = fc.integer({ min: 1, max: 100_000 });
const size = fc.bigInt(1n, 50n);
const amount = fc.integer({ min: -1_000, max: 1_000 }).map((value) => money(BigInt(value)));
const trade = fc.record({
  kind: fc.constant("fill" as const),
  ts: fc.nat(20),
  qty: fc.tuple(size, fc.boolean()).map(([qty, sells]) => (sells ? -qty : qty)),
  ...{ price, fee: amount },
});
const other = fc.oneof(
  fc.record({ kind: fc.constant("cash" as const), ts: fc.nat(20), funding: amount, fees: amount }),
  fc.record({
    kind: fc.constant("split" as const),
    ...{ ts: fc.nat(20), from: fc.bigInt(1n, 7n), to: fc.bigInt(1n, 7n), price },
  }),
);
const named = <One extends object>(all: readonly One[]) => all.map((one, at) => ({ ...one, id: `e${at}` }));
const trades = fc.array(trade, { minLength: 1, maxLength: 30 }).map((all): Trade[] => named(all));
const entries = fc
  .array(fc.oneof({ weight: 4, arbitrary: trade }, { weight: 1, arbitrary: other }), {
    minLength: 1,
    maxLength: 30,
  })
  .map((all): Entry[] => named(all));

const methods = ["fifo", "lifo"] as const;
const worthOf = (by: Contract, mark: number) => {
  const worth = worthAt(by, mark);
  if (worth === undefined) throw new Error("marks are above zero");
  return worth;
};
const totalAt = (position: Position, by: Contract, mark: number): Money =>
  totalOf(position, unrealisedAt(position, worthOf(by, mark), by));

describe("whatever is booked", () => {
  test("the total is the same by all methods, at every mark and at every step", () => {
    fc.assert(
      fc.property(entries, contract, price, (all, by, mark) => {
        for (const through of all.keys()) {
          const until = all.slice(0, through + 1);
          const { position } = fold(until, by);
          for (const method of methods) {
            const lots = lotsOf(until, method, by);
            const cost = lots?.lots.reduce((sum, lot) => sum + lot.cost, 0n) ?? 0n;
            const value = valueOf(position.qty, worthOf(by, mark));
            const gain = by.contract === "inverse" ? cost - value : value - cost;
            const total = (lots?.realised ?? 0n) + gain - position.fees + position.funding;
            expect(total).toBe(totalAt(position, by, mark));
          }
        }
      }),
    );
  });

  test("lots are together what is held, all of one side, and none is empty", () => {
    fc.assert(
      fc.property(entries, contract, (all, by) => {
        const { qty } = fold(all, by).position;
        for (const method of methods) {
          const lots = lotsOf(all, method, by)?.lots ?? [];
          expect(lots.reduce((sum, lot) => sum + lot.qty, 0n)).toBe(qty);
          expect(lots.every((lot) => lot.qty !== 0n && lot.qty > 0n === qty > 0n)).toBe(true);
        }
      }),
    );
  });

  test("what is flat has no cost", () => {
    fc.assert(
      fc.property(entries, contract, price, (all, by, at) => {
        const { qty } = fold(all, by).position;
        const closing: Entry = { kind: "fill", id: "end", ts: 21, qty: -qty, price: at, fee: money(0n) };
        const flat = qty === 0n ? all : [...all, closing];
        expect(fold(flat, by).position).toMatchObject({ qty: 0n, cost: 0n });
        expect(methods.map((method) => lotsOf(flat, method, by)?.lots)).toEqual([[], []]);
      }),
    );
  });

  test("at the end, when all is closed, every method has realised the same", () => {
    fc.assert(
      fc.property(trades, contract, price, (all, by, at) => {
        const { qty } = fold(all, by).position;
        const closing: Entry = { kind: "fill", id: "end", ts: 21, qty: -qty, price: at, fee: money(0n) };
        const flat = qty === 0n ? all : [...all, closing];
        const { realised } = fold(flat, by).position;
        expect(methods.map((method) => lotsOf(flat, method, by)?.realised)).toEqual([realised, realised]);
      }),
    );
  });
});

describe("a revision", () => {
  test("by a bust is the fold without the entry; by its differences the position that stands moves there", () => {
    fc.assert(
      fc.property(entries, contract, fc.nat(), (all, by, at) => {
        const busted = all[at % all.length];
        const revised = revise(all, { bust: busted?.id ?? "" }, by);
        const without = fold(
          all.filter((one) => one !== busted),
          by,
        ).position;
        expect(revised?.position).toEqual(without);
        expect(sumOf(fold(all, by).position, revised?.differences ?? [])).toEqual(sumOf(without, []));
      }),
    );
  });

  test("by a correction is the fold with the corrected entry in its place", () => {
    fc.assert(
      fc.property(trades, contract, fc.nat(), size, price, amount, (all, by, at, qty, to, fee) => {
        const found = all[at % all.length];
        if (found === undefined) return;
        const revised = revise(all, { correct: found.id, qty, price: to, fee }, by);
        const instead = { ...found, qty: found.qty < 0n ? -qty : qty, price: to, fee };
        const corrected = fold(
          all.map((one) => (one === found ? instead : one)),
          by,
        ).position;
        expect(revised?.position).toEqual(corrected);
        expect(sumOf(fold(all, by).position, revised?.differences ?? [])).toEqual(sumOf(corrected, []));
      }),
    );
  });

  test("of nothing changes nothing: a correction to what stands has no differences", () => {
    fc.assert(
      fc.property(trades, contract, fc.nat(), (all, by, at) => {
        const found = all[at % all.length];
        if (found === undefined) return;
        const { id, price: same, fee } = found;
        expect(revise(all, { correct: id, price: same, fee }, by)?.differences).toEqual([]);
      }),
    );
  });

  test("that comes twice, a bust and the same entry again behind all others, is a change of order only", () => {
    fc.assert(
      fc.property(trades, contract, fc.nat(), (all, by, at) => {
        const found = all[at % all.length];
        if (found === undefined) return;
        const without = revise(all, { bust: found.id }, by)?.entries ?? [];
        const again = revise(without, { add: found }, by)?.position;
        const { qty, fees } = fold(all, by).position;
        expect([again?.qty, again?.fees]).toEqual([qty, fees]);
      }),
    );
  });

  test("changes are of entries, each at their own moment or that of a split since", () => {
    fc.assert(
      fc.property(entries, contract, fc.nat(), (all, by, at) => {
        const busted = all[at % all.length]?.id ?? "";
        const splits = all.flatMap((one) => (one.kind === "split" ? [one.ts] : []));
        for (const { id, ts } of revise(all, { bust: busted }, by)?.differences ?? []) {
          const own = all.find((one) => one.id === id)?.ts;
          expect(ts === own || splits.includes(ts)).toBe(true);
        }
      }),
    );
  });
});

test("the order of fills of one side at one price changes nothing that counts", () => {
  const sizes = fc.array(size, { minLength: 2, maxLength: 12 });
  fc.assert(
    fc.property(trades, sizes, fc.boolean(), price, contract, (before, all, sells, at, by) => {
      const fills = all.map((qty, n): Trade => {
        const signed = sells ? -qty : qty;
        return { kind: "fill", id: `s${n}`, ts: 30, qty: signed, price: at, fee: money(1n) };
      });
      // Rounded values of parts are another sum in another order, where a fill is cut by a flip.
      if (by.contract === "inverse") return;
      const there = fold([...before, ...fills], by).position;
      const back = fold([...before, ...fills.toReversed()], by).position;
      expect([back.qty, back.fees]).toEqual([there.qty, there.fees]);
      expect(totalAt(back, by, 2 * at)).toBe(totalAt(there, by, 2 * at));
    }),
  );
});

test("folding on from a checkpoint comes to what folding all does, wherever it was made", () => {
  fc.assert(
    fc.property(trades, contract, fc.nat(), (all, by, at) => {
      const through = at % (all.length + 1);
      const from = checkpointOf(all.slice(0, through), by);
      const rest = all.slice(through);
      expect(fold(rest, by, from).position).toEqual(fold(all, by).position);
      for (const method of methods) {
        const [ours, whole] = [lotsOf(rest, method, by, from), lotsOf(all, method, by)];
        expect(ours?.realised).toBe(whole?.realised);
        expect(sumOfLots(ours?.lots ?? [])).toEqual(sumOfLots(whole?.lots ?? []));
      }
    }),
  );
});

type Sums = {
  readonly qty: bigint;
  readonly realised: bigint;
  readonly fees: bigint;
  readonly funding: bigint;
};

const sumOf = (position: Position, changes: readonly (Sums & { readonly cost: bigint })[]) =>
  changes.reduce(
    (sum, { qty, cost, realised, fees, funding }) => ({
      qty: sum.qty + qty,
      cost: sum.cost + cost,
      realised: sum.realised + realised,
      fees: sum.fees + fees,
      funding: sum.funding + funding,
    }),
    { ...position, cost: signedCost(position) } as Sums & { cost: bigint },
  );

const sumOfLots = (lots: readonly { readonly qty: bigint; readonly cost: bigint }[]) =>
  lots.reduce((sum, lot) => ({ qty: sum.qty + lot.qty, cost: sum.cost + lot.cost }), { qty: 0n, cost: 0n });
