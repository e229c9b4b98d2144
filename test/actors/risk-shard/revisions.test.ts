/** Busts and corrections: what followed from a fill is what would have followed without it, or from another. */
import { describe, expect, test } from "vitest";
import { AAPL, type Json, MSFT, RiskBench, WIDE } from "./bench.ts";

const order = async (bench: RiskBench, id = "a"): Promise<Json> =>
  (await bench.list("orders")).find((one) => one["clientOrderId"] === id)!;
const position = async (bench: RiskBench): Promise<Json> => (await bench.list("positions"))[0]!;
const bust = (bench: RiskBench, refExecId: string, more: Json = {}): Promise<Json> =>
  bench.report({ type: "bust", clientOrderId: "a", refExecId, ...more });
const correct = (bench: RiskBench, refExecId: string, more: Json): Promise<Json> =>
  bench.report({ type: "correct", clientOrderId: "a", refExecId, ...more });

/** Order `a` to buy 10 AAPL at 100: 4 at 99 (`x1`), 2 at 101 (`x2`). */
async function filled(limits: readonly Json[] = [WIDE], more: Json = {}): Promise<RiskBench> {
  const bench = await new RiskBench().ready(limits);
  if (more["strategy"] !== undefined) await bench.strategy(String(more["strategy"]));
  await bench.send({ clientOrderId: "a", ...more });
  await bench.fill("a", "4", "99", { execId: "x1", fee: "1" });
  await bench.fill("a", "2", "101", { execId: "x2" });
  return bench;
}

describe("of a strategy that is closed", () => {
  const closed = async (): Promise<RiskBench> => {
    const bench = await filled([WIDE], { strategy: "alpha" });
    await bench.report({ type: "cancel", clientOrderId: "a" });
    await bench.send({ clientOrderId: "z", strategy: "alpha", side: "sell", qty: "6" });
    await bench.fill("z", "6", "100", { execId: "z1" });
    expect(await bench.desk.account.closeStrategy(bench.envelope(), "alpha")).toMatchObject({ ok: true });
    return bench;
  };
  const HOLDS = { code: "closed-strategy-holds", symbol: AAPL, strategy: "alpha" };

  test("a bust that makes it hold again is said, once, after a load too", async () => {
    const bench = await closed();
    bench.restart();
    expect(await bust(bench, "x1", { execId: "b1" })).toMatchObject({ status: "applied" });
    await bust(bench, "x2", { execId: "b2" });
    expect(await position(bench)).toMatchObject({ strategy: "alpha", qty: "-6" });
    expect(await bench.list("violations")).toMatchObject([{ ...HOLDS, clientOrderId: "a", execId: "b1" }]);
  });

  test("so is a correction; one that leaves it flat is not", async () => {
    const bench = await closed();
    await correct(bench, "x1", { execId: "r1", price: "98" });
    expect(await bench.list("violations")).toEqual([]);
    await correct(bench, "x1", { execId: "r2", qty: "3" });
    expect(await bench.list("violations")).toMatchObject([{ ...HOLDS, execId: "r2" }]);
  });

  test("of one that is open, and of none, nothing is said", async () => {
    for (const more of [{}, { strategy: "alpha" }]) {
      const bench = await filled([WIDE], more);
      const sale = { symbol: AAPL, side: "sell", qty: "6", price: "100", clientOrderId: "z", ...more };
      await bench.send({ ...sale, type: "limit" });
      await bench.fill("z", "6", "100");
      await bust(bench, "x1");
      expect(await bench.list("violations")).toEqual([]);
    }
  });
});

describe("a bust", () => {
  test("takes the fill out of position, fees and order, and what it freed is reserved again", async () => {
    const bench = await filled();
    expect(await bust(bench, "x1", { execId: "b1" })).toEqual({ execId: "b1", status: "applied" });
    expect(await position(bench)).toMatchObject({ qty: "2", avgPrice: "101", fees: "0", realised: "0" });
    expect(await order(bench)).toMatchObject({
      ...{ status: "working", filledQty: "2", remainingQty: "8", reservedNotional: "800" },
    });
    expect(bench.state.symbolLines.get(AAPL as never)).toMatchObject({ pos: 2n, buys: 8n });
  });

  test("is a fact with what each entry is another by, at its own time", async () => {
    const bench = await filled();
    const soldAt = bench.now;
    const sale = { symbol: AAPL, side: "sell", qty: "3", price: "110", execId: "s1", clientOrderId: "s" };
    await bench.report({ type: "fill", ...sale });
    bench.clock.pass(5_000);
    const before = bench.facts().length;
    await bust(bench, "x1", { execId: "b1" });
    const [fact] = bench.facts(before);
    expect(fact).toMatchObject({
      kind: "execution-booked",
      payload: {
        ...{ type: "bust", execId: "b1", refExecId: "x1", clientOrderId: "a", symbol: AAPL, currency: "USD" },
        ...{ qty: "4", price: "99", fee: "1", side: "buy", realised: "-13" },
        position: { qty: "-1", cost: "110", realised: "18", fees: "0" },
        orders: [{ clientOrderId: "a", filledQty: "2", remainingQty: "8", status: "working" }],
        revised: [
          { execId: "x1", ts: soldAt, qty: "-4", cost: "-396", realised: "0", fees: "-1", funding: "0" },
          { execId: "s1", ts: soldAt, qty: "0", cost: "-13", realised: "-13", fees: "0", funding: "0" },
        ],
      },
    });
  });

  test("of an ended order leaves it ended", async () => {
    const bench = await filled();
    await bench.fill("a", "4", "100", { execId: "x3" });
    bench.restart();
    await bust(bench, "x3");
    expect(await order(bench)).toMatchObject({ status: "filled", filledQty: "6", remainingQty: "0" });
    expect(bench.state.totals.working).toBe(0);
  });

  test("tells the strategy what changed, and what is held since", async () => {
    const bench = await filled([WIDE], { strategy: "alpha" });
    await bust(bench, "x1", { execId: "b1" });
    const heard = await bench.heard("strategy/t/alpha");
    expect(heard.map(({ kind }) => kind)).toEqual([
      ...["strategy-opened", "fill-booked", "fill-booked", "holding-revised"],
    ]);
    expect(heard[2]!.payload).toMatchObject({
      change: { qty: "2", cost: "202", realised: "0", fees: "0", funding: "0" },
      after: { qty: "6", cost: "598", realised: "0", fees: "1", funding: "0" },
    });
    expect(heard[3]!.payload).toMatchObject({
      ...{ reason: "bust", execId: "b1", refExecId: "x1", strategy: "alpha" },
      changes: [{ execId: "x1", qty: "-4", cost: "-396", realised: "0", fees: "-1", funding: "0" }],
      after: { qty: "2", cost: "202", realised: "0", fees: "0", funding: "0" },
    });
  });

  test.each([
    ["of what was never reported", "nothing", {}, "ref-unknown"],
    ["of another order's fill", "x1", { clientOrderId: "b" }, "order-mismatch"],
    ["of another symbol than the fill's", "x1", { symbol: MSFT }, "order-mismatch"],
    ["of a cancel", "k1", {}, "ref-not-a-fill"],
    ["of a time that has not come", "x1", { ts: 1_700_000_900_000 }, "ts-future"],
  ])("%s is refused and changes nothing", async (_title, refExecId, more, code) => {
    const bench = await filled();
    await bench.report({ type: "cancel", clientOrderId: "a", execId: "k1" });
    const before = bench.facts().length;
    expect(await bust(bench, refExecId, more)).toMatchObject({ status: "refused", code });
    expect(bench.facts(before)).toEqual([]);
  });

  test.each([
    ["another symbol than that of", { symbol: MSFT }],
    ["another side than that of", { side: "sell" }],
  ])("that names %s a fill without an order is refused too", async (_title, more) => {
    const bench = await new RiskBench().ready([WIDE]);
    const fill = { clientOrderId: "voice", symbol: AAPL, side: "buy", qty: "3", price: "100" };
    await bench.report({ type: "fill", execId: "v1", ...fill });
    const before = bench.facts().length;
    expect(await bust(bench, "v1", { clientOrderId: "voice", ...more })).toMatchObject({
      ...{ status: "refused", code: "order-mismatch" },
    });
    expect(bench.facts(before)).toEqual([]);
    expect(await bust(bench, "v1", { clientOrderId: "voice", symbol: AAPL, side: "buy" })).toMatchObject({
      status: "applied",
    });
  });

  test("comes once: again under its id it is a duplicate, under another `already-busted`", async () => {
    const bench = await filled();
    const ts = bench.now;
    await bust(bench, "x1", { execId: "b1", ts });
    expect(await bust(bench, "x1", { execId: "b1", ts })).toMatchObject({ status: "duplicate" });
    expect(await bust(bench, "x1", { execId: "b2" })).toMatchObject({ code: "already-busted" });
    bench.restart();
    expect(await bust(bench, "x1", { execId: "b2" })).toMatchObject({ code: "already-busted" });
    expect(await bust(bench, "b1", { execId: "b3" })).toMatchObject({ code: "ref-not-a-fill" });
  });

  test("in the request of its fill finds it, before and after other fills", async () => {
    const bench = await new RiskBench().ready();
    await bench.send({ clientOrderId: "a" });
    const fill = { type: "fill", clientOrderId: "a", qty: "3", price: "100" };
    const { results } = await bench.executions([
      { ...fill, execId: "x1" },
      { ...fill, execId: "x2" },
      { type: "bust", clientOrderId: "a", execId: "b1", refExecId: "x1" },
      { type: "bust", clientOrderId: "a", execId: "b2", refExecId: "x1" },
      { type: "correct", clientOrderId: "a", execId: "r1", refExecId: "x2", qty: "1" },
    ]);
    expect(results.map(({ code, status }) => code ?? status)).toEqual([
      ...["applied", "applied", "applied", "already-busted", "applied"],
    ]);
    expect(await position(bench)).toMatchObject({ qty: "1", avgPrice: "100" });
    expect(await order(bench)).toMatchObject({ filledQty: "1", remainingQty: "9" });
  });

  test("that leaves the book above a limit says so", async () => {
    const bench = await filled([{ id: "low", kind: "max-position-qty", threshold: "10" }]);
    const sale = { symbol: AAPL, side: "sell", qty: "8", price: "100", execId: "s1", clientOrderId: "s" };
    await bench.report({ type: "fill", ...sale });
    await bench.report({ type: "fill", ...sale, execId: "s2", qty: "7" });
    const before = bench.facts().length;
    await bust(bench, "x1", { execId: "b1" });
    const raised = bench.facts(before).filter(({ kind }) => kind === "violation-raised");
    expect(raised).toMatchObject([{ payload: { code: "max-position-qty", execId: "b1", observed: "13" } }]);
  });
});

describe("a correction", () => {
  test("of price and fee is as if it had been booked so", async () => {
    const bench = await filled();
    expect(await correct(bench, "x1", { price: "98.5", fee: "-0.5" })).toMatchObject({ status: "applied" });
    expect(await position(bench)).toMatchObject({ qty: "6", fees: "-0.5", avgPrice: "99.333333333333" });
    expect(await order(bench)).toMatchObject({ filledQty: "6", remainingQty: "4" });
  });

  test("of the quantity fills more of its order, to its end; above that it raises `overfill`", async () => {
    const bench = await filled();
    await correct(bench, "x2", { qty: "6" });
    expect(await order(bench)).toMatchObject({ status: "filled", filledQty: "10" });
    expect(await bench.list("violations")).toEqual([]);
    await correct(bench, "x1", { qty: "5", execId: "r2" });
    expect(await order(bench)).toMatchObject({ status: "filled", filledQty: "11" });
    expect(await bench.list("violations")).toMatchObject([{ code: "overfill", execId: "r2" }]);
  });

  test("corrects what was corrected, and can be busted by the id of the fill", async () => {
    const bench = await filled();
    await correct(bench, "x1", { qty: "5" });
    await correct(bench, "x1", { price: "97" });
    expect(await position(bench)).toMatchObject({ qty: "7", realised: "0" });
    bench.restart();
    await bust(bench, "x1");
    expect(await position(bench)).toMatchObject({ qty: "2", avgPrice: "101" });
    expect(await correct(bench, "x1", { qty: "1" })).toMatchObject({ code: "already-busted" });
  });

  test.each([
    ["finer than the instrument's price", { price: "100.00001" }, "scale-exceeded"],
    ["finer than its quantity", { qty: "1.5" }, "scale-exceeded"],
    ["above what a number holds", { price: "99999999999999999999" }, "number-range"],
    ["in another currency's fee", { fee: "1", feeCurrency: "EUR" }, "fee-currency-unsupported"],
  ])("%s is refused", async (_title, more, code) => {
    const bench = await filled();
    expect(await correct(bench, "x1", more)).toMatchObject({ status: "refused", code });
    expect(await position(bench)).toMatchObject({ qty: "6", fees: "1" });
  });
});

test("a fee in the instrument's currency is booked, in another refused", async () => {
  const bench = await filled();
  expect(await bench.fill("a", "1", "100", { fee: "1", feeCurrency: "USD" })).toMatchObject({
    status: "applied",
  });
  expect(await bench.fill("a", "1", "100", { fee: "1", feeCurrency: "BNB" })).toMatchObject({
    code: "fee-currency-unsupported",
  });
});
