import { describe, expect, test } from "vitest";
import { BUILT_IN_CHECKS, LIMIT_CHECKS, OWN_CHECKS } from "../../../actors/risk-shard/checks/registry.ts";
import { decision } from "../../../src/contracts/decisions.ts";
import { LIMIT_KINDS } from "../../../src/contracts/limits.ts";
import { BUILT_IN_CODES, CODES_OF_VERSION, REGISTRY_VERSION } from "../../../src/domain/check-codes.ts";
import { AAPL, BTC, checkIn, type Json, MSFT, RiskBench, WIDE } from "./bench.ts";

describe("the registry", () => {
  test("publishes its checks in its own order, and the contract in the same", () => {
    expect(BUILT_IN_CHECKS.map(({ code }) => code)).toEqual([...BUILT_IN_CODES]);
    const kinds = LIMIT_CHECKS.map(({ kind }) => kind);
    expect(kinds).toEqual(LIMIT_KINDS.filter((kind) => (kinds as string[]).includes(kind)));
  });

  test("an account without a parent is not asked about one", () => {
    expect(OWN_CHECKS.map(({ code }) => code)).toEqual(CODES_OF_VERSION[REGISTRY_VERSION]);
  });

  test("versions never change: stored decisions are read by them", () => {
    const [first = [], second = [], third = []] = [1, 2, 3].map((version) => CODES_OF_VERSION[version]);
    expect(third).toEqual([...BUILT_IN_CODES]);
    expect(third.filter((code) => code !== "parent-away")).toEqual(second);
    expect(third.indexOf("parent-away")).toBe(third.indexOf("state-reducing") + 1);
    expect(second.filter((code) => code !== "strategy-inactive")).toEqual(first);
    expect(second.indexOf("strategy-inactive")).toBe(second.indexOf("strategy-unknown") + 1);
    expect(first.join(" ")).toBe(
      "account-unknown order-id-reused overloaded no-limits state-killed state-halted state-reducing strategy-unknown " +
        "instrument-unknown fx-missing instrument-halted off-tick off-lot below-min above-max price-missing price-invalid " +
        "price-stale warming replaces-invalid reduce-only",
    );
  });

  test("all checks are always evaluated, and the first that fails gives the code", async () => {
    const bench = await new RiskBench().ready([{ kind: "max-order-qty", threshold: "5" }]);
    await bench.state_({ kind: "account" }, "killed");
    const decided = decision.parse(await bench.send({ qty: "10.5", price: "100.001" }));
    expect(decided.code).toBe("state-killed");
    const failing = decided.checks.filter(({ verdict }) => verdict === "fail").map(({ code }) => code);
    expect(failing).toEqual(["state-killed", "off-tick", "off-lot"]);
    const codes = CODES_OF_VERSION[REGISTRY_VERSION] ?? [];
    expect(decided.checks.map(({ code }) => code)).toEqual([...codes, "max-order-qty"]);
  });
});

type Case = readonly [title: string, code: string, arrange: (bench: RiskBench) => unknown, order: Json];

const CASES: readonly Case[] = [
  ["an account without limits has no risk appetite", "no-limits", (bench) => bench.limits([]), {}],
  ["a strategy that is named must be open", "strategy-unknown", () => {}, { strategy: "ghost" }],
  ["nobody trades what is not known", "instrument-unknown", () => {}, { symbol: "XNAS:NOPE" }],
  [
    "an instrument in another currency cannot be summed with the rest",
    "fx-missing",
    (bench) => bench.instrument("XPAR:AIR", { currency: "EUR" }),
    { symbol: "XPAR:AIR" },
  ],
  [
    "a halted instrument takes no orders",
    "instrument-halted",
    async (bench) => {
      bench.instrument("XNAS:HLT", { status: "halted" });
      await bench.price("XNAS:HLT", { last: "100" });
    },
    { symbol: "XNAS:HLT" },
  ],
  [
    "nor does a delisted one",
    "instrument-halted",
    async (bench) => {
      bench.instrument("XNAS:GONE", { status: "delisted" });
      await bench.price("XNAS:GONE", { last: "100" });
    },
    { symbol: "XNAS:GONE" },
  ],
  ["a price between two ticks", "off-tick", () => {}, { price: "100.005" }],
  ["a price finer than the instrument's scale", "off-tick", () => {}, { price: "100.00001" }],
  ["a stop between two ticks", "off-tick", () => {}, { type: "stop", stopPrice: "100.005" }],
  ["a price that no number holds", "off-tick", () => {}, { price: "99999999999999999999" }],
  ["a quantity between two lots", "off-lot", () => {}, { symbol: BTC, qty: "0.0015" }],
  ["a quantity finer than the instrument's scale", "off-lot", () => {}, { qty: "1.5" }],
  ["a quantity that no number holds", "above-max", () => {}, { qty: "99999999999999999999" }],
  [
    "less than the instrument's smallest quantity",
    "below-min",
    async (bench) => {
      bench.instrument("XNAS:MIN", { minQty: "10" });
      await bench.price("XNAS:MIN", { last: "100" });
    },
    { symbol: "XNAS:MIN", qty: "9" },
  ],
  [
    "less than the instrument's smallest value",
    "below-min",
    async (bench) => {
      bench.instrument("XNAS:MIN", { minNotional: "1000" });
      await bench.price("XNAS:MIN", { last: "100" });
    },
    { symbol: "XNAS:MIN", qty: "9" },
  ],
  [
    "more than the instrument's largest quantity",
    "above-max",
    async (bench) => {
      bench.instrument("XNAS:MAX", { maxQty: "9" });
      await bench.price("XNAS:MAX", { last: "100" });
    },
    { symbol: "XNAS:MAX", qty: "10" },
  ],
  ["no price at all", "price-missing", () => {}, { symbol: BTC }],
  [
    "one side of a quote and no trade",
    "price-missing",
    (bench) => bench.price(BTC, { bid: "9" }),
    { symbol: BTC },
  ],
  [
    "bid above ask and no trade",
    "price-invalid",
    (bench) => bench.price(BTC, { bid: "10", ask: "9" }),
    { symbol: BTC },
  ],
  ["a price of zero", "price-invalid", (bench) => bench.price(BTC, { last: "0" }), { symbol: BTC }],
  [
    "a price older than a minute",
    "price-stale",
    (bench) => bench.price(BTC, { last: "9" }, 60_001),
    { symbol: BTC },
  ],
  ["a replacement of nothing", "replaces-invalid", () => {}, { replaces: "ghost" }],
  ["an order to reduce where nothing is held", "reduce-only", () => {}, { reduceOnly: true }],
];

describe("a built-in check", () => {
  test.each(CASES)("%s: %s", async (_title, code, arrange, order) => {
    const bench = await new RiskBench().ready();
    await arrange(bench);
    const before = bench.facts().length;
    const decided = decision.parse(await bench.send(order));
    expect(decided).toMatchObject({ decision: "reject", allowedQty: "0", code });
    expect(decided.fixCode).toBeTypeOf("number");
    expect(bench.facts(before)).toMatchObject([
      { kind: "order-decided", payload: { decision: "reject", code } },
    ]);
    expect(bench.state.orders.size).toBe(0);
  });

  test("a price of just a minute is fresh, and a quote keeps an old trade fresh", async () => {
    const bench = await new RiskBench().ready();
    await bench.price(BTC, { last: "100" }, 60_000);
    expect(await bench.send({ symbol: BTC })).toMatchObject({ decision: "accept" });
    bench.clock.pass(60_001);
    expect(await bench.send({ symbol: BTC })).toMatchObject({ code: "price-stale" });
    await bench.price(BTC, { last: "100", bid: "99", ask: "101" });
    expect(await bench.send({ symbol: BTC })).toMatchObject({ decision: "accept" });
  });

  test("a crossed quote prices nothing, and the trade beside it does", async () => {
    const bench = await new RiskBench().ready();
    await bench.price(AAPL, { last: "100", bid: "300", ask: "200" });
    const { checks } = await bench.check({ type: "market", side: "sell" });
    expect(checks.filter(({ verdict }) => verdict === "fail")).toEqual([]);
    await bench.limits([{ kind: "max-order-notional", threshold: "999" }]);
    const decided = await bench.check({ type: "market", side: "sell" });
    expect(checkIn(decided, "max-order-notional").projected).toBe("1000");
  });

  test("what closes is never too small", async () => {
    const bench = new RiskBench();
    bench.instrument(AAPL, { minQty: "5", minNotional: "400" });
    await bench.ready();
    await bench.send({ clientOrderId: "a", qty: "7" });
    await bench.fill("a", "7");
    expect(await bench.check({ side: "sell", qty: "1" })).toMatchObject({ decision: "accept" });
    expect(await bench.check({ side: "buy", qty: "1" })).toMatchObject({ code: "below-min" });
  });

  test("an order to reduce closes what its strategy holds, not what another one does", async () => {
    const bench = await new RiskBench().ready();
    await bench.strategy("alpha");
    await bench.strategy("beta");
    await bench.send({ clientOrderId: "a", strategy: "alpha", qty: "10" });
    await bench.fill("a", "10");
    const sell = { side: "sell", reduceOnly: true };
    expect(await bench.check({ ...sell, strategy: "beta", qty: "1" })).toMatchObject({ code: "reduce-only" });
    expect(await bench.check({ ...sell, strategy: "alpha", qty: "11" })).toMatchObject({
      code: "reduce-only",
    });
    expect(await bench.check({ ...sell, strategy: "alpha", qty: "10" })).toMatchObject({
      decision: "accept",
    });
    expect(await bench.check({ ...sell, qty: "10" })).toMatchObject({ decision: "accept" });
  });

  test("while a held symbol has no price, nothing but reductions goes", async () => {
    const bench = await new RiskBench().ready();
    await bench.send({ clientOrderId: "a", symbol: MSFT, qty: "10" });
    await bench.fill("a", "10");
    bench.platform.away.add(MSFT);
    bench.restart();
    const waiting = await bench.send({ symbol: AAPL });
    expect(waiting).toMatchObject({ decision: "reject", code: "warming" });
    expect(checkIn(waiting, "warming")).toMatchObject({
      scope: { kind: "symbol", id: MSFT },
      verdict: "fail",
    });
    const closing = await bench.send({ symbol: MSFT, side: "sell", qty: "10" });
    expect(closing.checks.find(({ code }) => code === "warming")?.verdict).toBe("pass");
    bench.platform.away.clear();
    bench.clock.pass(1_000);
    expect(await bench.send({ symbol: AAPL })).toMatchObject({ decision: "accept" });
  });

  test("an account that was never put gets a decision too, and nothing is recorded", async () => {
    const bench = new RiskBench();
    const decided = decision.parse(await bench.send());
    expect(decided).toMatchObject({ decision: "reject", code: "account-unknown", fixCode: 15, seq: 0 });
    expect(bench.facts()).toEqual([]);
    await bench.ready([WIDE]);
    expect(await bench.send({ clientOrderId: decided.clientOrderId })).toMatchObject({ decision: "accept" });
  });
});
