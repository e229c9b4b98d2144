import { describe, expect, test } from "vitest";
import { accountReply, stateReply } from "../../../src/contracts/accounts.ts";
import { AAPL, checkIn, codeOf, json, MSFT, RiskBench, WIDE } from "./bench.ts";

describe("put an account", () => {
  test("makes it, and says so in one fact", async () => {
    const bench = new RiskBench();
    bench.firm("desk");
    expect(accountReply.parse(json(await bench.account({ parent: "desk" })))).toMatchObject({
      account: "main",
      currency: "USD",
      equity: "1000000",
      parent: "desk",
      gross: "0",
      state: "active",
      limitsVersion: 0,
      utilisation: [],
      seq: 1,
    });
    expect(bench.facts().slice(0, 1)).toMatchObject([
      {
        seq: 1,
        kind: "account-put",
        payload: { account: "main", currency: "USD", equity: "1000000", parent: "desk", by: "s" },
      },
    ]);
  });

  test("the currency can change until something was traded, and the equity always", async () => {
    const bench = new RiskBench();
    await bench.account({ currency: "EUR" });
    await bench.ready();
    await bench.send();
    expect(codeOf(await bench.account({ currency: "EUR" }))).toBe("currency-fixed");
    expect(json(await bench.account({ equity: "5" }))).toMatchObject({ equity: "5" });
  });

  test("keeps its currency while a strategy is open that has heard of it", async () => {
    const bench = await new RiskBench().ready();
    await bench.strategy("alpha", [{ symbol: AAPL }]);
    expect(codeOf(await bench.account({ currency: "EUR" }))).toBe("currency-fixed");
    expect(await bench.shown()).toMatchObject({ currency: "USD" });
    await bench.desk.account.closeStrategy(bench.envelope(), "alpha");
    expect(codeOf(await bench.account({ currency: "EUR" }))).toBeUndefined();
  });

  test("an account that names itself as its parent is refused", async () => {
    const bench = new RiskBench();
    const errors = [
      { path: "parent", code: "field-combination", detail: "an account is not its own parent" },
    ];
    expect(await bench.account({ parent: "main" })).toMatchObject({
      ok: false,
      code: "field-combination",
      errors,
    });
    expect(bench.facts()).toEqual([]);
  });

  test("equity finer than 10⁻¹² is refused, not rounded", async () => {
    expect(codeOf(await new RiskBench().account({ equity: "0.1234567890123" }))).toBe("scale-exceeded");
  });
});

describe("put limits", () => {
  test("replaces the whole set under the next version", async () => {
    const bench = new RiskBench();
    await bench.account();
    expect(json(await bench.limits([WIDE]))).toEqual({ version: 1 });
    expect(json(await bench.limits([]))).toEqual({ version: 2 });
    const read = (version?: number) => bench.desk.read((reads, now) => reads.limits(version, now));
    expect(json(await read())).toEqual({ version: 2, limits: [] });
    expect(json(await read(1))).toEqual({ version: 1, limits: [{ action: "reject", ...WIDE }] });
    expect(codeOf(await read(3))).toBe("limits-unknown");
  });

  test("needs an account", async () => {
    expect(codeOf(await new RiskBench().limits([WIDE]))).toBe("account-unknown");
  });

  test("with If-Match only where that version is in force", async () => {
    const bench = new RiskBench();
    await bench.account();
    expect(codeOf(await bench.limits([WIDE], "1"))).toBe("version-conflict");
    expect(json(await bench.limits([WIDE], "0"))).toEqual({ version: 1 });
    expect(json(await bench.limits([WIDE], '"1"'))).toEqual({ version: 2 });
    expect(codeOf(await bench.limits([WIDE], "latest"))).toBe("version-conflict");
  });

  test.each([
    [
      "a scope that is not evaluated yet",
      { kind: "max-concentration", threshold: "2", scope: { kind: "sector", id: "tech" } },
      "limits.0.scope",
    ],
    [
      "a position over the whole account, whose symbols cannot be summed",
      { kind: "max-position-qty", threshold: "2", scope: { kind: "account" } },
      "limits.0.scope",
    ],
  ])("%s is refused by name and never ignored", async (_title, limit, path) => {
    const bench = new RiskBench();
    await bench.account();
    const reply = await bench.limits([limit]);
    expect(reply).toMatchObject({ ok: false, code: "limit-unsupported", errors: [{ path }] });
    expect(bench.facts()).toHaveLength(1);
  });

  test.each([
    ["money", { kind: "max-order-notional", threshold: "0.1234567890123" }, "scale-exceeded"],
    [
      "percent",
      { kind: "max-gross-exposure", unit: "equity-percent", threshold: "0.1234567" },
      "scale-exceeded",
    ],
    [
      "another account",
      { kind: "max-order-qty", threshold: "1", scope: { kind: "account", id: "other" } },
      "field-combination",
    ],
  ])("%s that does not fit is refused whole", async (_title, limit, code) => {
    const bench = new RiskBench();
    await bench.account();
    expect(codeOf(await bench.limits([WIDE, limit]))).toBe(code);
    expect(json(await bench.limits([WIDE]))).toEqual({ version: 1 });
  });

  test("that leave the book above one of them raise one violation, and allow reductions", async () => {
    const bench = await new RiskBench().ready();
    await bench.send({ clientOrderId: "a", qty: "10" });
    await bench.fill("a", "10");
    const low = { id: "low", kind: "max-position-qty", threshold: "4" };
    await bench.limits([low]);
    expect(await bench.list("violations")).toMatchObject([
      { code: "max-position-qty", symbol: AAPL, limitId: "low", limit: "4", observed: "10" },
    ]);
    await bench.limits([low, WIDE]);
    expect(await bench.list("violations")).toHaveLength(1);
    expect(await bench.send({ qty: "1" })).toMatchObject({ decision: "reject", code: "max-position-qty" });
    expect(await bench.send({ side: "sell", qty: "3" })).toMatchObject({ decision: "accept" });
  });
});

describe("set a state", () => {
  test.each(["reducing", "halted", "killed"] as const)(
    "%s stands until another call lifts it",
    async (state) => {
      const bench = await new RiskBench().ready();
      const reply = stateReply.parse(json(await bench.state_({ kind: "account" }, state)));
      expect(reply).toMatchObject({ scope: { kind: "account" }, state, by: "s", at: bench.now });
      bench.clock.pass(86_400_000);
      bench.restart();
      expect(await bench.shown()).toMatchObject({ state });
      await bench.price(AAPL, { last: "100" });
      expect(await bench.send()).toMatchObject({ decision: "reject", code: `state-${state}` });
      await bench.state_({ kind: "account" }, "active");
      expect(await bench.send()).toMatchObject({ decision: "accept" });
    },
  );

  test("`by` is the caller", async () => {
    const bench = await new RiskBench().ready();
    expect(codeOf(await bench.state_({ kind: "account" }, "killed", "somebody"))).toBe("principal-mismatch");
    expect(await bench.send()).toMatchObject({ decision: "accept" });
  });

  test("of all scopes that apply the severest wins, and is named", async () => {
    const bench = new RiskBench();
    bench.instrument(AAPL, { sector: "tech" });
    await bench.ready();
    await bench.strategy("alpha");
    await bench.state_({ kind: "sector", id: "tech" }, "reducing");
    await bench.state_({ kind: "symbol", id: AAPL }, "halted");
    await bench.state_({ kind: "strategy", id: "alpha" }, "killed");
    const told = async (changes: object) => {
      const { code, checks } = await bench.send({ ...changes });
      return [code, checks.find((check) => check.verdict === "fail")?.scope];
    };
    expect(await told({ strategy: "alpha" })).toEqual(["state-killed", { kind: "strategy", id: "alpha" }]);
    expect(await told({})).toEqual(["state-halted", { kind: "symbol", id: AAPL }]);
    await bench.state_({ kind: "symbol", id: AAPL }, "active");
    expect(await told({})).toEqual(["state-reducing", { kind: "sector" }]);
    expect(await bench.send({ symbol: MSFT })).toMatchObject({ decision: "accept" });
  });

  test("of an unknown strategy or another account is refused: a slip must not go unnoticed", async () => {
    const bench = await new RiskBench().ready();
    expect(codeOf(await bench.state_({ kind: "strategy", id: "nope" }, "killed"))).toBe("strategy-unknown");
    expect(codeOf(await bench.state_({ kind: "account", id: "other" }, "killed"))).toBe("field-combination");
    expect(json(await bench.state_({ kind: "account", id: "main" }, "killed"))).toMatchObject({
      scope: { kind: "account" },
    });
  });
});

describe("reducing", () => {
  test("admits what closes, to the last lot; a flip is cut to the close", async () => {
    const bench = await new RiskBench().ready();
    await bench.send({ clientOrderId: "a", qty: "10" });
    await bench.fill("a", "10");
    await bench.state_({ kind: "account" }, "reducing");
    expect(await bench.check({ qty: "1" })).toMatchObject({ code: "state-reducing" });
    const flip = await bench.check({ side: "sell", qty: "11" });
    expect(flip).toMatchObject({ decision: "reduce", code: "state-reducing", allowedQty: "10" });
    expect(checkIn(flip, "state-reducing")).toMatchObject({ verdict: "warn" });
    expect(flip.checks.filter(({ verdict }) => verdict === "fail")).toEqual([]);
    expect(await bench.send({ side: "sell", qty: "7" })).toMatchObject({ decision: "accept" });
    expect(await bench.check({ side: "sell", qty: "4" })).toMatchObject({
      code: "state-reducing",
      allowedQty: "3",
    });
    expect(await bench.send({ side: "sell", qty: "3" })).toMatchObject({ decision: "accept" });
    expect(await bench.send({ side: "sell", qty: "1" })).toMatchObject({
      decision: "reject",
      code: "state-reducing",
    });
  });

  test("a strategy that is to reduce is measured by what it holds itself", async () => {
    const bench = await new RiskBench().ready();
    await bench.strategy("alpha");
    await bench.send({ clientOrderId: "a", qty: "10" });
    await bench.fill("a", "10");
    await bench.state_({ kind: "strategy", id: "alpha" }, "reducing");
    expect(await bench.send({ strategy: "alpha", side: "sell", qty: "1" })).toMatchObject({
      code: "state-reducing",
    });
    expect(await bench.send({ side: "sell", qty: "1" })).toMatchObject({ decision: "accept" });
  });
});
