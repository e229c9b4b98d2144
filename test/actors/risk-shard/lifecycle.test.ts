/** States of strategies: a draft trades nothing, a paused one only out of what it holds, a closed one is gone for orders. */
import { describe, expect, test } from "vitest";
import { AAPL, codeOf, type Json, json, MSFT, RiskBench } from "./bench.ts";

const amend = (bench: RiskBench, body: Json, id = "alpha") =>
  bench.desk.account.amendStrategy(bench.envelope(), id, JSON.stringify(body));
const sell = (qty: string, more: Json = {}): Json => ({ strategy: "alpha", side: "sell", qty, ...more });

describe("a draft", () => {
  test("trades nothing, not even out of what it was opened with, until it is made active", async () => {
    const bench = await new RiskBench().ready();
    await bench.strategy("alpha", [{ symbol: AAPL, qty: "10", avgPrice: "90" }], { state: "draft" });
    expect(await bench.send({ strategy: "alpha" })).toMatchObject({ code: "strategy-inactive" });
    expect(await bench.send(sell("10"))).toMatchObject({ decision: "reject", code: "strategy-inactive" });
    expect(await bench.send({ symbol: AAPL })).toMatchObject({ decision: "accept" });
    expect(json(await amend(bench, { state: "active" }))).toEqual({ id: "alpha" });
    expect(await bench.send({ strategy: "alpha" })).toMatchObject({ decision: "accept" });
  });

  test("fills at the venue are booked all the same: what happened is a truth", async () => {
    const bench = await new RiskBench().ready();
    await bench.strategy("alpha");
    await bench.send({ clientOrderId: "a", strategy: "alpha" });
    await amend(bench, { state: "paused" });
    expect(await bench.fill("a", "10")).toMatchObject({ status: "applied" });
    expect(await bench.list("positions")).toMatchObject([{ strategy: "alpha", qty: "10" }]);
  });
});

describe("a paused strategy", () => {
  test("closes what it holds itself and nothing more, whatever the account holds", async () => {
    const bench = await new RiskBench().ready();
    await bench.strategy("alpha", [{ symbol: AAPL, qty: "10", avgPrice: "90" }]);
    await bench.strategy("beta", [{ symbol: AAPL, qty: "50", avgPrice: "90" }]);
    await amend(bench, { state: "paused" });
    expect(await bench.send({ strategy: "alpha" })).toMatchObject({ code: "strategy-inactive" });
    expect(await bench.send(sell("11"))).toMatchObject({ code: "strategy-inactive" });
    expect(await bench.send(sell("6"))).toMatchObject({ decision: "accept" });
    // Six are being sold already.
    expect(await bench.send(sell("5"))).toMatchObject({ code: "strategy-inactive" });
    expect(await bench.send(sell("4"))).toMatchObject({ decision: "accept" });
    expect(await bench.send({ strategy: "beta" })).toMatchObject({ decision: "accept" });
  });

  test("is the same after a load, and goes on when it is active again", async () => {
    const bench = await new RiskBench().ready();
    await bench.strategy("alpha");
    await amend(bench, { state: "paused" });
    bench.restart();
    expect(await bench.send({ strategy: "alpha" })).toMatchObject({ code: "strategy-inactive" });
    await amend(bench, { state: "active" });
    bench.restart();
    expect(await bench.send({ strategy: "alpha" })).toMatchObject({ decision: "accept" });
  });
});

describe("from one state to another", () => {
  type Case = readonly [from: string, to: string, code: string | undefined];
  const CASES: readonly Case[] = [
    ["draft", "draft", undefined],
    ["draft", "active", undefined],
    ["draft", "paused", "strategy-state"],
    ["active", "draft", "strategy-state"],
    ["active", "active", undefined],
    ["active", "paused", undefined],
    ["paused", "draft", "strategy-state"],
    ["paused", "active", undefined],
    ["paused", "paused", undefined],
  ];
  test.each(CASES)("%s to %s: %s", async (from, to, code) => {
    const bench = await new RiskBench().ready();
    await bench.strategy("alpha", [], { state: from === "draft" ? "draft" : "active" });
    if (from === "paused") await amend(bench, { state: "paused" });
    const before = bench.facts().length;
    expect(codeOf(await amend(bench, { state: to }))).toBe(code);
    expect(bench.state.strategies.get("alpha")?.state).toBe(code === undefined ? to : from);
    if (code !== undefined) expect(bench.facts(before)).toEqual([]);
  });

  test("its news says the state and the targets, and what is not named stays", async () => {
    const bench = await new RiskBench().ready();
    await bench.strategy("alpha", [{ symbol: AAPL, targetQty: "-25" }, { symbol: MSFT }], { state: "draft" });
    await amend(bench, { state: "active" });
    const [opened, amended] = await bench.heard("strategy/t/alpha");
    expect(opened?.payload).toMatchObject({
      state: "draft",
      legs: [{ symbol: AAPL, targetQty: "-25" }, { symbol: MSFT }],
    });
    expect(amended?.payload).toMatchObject({
      state: "active",
      name: "alpha",
      legs: [{ targetQty: "-25" }, {}],
    });
  });

  test("a strategy of a version without states is an active one", async () => {
    const bench = await new RiskBench().ready();
    await bench.strategy("alpha");
    bench.sql.exec("UPDATE strategy SET payload = json_remove(payload, '$.state')");
    bench.restart();
    expect(bench.state.strategies.get("alpha")).not.toHaveProperty("state");
    expect(await bench.send({ strategy: "alpha" })).toMatchObject({ decision: "accept" });
    expect(codeOf(await amend(bench, { state: "draft" }))).toBe("strategy-state");
    expect(codeOf(await amend(bench, { state: "paused" }))).toBeUndefined();
  });
});

describe("a target", () => {
  const legs = (bench: RiskBench, instruments: readonly Json[]) =>
    bench.desk.account.replaceLegs(bench.envelope(), "alpha", JSON.stringify({ instruments }));

  test("is stated anew with the legs, orders nothing and opens nothing", async () => {
    const bench = await new RiskBench().ready();
    const leg = { symbol: AAPL, qty: "10", avgPrice: "90", targetQty: "30" };
    await bench.strategy("alpha", [leg]);
    expect((await legs(bench, [{ ...leg, targetQty: "-5" }])).ok).toBe(true);
    expect(bench.state.strategies.get("alpha")?.legs).toMatchObject([{ symbol: AAPL, targetQty: "-5" }]);
    expect((await legs(bench, [{ symbol: AAPL }])).ok).toBe(true);
    expect(bench.state.strategies.get("alpha")?.legs[0]).not.toHaveProperty("targetQty");
    expect(await bench.list("positions")).toMatchObject([{ qty: "10" }]);
    expect(await bench.list("orders")).toEqual([]);
  });

  test("finer than the instrument's scale, or that no number holds, is refused whole", async () => {
    const bench = await new RiskBench().ready();
    await bench.strategy("alpha", [{ symbol: AAPL, targetQty: "1" }]);
    const before = bench.facts().length;
    expect(codeOf(await legs(bench, [{ symbol: MSFT }, { symbol: AAPL, targetQty: "0.5" }]))).toBe(
      "scale-exceeded",
    );
    expect(codeOf(await legs(bench, [{ symbol: AAPL, targetQty: "99999999999999999999" }]))).toBe(
      "number-range",
    );
    expect(bench.facts(before)).toEqual([]);
  });
});
