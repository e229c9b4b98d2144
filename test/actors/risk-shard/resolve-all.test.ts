/** Whatever both books are: resolving every difference makes ours the broker's. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fewOrAll } from "../../support/few-or-all.ts";
import { AAPL, BTC, codeOf, type Json, MSFT, RiskBench } from "./bench.ts";
import { compare, read, resolve, told } from "./broker.ts";

describe("resolving all differences", () => {
  const SYMBOLS = [AAPL, MSFT, BTC];
  const SCALES = new Map([[BTC, 1_000]]);
  const line = fc.record({
    symbol: fc.constantFrom(...SYMBOLS),
    strategy: fc.constantFrom(undefined, "alpha", "beta"),
    qty: fc.integer({ min: -40, max: 40 }).filter((qty) => qty !== 0),
    price: fc.integer({ min: 1, max: 20_000 }),
  });
  const position = fc.record({
    qty: fc.integer({ min: -60, max: 60 }),
    price: fc.option(fc.integer({ min: 1, max: 3_000_000 }), { nil: undefined }),
  });
  const order = fc.record({
    id: fc.constantFrom("o1", "o2", "o3", "o4"),
    symbol: fc.constantFrom(...SYMBOLS),
    side: fc.constantFrom("buy", "sell"),
    qty: fc.integer({ min: 1, max: 20 }),
    filled: fc.integer({ min: 0, max: 19 }),
  });
  type Line = { symbol: string; strategy: string | undefined; qty: number; price: number };
  type Order = { id: string; symbol: string; side: string; qty: number; filled: number };
  type Position = { qty: number; price: number | undefined };
  const distinct = (orders: readonly Order[]): Order[] => [
    ...new Map(orders.map((one) => [one.id, one])).values(),
  ];

  async function bookOf(lines: readonly Line[], orders: readonly Order[]): Promise<RiskBench> {
    const bench = await new RiskBench().ready();
    await bench.price(BTC, { bid: "99", ask: "99.01" });
    for (const id of ["alpha", "beta"]) await bench.strategy(id);
    for (const [index, { symbol, strategy, qty, price }] of lines.entries()) {
      const own = { symbol, side: qty > 0 ? "buy" : "sell", qty: String(Math.abs(qty)), type: "market" };
      await bench.send({
        clientOrderId: `l${index}`,
        ...own,
        ...(strategy === undefined ? {} : { strategy }),
      });
      await bench.fill(`l${index}`, own.qty, String(price / 100));
    }
    for (const { id, symbol, side, qty } of distinct(orders))
      await bench.send({ clientOrderId: id, symbol, side, qty: String(qty) });
    return bench;
  }

  const positionsOf = (theirs: readonly Position[]): Json[] =>
    SYMBOLS.map((symbol, index) => {
      const { qty, price } = theirs[index]!;
      return {
        symbol,
        qty: String(qty),
        ...(price === undefined ? {} : { avgPrice: String(price / 10_000) }),
      };
    });

  /** What another symbol or side has under the id of ours cannot be set right by a number. */
  const ordersOf = (bench: RiskBench, theirs: readonly Order[]): Json[] =>
    distinct(theirs)
      .filter(({ id, symbol, side }) => {
        const ours = bench.state.orders.get(id);
        return ours === undefined || (ours.symbol === symbol && ours.side === side);
      })
      .map(({ id, symbol, side, qty, filled }) => ({
        ...{ clientOrderId: id, symbol, side, qty: String(qty), filledQty: String(filled % qty) },
      }));

  /** Prices are memory. */
  const booked = async (bench: RiskBench): Promise<Json[]> =>
    (await bench.list("positions")).map(({ symbol, strategy, qty, avgPrice, realised, fees }) => ({
      ...{ symbol, strategy, qty, avgPrice, realised, fees },
    }));

  async function holdBook(bench: RiskBench, theirs: readonly Position[]): Promise<void> {
    const positions = await bench.list("positions");
    for (const [index, symbol] of SYMBOLS.entries()) {
      const mine = positions.filter((one) => one["symbol"] === symbol);
      const { qty } = theirs[index]!;
      expect(
        mine.reduce((sum, one) => sum + Number(one["qty"]), 0),
        "Σ strategies = the broker's",
      ).toBe(qty);
      const pos = Number(bench.state.symbolLines.get(symbol as never)?.pos ?? 0n);
      expect(pos, "the account = the broker's").toBe(qty * (SCALES.get(symbol) ?? 1));
    }
  }

  test("makes ours equal to the broker's, Σ strategies = account, and a load changes nothing", async () => {
    let resolved = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { maxLength: 8 }),
        fc.tuple(position, position, position),
        fc.array(order, { maxLength: 3 }),
        fc.array(order, { maxLength: 3 }),
        fc.integer({ min: -500, max: 500 }),
        async (lines, theirs, ours, brokers, cash) => {
          const bench = await bookOf(lines, ours);
          const amount = { currency: "USD", amount: String(cash) };
          const body = { positions: positionsOf(theirs), orders: ordersOf(bench, brokers), cash: [amount] };
          const found = await compare(bench, body);
          const accept = found.differences.map(({ n }) => n);
          const before = structuredClone(bench.state);
          expect(codeOf(await resolve(bench, found.id, [...accept, 999]))).toBe("range");
          expect(structuredClone(bench.state)).toEqual(before);
          if (accept.length > 0) read(await resolve(bench, found.id, accept));
          resolved += accept.length;
          expect(told(await compare(bench, body))).toEqual([]);
          await holdBook(bench, theirs);
          const shown = [await booked(bench), await bench.list("orders")];
          bench.restart();
          expect([await booked(bench), await bench.list("orders")]).toEqual(shown);
          expect(told(await compare(bench, body))).toEqual([]);
          bench.sql.close();
        },
      ),
      { numRuns: fewOrAll(20, 40) },
    );
    expect(resolved).toBeGreaterThan(40);
  });
});

test("an order that came back and was filled since an older comparison does not come back by it once more", async () => {
  const bench = await new RiskBench().ready();
  const orders = [{ clientOrderId: "w", symbol: AAPL, side: "buy", qty: "10", filledQty: "0", price: "100" }];
  const [older, newer] = [await compare(bench, { orders }), await compare(bench, { orders })];
  read(await resolve(bench, newer.id, [1]));
  await bench.fill("w", "10");
  expect(bench.state.orders.size).toBe(0);
  for (const restarted of [false, true]) {
    if (restarted) bench.restart();
    expect(codeOf(await resolve(bench, older.id, [1]))).toBe("reconcile-outdated");
  }
  expect(bench.state.orders.size).toBe(0);
});
