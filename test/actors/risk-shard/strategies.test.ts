import { describe, expect, test } from "vitest";
import type { StrategyCommand } from "../../../actors/risk-shard/messages.ts";
import { strategyNews } from "../../../actors/strategy/messages.ts";
import { AAPL, BTC, codeOf, type Json, json, MSFT, RiskBench, WIDE } from "./bench.ts";

const HEARERS = ["strategy/t/alpha", "tenant-directory/t"];

describe("open a strategy", () => {
  test("registers it, books its opening legs, and tells the strategy and the directory before it answers", async () => {
    const bench = await new RiskBench().ready();
    const before = bench.facts().length;
    const legs = [
      { symbol: AAPL, qty: "10", avgPrice: "90.1234" },
      { symbol: MSFT, qty: "-4", avgPrice: "110" },
      { symbol: BTC },
    ];
    expect(json(await bench.strategy("alpha", legs, { tags: ["x"] }))).toEqual({ id: "alpha" });
    expect(bench.destinations.seqs("strategy/t/alpha")).toEqual([3, 5, 7]);
    expect(bench.destinations.seqs("tenant-directory/t")).toEqual([3]);
    for (const { kind, payload } of await bench.heard("strategy/t/alpha"))
      expect(strategyNews.parse(payload).type).toBe(kind);
    const facts = bench.facts(before);
    expect(facts.map(({ kind }) => kind)).toEqual([
      "strategy-opened",
      "execution-booked",
      "fill-booked",
      "execution-booked",
      "fill-booked",
    ]);
    expect(facts[0]!.payload).toMatchObject({
      type: "strategy-opened",
      strategy: "alpha",
      account: "main",
      currency: "USD",
      tags: ["x"],
      legs: [{ symbol: AAPL }, { symbol: MSFT }, { symbol: BTC }],
    });
    expect(facts[1]!.payload).toMatchObject({
      execId: "opening.alpha.1",
      opening: true,
      clientOrderId: null,
      position: { symbol: AAPL, strategy: "alpha", qty: "10", cost: "901.234" },
    });
    expect(facts[4]!.payload).toMatchObject({
      side: "sell",
      qty: 4,
      opening: true,
      execId: "opening.alpha.2",
    });
  });

  test("Σ strategies = account from the first second, and no violation is unsolicited", async () => {
    const bench = await new RiskBench().ready();
    await bench.strategy("alpha", [{ symbol: AAPL, qty: "10", avgPrice: "90" }]);
    await bench.strategy("beta", [{ symbol: AAPL, qty: "-4", avgPrice: "95" }]);
    expect(await bench.shown()).toMatchObject({ gross: "600", net: "600" });
    expect((await bench.list("positions")).map(({ strategy, qty }) => [strategy, qty])).toEqual([
      ["alpha", "10"],
      ["beta", "-4"],
    ]);
    expect(await bench.list("violations")).toEqual([]);
  });

  test("that opens above a limit raises a violation, since what is held is a truth", async () => {
    const bench = await new RiskBench().ready([{ kind: "max-gross-exposure", threshold: "500" }]);
    expect(json(await bench.strategy("alpha", [{ symbol: AAPL, qty: "10", avgPrice: "90" }]))).toEqual({
      id: "alpha",
    });
    expect(await bench.list("violations")).toMatchObject([{ code: "max-gross-exposure", observed: "1000" }]);
  });

  test.each([
    ["an unknown symbol", [{ symbol: "XNAS:NOPE" }], "instrument-unknown"],
    ["another currency", [{ symbol: "XPAR:AIR" }], "currency-unsupported"],
    [
      "a quantity finer than the instrument's",
      [{ symbol: AAPL, qty: "0.5", avgPrice: "1" }],
      "scale-exceeded",
    ],
    [
      "a price finer than the instrument's",
      [{ symbol: AAPL, qty: "1", avgPrice: "0.00001" }],
      "scale-exceeded",
    ],
  ])("with %s is refused whole", async (_title, legs, code) => {
    const bench = await new RiskBench().ready();
    bench.instrument("XPAR:AIR", { currency: "EUR" });
    const before = bench.facts().length;
    const good = { symbol: MSFT, qty: "1", avgPrice: "1" };
    expect(codeOf(await bench.strategy("alpha", [good, ...legs]))).toBe(code);
    expect(bench.facts(before)).toEqual([]);
    expect(bench.state.strategies.size).toBe(0);
  });

  test("under an id that is open, or in another account, is refused", async () => {
    const bench = await new RiskBench().ready();
    await bench.strategy("alpha");
    expect(codeOf(await bench.strategy("alpha"))).toBe("strategy-open");
    expect(codeOf(await bench.strategy("beta", [], { account: "other" }))).toBe("account-unknown");
  });
});

describe("an open strategy", () => {
  test("hears of every fill of its orders, late ones too, and of nobody else's", async () => {
    const bench = await new RiskBench().ready();
    await bench.strategy("alpha");
    await bench.send({ clientOrderId: "a", strategy: "alpha" });
    await bench.send({ clientOrderId: "b" });
    await bench.fill("b", "10");
    await bench.fill("a", "4", "99", { execId: "x1", fee: "0.5" });
    await bench.report({ type: "cancel", clientOrderId: "a" });
    await bench.fill("a", "1", "99", { execId: "x2" });
    const heard = (await bench.heard("strategy/t/alpha")).slice(1);
    expect(heard.map(({ kind, payload }) => [kind, payload["execId"]])).toEqual([
      ["fill-booked", "x1"],
      ["fill-booked", "x2"],
    ]);
    expect(heard[0]!.payload).toMatchObject({ fee: "0.5", qty: 4, price: 990_000, opening: false });
  });

  const amend = async (bench: RiskBench, type: StrategyCommand["type"], body: Json, id = "alpha") => {
    const { account } = bench.desk;
    const text = JSON.stringify(body);
    if (type === "amend-strategy") return account.amendStrategy(bench.envelope(), id, text);
    if (type === "replace-legs") return account.replaceLegs(bench.envelope(), id, text);
    return account.closeStrategy(bench.envelope(), id);
  };

  test("does not open a leg twice that it still holds, however it is named again", async () => {
    const bench = await new RiskBench().ready();
    const leg = { symbol: AAPL, qty: "10", avgPrice: "90" };
    await bench.strategy("alpha", [leg]);
    const legs = (instruments: readonly Json[]) => amend(bench, "replace-legs", { instruments });
    await legs([]);
    expect(codeOf(await legs([leg]))).toBe("field-combination");
    expect((await legs([{ symbol: AAPL }])).ok).toBe(true);
    expect(codeOf(await legs([leg]))).toBe("field-combination");
    expect(await bench.list("positions")).toMatchObject([{ strategy: "alpha", qty: "10" }]);

    await bench.send({ clientOrderId: "out", strategy: "alpha", side: "sell", qty: "10" });
    await bench.fill("out", "10");
    await legs([]);
    expect((await legs([leg])).ok).toBe(true);
    expect(await bench.list("positions")).toMatchObject([{ strategy: "alpha", qty: "10" }]);
  });

  test("can be renamed and retagged; what is not named stays", async () => {
    const bench = await new RiskBench().ready();
    await bench.strategy("alpha", [{ symbol: AAPL }], { tags: ["x"] });
    expect(json(await amend(bench, "amend-strategy", { name: "new" }))).toEqual({ id: "alpha" });
    expect((await bench.heard("strategy/t/alpha")).at(-1)?.payload).toMatchObject({
      type: "strategy-amended",
      name: "new",
      tags: ["x"],
      legs: [{ symbol: AAPL }],
    });
  });

  test("is given other legs: new ones with a quantity are opened, and stating the old ones again opens nothing", async () => {
    const bench = await new RiskBench().ready();
    const opened = { symbol: AAPL, qty: "10", avgPrice: "90" };
    await bench.strategy("alpha", [opened]);
    const legs = { instruments: [opened, { symbol: MSFT, qty: "1", avgPrice: "100" }] };
    expect(json(await amend(bench, "replace-legs", legs))).toEqual({ id: "alpha" });
    expect(json(await amend(bench, "replace-legs", legs))).toEqual({ id: "alpha" });
    expect((await bench.list("positions")).map(({ symbol, qty }) => [symbol, qty])).toEqual([
      [AAPL, "10"],
      [MSFT, "1"],
    ]);
    const restated = { instruments: [{ ...opened, qty: "11" }] };
    expect(codeOf(await amend(bench, "replace-legs", restated))).toBe("field-combination");
  });

  test("is closed only when it holds and works nothing; then orders may not name it", async () => {
    const bench = await new RiskBench().ready();
    await bench.strategy("alpha");
    await bench.send({ clientOrderId: "a", strategy: "alpha" });
    expect(codeOf(await amend(bench, "close-strategy", {}))).toBe("strategy-open");
    await bench.fill("a", "10");
    expect(codeOf(await amend(bench, "close-strategy", {}))).toBe("strategy-open");
    await bench.send({ clientOrderId: "z", strategy: "alpha", side: "sell" });
    await bench.fill("z", "10");
    expect(json(await amend(bench, "close-strategy", {}))).toEqual({ id: "alpha" });
    for (const hearer of HEARERS) expect((await bench.heard(hearer)).at(-1)?.kind).toBe("strategy-closed");
    bench.restart();
    expect(await bench.send({ strategy: "alpha" })).toMatchObject({ code: "strategy-unknown" });
    expect(codeOf(await amend(bench, "close-strategy", {}))).toBe("strategy-unknown");
  });

  test("that is not open can be neither changed nor closed", async () => {
    const bench = await new RiskBench().ready([WIDE]);
    for (const type of ["amend-strategy", "replace-legs", "close-strategy"] as const)
      expect(codeOf(await amend(bench, type, { name: "n", instruments: [] }, "ghost"))).not.toBeUndefined();
    expect(codeOf(await amend(bench, "amend-strategy", { name: "n" }, "ghost"))).toBe("strategy-unknown");
  });
});
