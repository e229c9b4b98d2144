/** Cash that no fill brings: the account's own, and that of what is held in a symbol. */
import { describe, expect, test } from "vitest";
import { AAPL, RiskBench } from "./bench.ts";

async function held(): Promise<RiskBench> {
  const bench = await new RiskBench().ready();
  await bench.strategy("alpha");
  await bench.send({ clientOrderId: "a", strategy: "alpha" });
  await bench.fill("a", "10", "100");
  return bench;
}
const cashOf = (bench: RiskBench): bigint | undefined => bench.state.purses.get("USD")?.cash;

describe("a movement of the account's own cash", () => {
  test("adds up by currency, is a fact with who did it, and survives a reload", async () => {
    const bench = await new RiskBench().ready();
    const before = bench.facts().length;
    const results = await bench.cash([
      { id: "d1", type: "deposit", amount: "1000.5", note: "first" },
      { id: "w1", type: "withdrawal", amount: "-0.25" },
      { id: "i1", type: "interest", amount: "-3" },
    ]);
    expect(results).toEqual(["d1", "w1", "i1"].map((id) => ({ id, status: "applied" })));
    expect(cashOf(bench)).toBe(997_250_000_000_000n);
    expect(bench.facts(before)[0]).toMatchObject({
      kind: "cash-moved",
      payload: {
        ...{ id: "d1", type: "deposit", currency: "USD", amount: "1000.5", symbol: null, strategy: null },
        ...{ note: "first", position: null, by: "s" },
      },
    });
    bench.restart();
    expect(cashOf(bench)).toBe(997_250_000_000_000n);
    expect(bench.state.funds.equity).toBe(1_000_997_250_000_000_000n);
  });

  test("comes once by its id; with other fields it is refused", async () => {
    const bench = await new RiskBench().ready();
    const ts = bench.now;
    await bench.cash([{ id: "d1", type: "deposit", amount: "1", ts }]);
    bench.restart();
    expect(
      await bench.cash([
        { id: "d1", type: "deposit", amount: "1.00", ts },
        { id: "d1", type: "deposit", amount: "2", ts },
      ]),
    ).toEqual([
      { id: "d1", status: "duplicate" },
      { id: "d1", status: "refused", code: "cash-id-reused" },
    ]);
    expect(cashOf(bench)).toBe(1_000_000_000_000n);
  });
});

describe("cash of what is held", () => {
  test("funding and dividends are received, fees are paid, and the strategy hears of each", async () => {
    const bench = await held();
    await bench.cash([
      { id: "f1", type: "funding", amount: "-2.5", symbol: AAPL, strategy: "alpha" },
      { id: "v1", type: "dividend", amount: "7", symbol: AAPL, strategy: "alpha" },
      { id: "k1", type: "fee", amount: "-1.25", symbol: AAPL, strategy: "alpha" },
    ]);
    const { position } = bench.state.positions.get(`${AAPL}/alpha`)!;
    expect(position).toMatchObject({ qty: 10n, funding: 4_500_000_000_000n, fees: 1_250_000_000_000n });
    expect(cashOf(bench)).toBe(0n);
    const heard = (await bench.heard("strategy/t/alpha")).slice(-3);
    expect(heard.map(({ kind }) => kind)).toEqual(Array(3).fill("holding-revised"));
    expect(heard.at(-1)!.payload).toMatchObject({
      ...{ reason: "cash", execId: "k1" },
      changes: [{ execId: "cash:k1", qty: "0", cost: "0", realised: "0", fees: "1.25", funding: "0" }],
      after: { qty: "10", cost: "1000", fees: "1.25", funding: "4.5" },
    });
    bench.restart();
    expect(bench.state.positions.get(`${AAPL}/alpha`)!.position).toEqual(position);
  });

  test.each([
    ["in a currency that the account has no rate for", { currency: "EUR" }, "fx-missing"],
    ["in another currency than the symbol's", { symbol: AAPL, currency: "EUR" }, "currency-mismatch"],
    ["of a symbol that nobody knows", { symbol: "XNAS:NOPE" }, "instrument-unknown"],
    ["of a strategy that is not open", { symbol: AAPL, strategy: "beta" }, "strategy-unknown"],
    ["of a time that has not come", { ts: 1_700_000_900_000 }, "ts-future"],
    ["finer than money", { amount: "0.1234567890123" }, "scale-exceeded"],
  ])("%s is refused, and nothing of it remembered", async (_title, more, code) => {
    const bench = await held();
    const before = bench.facts().length;
    const right = { id: "f1", type: "funding", amount: "1" };
    expect(await bench.cash([{ ...right, ...more }])).toEqual([{ id: "f1", status: "refused", code }]);
    expect(bench.facts(before)).toEqual([]);
    expect(await bench.cash([right])).toMatchObject([{ status: "applied" }]);
  });
});
