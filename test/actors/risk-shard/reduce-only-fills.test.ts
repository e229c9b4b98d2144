/** An order that may only reduce is judged when it is sent, and measured again with each fill. */
import { describe, expect, test } from "vitest";
import { AAPL, RiskBench } from "./bench.ts";

const codes = async (bench: RiskBench) => (await bench.list("violations")).map(({ code }) => code);

/** Holds so much, and sells it by an order that may only reduce. */
async function selling(qty: string, strategy?: string): Promise<RiskBench> {
  const bench = await new RiskBench().ready();
  if (strategy !== undefined) await bench.strategy(strategy);
  const own = strategy === undefined ? {} : { strategy };
  await bench.send({ clientOrderId: "held", qty, ...own });
  await bench.fill("held", qty);
  expect(
    await bench.send({ clientOrderId: "close", side: "sell", qty, reduceOnly: true, ...own }),
  ).toMatchObject({
    decision: "accept",
  });
  return bench;
}

describe("a fill of an order that may only reduce", () => {
  test("up to the last lot that is held raises nothing", async () => {
    const bench = await selling("10");
    for (const qty of ["4", "6"]) await bench.fill("close", qty);
    expect(await codes(bench)).toEqual([]);
  });

  test("of one lot more than is held by then is booked and raises a violation", async () => {
    const bench = await selling("10");
    await bench.fill("elsewhere", "1", "100", { symbol: AAPL, side: "sell" });
    await bench.fill("close", "9");
    expect(await codes(bench)).toEqual(["unsolicited-fill"]);
    await bench.fill("close", "1", "100", { execId: "beyond" });
    expect((await bench.list("violations"))[0]).toMatchObject({
      code: "reduce-only-exceeded",
      ...{ symbol: AAPL, clientOrderId: "close", execId: "beyond" },
    });
    expect(bench.state.symbolLines.get(AAPL as never)?.pos).toBe(-1n);
  });

  test("is measured by what its strategy holds, whatever the account does", async () => {
    const bench = await selling("10", "alpha");
    await bench.strategy("beta", [{ symbol: AAPL, qty: "-50", avgPrice: "100" }]);
    await bench.fill("close", "10");
    expect(await codes(bench)).toEqual([]);
    const other = await selling("10", "alpha");
    await other.strategy("beta", [{ symbol: AAPL, qty: "50", avgPrice: "100" }]);
    await other.fill("held", "3", "100", { side: "buy" });
    await other.fill("close", "13");
    await other.fill("close", "1");
    expect(await codes(other)).toContain("reduce-only-exceeded");
  });

  test("of any other order raises none: it may open", async () => {
    const bench = await new RiskBench().ready();
    await bench.send({ clientOrderId: "a", side: "sell" });
    await bench.fill("a", "10");
    expect(await codes(bench)).toEqual([]);
  });
});
