/** How far equity stands below its peak, with what is open: it trips, and stays so until a person releases it. */
import { beforeEach, describe, expect, test } from "vitest";
import { observedLoss } from "../../../../actors/risk-shard/losses.ts";
import { moneyText } from "../../../../src/domain/money.ts";
import { AAPL, BY, codeOf, type Decision, type Json, json, MSFT, RiskBench, WIDE } from "../bench.ts";
import { EURUSD, funded } from "../currency-market.ts";

const DOWN = { id: "down", kind: "max-drawdown", threshold: "10" };

/** An account of 10,000 that holds 100 shares at 100. */
async function holding(side: "buy" | "sell", limits: readonly Json[] = [WIDE, DOWN]): Promise<RiskBench> {
  const made = new RiskBench();
  await made.account({ equity: "10000" });
  await made.limits(limits);
  await made.price(AAPL, { last: "100" });
  await made.price(MSFT, { last: "100" });
  const { clientOrderId } = await made.send({ side, qty: "100" });
  await made.fill(clientOrderId, "100", "100");
  return made;
}
let bench: RiskBench;
beforeEach(async () => {
  bench = await holding("buy");
});

const release = (limitId = "down") => {
  const body = JSON.stringify({ reason: "looked at", by: BY });
  return bench.desk.watch.answer(bench.envelope(), { type: "release", limitId, body });
};
const downOf = (decision: Decision): Json =>
  decision.checks.find(({ code }) => code === "max-drawdown")! as never;
const observed = async (): Promise<unknown> =>
  downOf(await bench.check({ symbol: MSFT, qty: "1" }))["observed"];
const tripped = (): Json[] =>
  bench
    .facts()
    .filter(({ kind }) => kind === "limit-tripped")
    .map(({ payload }) => payload);
const peak = (id = "down"): string => moneyText(bench.state.losses.peaks.get(id)! as never);

describe.each([
  ["long", "buy", "90.01", "90", "89.99"],
  ["short", "sell", "109.99", "110", "110.01"],
] as const)("of what is held %s", (_title, side, below, at, above) => {
  test.each([
    ["below the limit passes", below, "9.99"],
    ["at the limit passes", at, "10"],
  ])("a drawdown %s", async (_case, last, percent) => {
    bench = await holding(side);
    await bench.price(AAPL, { last });
    const decided = await bench.send({ symbol: MSFT, side, qty: "1" });
    expect(decided).toMatchObject({ decision: "accept" });
    expect(downOf(decided)).toMatchObject({
      verdict: "pass",
      observed: percent,
      projected: percent,
      limit: "10",
    });
    expect(tripped()).toEqual([]);
  });

  test("a cent a share above it trips; what closes passes", async () => {
    bench = await holding(side);
    await bench.price(AAPL, { last: above });
    expect(tripped()).toMatchObject([
      { limitId: "down", kind: "max-drawdown", scope: "account", observed: "10.01" },
    ]);
    expect(await bench.send({ symbol: MSFT, side, qty: "1" })).toMatchObject({
      decision: "reject",
      code: "max-drawdown",
    });
    const closing = { side: side === "buy" ? "sell" : "buy", price: above };
    expect(await bench.send({ ...closing, qty: "101" })).toMatchObject({ decision: "reject" });
    expect(await bench.send({ ...closing, qty: "100" })).toMatchObject({ decision: "accept" });
  });
});

test("the smallest part of a percent above the limit is above it: the ratio rounds up", () => {
  const down = (equity: bigint, top: bigint) => observedLoss("max-drawdown", [equity, top]);
  expect(down(90n, 100n)).toBe(10_000_000n);
  expect(down(900_000_000_000n - 1n, 1_000_000_000_000n)).toBe(10_000_001n);
  expect(down(2n, 3n)).toBe(33_333_334n);
  expect(down(101n, 100n)).toBe(0n);
  expect(down(-50n, 100n)).toBe(150_000_000n);
  // Who had nothing has lost all of it.
  expect([down(0n, 0n), down(-1n, 0n), down(-3n, -2n)]).toEqual([0n, 100_000_000n, 100_000_000n]);
});

describe("the peak", () => {
  test("goes up with what is open, and never down", async () => {
    await bench.price(AAPL, { last: "120" });
    expect(peak()).toBe("12000");
    await bench.price(AAPL, { last: "108" });
    expect([peak(), await observed(), tripped()]).toEqual(["12000", "10", []]);
    await bench.price(AAPL, { last: "107.99" });
    expect(tripped()).toHaveLength(1);
  });

  test("begins with the limit, at what the account is worth then", async () => {
    await bench.limits([WIDE]);
    await bench.price(AAPL, { last: "80" });
    await bench.limits([WIDE, DOWN]);
    expect([peak(), await observed()]).toEqual(["8000", "0"]);
  });

  test("of a limit that is put again stays, whatever its threshold is by then", async () => {
    await bench.price(AAPL, { last: "120" });
    await bench.price(AAPL, { last: "114" });
    await bench.limits([WIDE, { ...DOWN, threshold: "7" }, { ...DOWN, id: "second" }]);
    expect([peak(), peak("second")]).toEqual(["12000", "11400"]);
    const shown = await bench.check({ symbol: MSFT, qty: "1" });
    expect(
      shown.checks.filter(({ code }) => code === "max-drawdown").map((check) => (check as Json)["observed"]),
    ).toEqual(["5", "0"]);
    await bench.limits([WIDE]);
    expect(bench.state.losses.peaks.size).toBe(0);
  });

  test.each([
    ["a deposit", "5000", "deposit", "15000"],
    ["a withdrawal", "-4000", "withdrawal", "6000"],
  ])("moves with %s by the same amount: nothing is lost by it", async (_title, amount, type, top) => {
    await bench.cash([{ type, amount }]);
    expect([peak(), await observed()]).toEqual([top, "0"]);
    bench.restart();
    await bench.price(AAPL, { last: "100" });
    expect([peak(), await observed()]).toEqual([top, "0"]);
  });

  test("moves with cash of another currency by what that is worth", async () => {
    bench = await funded();
    await bench.limits([WIDE, DOWN]);
    await bench.cash([{ type: "deposit", currency: "EUR", amount: "1000" }]);
    expect(peak()).toBe("1001250");
    await bench.price(EURUSD, { last: "1.2" });
    expect([peak(), await observed()]).toEqual(["1001250", "0.004994"]);
  });

  test("moves with the starting capital", async () => {
    json(await bench.account({ equity: "7000" }));
    expect([peak(), await observed()]).toEqual(["7000", "0"]);
  });

  test("moves with what an import brings along, and not with what a fill makes", async () => {
    const positions = [{ symbol: MSFT, qty: "10", avgPrice: "90", realised: "7", fees: "2" }];
    json(await bench.desk.broker.importBook(bench.envelope(), JSON.stringify({ id: "in", positions })));
    expect([peak(), await observed()]).toEqual(["10105", "0"]);
    const { clientOrderId } = await bench.send({ side: "sell", qty: "1", price: "95" });
    await bench.fill(clientOrderId, "1", "95");
    expect(peak()).toBe("10105");
    expect(await observed()).not.toBe("0");
  });

  test("is on disk with each group, and within a second of a price that raised it", async () => {
    const kept = () =>
      bench.sql.exec<{ equity: string }>("SELECT equity FROM equity_peak").map(({ equity }) => equity);
    await bench.price(AAPL, { last: "120" });
    await bench.send({ symbol: MSFT, qty: "1" });
    expect(kept()).toEqual([String(bench.state.losses.peaks.get("down"))]);
    await bench.price(AAPL, { last: "130" });
    bench.flush();
    bench.restart();
    expect(peak()).toBe("13000");
    await bench.price(MSFT, { last: "100" });
    await bench.price(AAPL, { last: "116.9" });
    expect(tripped()).toMatchObject([{ observed: "10.076924" }]);
  });
});

test("a release measures from what the account is worth then, and of that limit alone", async () => {
  await bench.limits([WIDE, DOWN, { ...DOWN, id: "wider", threshold: "50" }]);
  await bench.price(AAPL, { last: "80" });
  expect(codeOf(await release())).toBeUndefined();
  expect([peak(), peak("wider")]).toEqual(["8000", "10000"]);
  expect(await bench.send({ symbol: MSFT, qty: "1" })).toMatchObject({ decision: "accept" });
  await bench.price(AAPL, { last: "71" });
  expect(tripped()).toHaveLength(2);
});

test("a dry run says the same as the order", async () => {
  for (const last of ["95", "80"]) {
    await bench.price(AAPL, { last });
    const order = { clientOrderId: `at${last}`, symbol: MSFT, qty: "1" };
    const { decision, checks } = await bench.check(order);
    expect(await bench.send(order)).toMatchObject({ decision, checks });
  }
});

test("an order that flips is cut to the close where its limit reduces", async () => {
  bench = await holding("buy", [WIDE, { ...DOWN, action: "reduce" }]);
  await bench.price(AAPL, { last: "80" });
  for (const [qty, allowed] of [
    ["99", "99"],
    ["100", "100"],
    ["101", "100"],
  ])
    expect((await bench.check({ side: "sell", qty, price: "80" })).allowedQty).toBe(allowed);
});

test("while something that is held has no price it fails closed, trips nothing and keeps its peak", async () => {
  bench.platform.away.add(AAPL);
  bench.restart();
  await bench.price(MSFT, { last: "100" });
  expect(downOf(await bench.check({ symbol: MSFT, qty: "1" }))).toMatchObject({
    verdict: "fail",
    reason: "peak-missing",
  });
  bench.flush();
  expect([peak(), tripped()]).toEqual(["10000", []]);
});

test("a strategy has no equity of its own: the scope is refused by name", async () => {
  const reply = await bench.limits([WIDE, { ...DOWN, scope: { kind: "strategy" } }]);
  expect(reply).toMatchObject({ ok: false, code: "limit-unsupported", errors: [{ path: "limits.1.scope" }] });
});
