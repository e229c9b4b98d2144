/** An account as a child: limits and states from above, and what its decisions say of them. */
import { describe, expect, test } from "vitest";
import { explanation } from "../../../src/contracts/explanation.ts";
import { AAPL, checkIn, codeOf, type Json, json, MSFT, RiskBench, WIDE } from "./bench.ts";
import { called, child, GROSS, read, shown } from "./child-bench.ts";
import type { FirmLimit } from "./fake-firm.ts";
import { connect, heard } from "./socket-bench.ts";

describe("limits from above", () => {
  test("come into force beside the account's own, as a version of the set", async () => {
    const { bench } = await child();
    const { limits, inherited } = await read(bench);
    expect(limits.map(({ id }) => id)).toEqual(["wide"]);
    expect(inherited).toMatchObject([
      { node: "firm:acme", id: "gross", kind: "max-gross-exposure", threshold: "5000", action: "reject" },
    ]);
    const versions = await bench.desk.limits.work(bench.envelope(), { type: "versions", limit: 9 });
    expect(json(versions)["items"]).toMatchObject([{ what: "put" }, { what: "parent", by: "firm:acme" }]);
  });

  test("refuse what the firm has no room for, and let the last lot through", async () => {
    const { bench } = await child();
    expect((await bench.send({ qty: "50" })).decision).toBe("accept");
    const refused = await bench.send({ qty: "1" });
    expect(refused).toMatchObject({ decision: "reject", code: "max-gross-exposure" });
    expect(checkIn(refused, "max-gross-exposure")).toMatchObject({
      scope: { kind: "firm", id: "acme" },
      verdict: "fail",
      limit: "5000",
      observed: "5000",
      projected: "5100",
    });
  });

  test("the account's own limit of the same kind speaks for itself", async () => {
    const { bench } = await child();
    await bench.limits([WIDE, { kind: "max-gross-exposure", threshold: "1000" }]);
    const decided = await bench.send({ qty: "20" });
    const gross = decided.checks.filter(({ code }) => code === "max-gross-exposure");
    expect(gross).toMatchObject([
      { scope: { kind: "account" }, verdict: "fail", limit: "1000" },
      { scope: { kind: "firm", id: "acme" }, verdict: "pass" },
    ]);
  });

  test("an order is cut to what is left where the firm's limit says so", async () => {
    const { bench } = await child([{ ...GROSS, action: "reduce" }]);
    expect(await bench.send({ qty: "80" })).toMatchObject({ decision: "reduce", allowedQty: "50" });
  });

  test("are gone with the parent", async () => {
    const { bench, firm } = await child();
    expect(codeOf(await bench.account())).toBeUndefined();
    expect((await read(bench)).inherited).toBeUndefined();
    expect(firm.grants.children.size).toBe(0);
    expect((await bench.send({ qty: "80" })).decision).toBe("accept");
  });

  test("a version is shown with those that held beside it, as long as it is kept", async () => {
    const { bench, firm } = await child();
    const { version } = await read(bench);
    firm.limits([{ ...GROSS, threshold: "7000" }]);
    await called(bench);
    expect((await read(bench, version)).inherited).toMatchObject([{ threshold: "5000" }]);
    expect((await read(bench)).inherited).toMatchObject([{ threshold: "7000" }]);
  });

  test("a kind that is not known here is taken over by nobody: nothing grows", async () => {
    const { bench, firm } = await child();
    firm.limits([GROSS, { id: "later", kind: "max-sorrow", threshold: "1", budgets: ["firm:acme/later"] }]);
    await called(bench);
    bench.clock.pass(5_001);
    await bench.price(AAPL, { last: "100" });
    expect(await bench.send()).toMatchObject({ decision: "reject", code: "parent-away" });
  });
});

type Case = readonly [kind: string, threshold: string, more: Partial<FirmLimit>, fits: Json[], fails: Json];
const sell = (qty: string): Json => ({ side: "sell", qty });
const CASES: readonly Case[] = [
  ["max-gross-exposure", "1000", {}, [{ qty: "6" }, { ...sell("4"), symbol: MSFT }], { qty: "1" }],
  ["max-long-notional", "1000", {}, [{ qty: "10" }, { ...sell("50"), symbol: MSFT }], { qty: "1" }],
  ["max-short-notional", "1000", {}, [sell("10"), { qty: "50", symbol: MSFT }], sell("1")],
  ["max-net-exposure", "1000", {}, [{ qty: "10" }, { ...sell("10"), symbol: MSFT }], { qty: "1" }],
  ["max-order-rate", "2", { windowMs: 60_000 }, [{ qty: "1" }, { qty: "2" }], { qty: "3" }],
  ["max-daily-turnover", "1000", {}, [{ qty: "6" }, { ...sell("4"), symbol: MSFT }], { qty: "1" }],
];

describe("each kind", () => {
  test.each(CASES)("%s holds at the firm's limit", async (kind, threshold, more, fits, fails) => {
    const { bench } = await child([{ id: "own", kind, threshold, ...more }]);
    for (const order of fits) expect((await bench.send(order)).decision).toBe("accept");
    expect(await bench.send(fails)).toMatchObject({ decision: "reject", code: kind });
  });

  test("max-daily-loss refuses what grows once it is used up, and trips nothing", async () => {
    const { bench } = await child([{ id: "loss", kind: "max-daily-loss", threshold: "500" }]);
    await bench.send({ clientOrderId: "a", qty: "50" });
    await bench.fill("a", "50");
    await bench.price(AAPL, { last: "91" });
    expect((await bench.send({ qty: "1" })).decision).toBe("accept");
    await bench.price(AAPL, { last: "90" });
    const refused = await bench.send({ qty: "1" });
    expect(refused).toMatchObject({ decision: "reject", code: "max-daily-loss" });
    expect(bench.state.trips.size).toBe(0);
    expect((await bench.send({ ...sell("10"), price: "90" })).decision).toBe("accept");
    await bench.price(AAPL, { last: "95" });
    expect((await bench.send({ qty: "1" })).decision).toBe("accept");
  });
});

describe("states from above", () => {
  test("the severest of the firm's and the account's own holds, and is shown", async () => {
    const { bench, firm } = await child();
    firm.state("halted", "no more today");
    expect(await called(bench)).toMatchObject({ ok: true, value: firm.book.version });
    expect((await bench.send()).code).toBe("state-halted");
    expect((await shown(bench)).above).toMatchObject([
      { node: "firm:acme", state: "halted", reason: "no more today", by: "boss" },
    ]);
    expect((await shown(bench)).state).toBe("active");
    firm.state("active");
    await called(bench);
    expect((await bench.send()).decision).toBe("accept");
    await bench.state_({ kind: "account" }, "reducing");
    expect((await bench.send()).code).toBe("state-reducing");
  });

  test("are told to who follows the account, as soon as they are heard", async () => {
    const { bench, firm } = await child();
    const socket = await connect(bench, ["risk:trade"], false);
    const states = () => heard(socket).filter(({ type }) => type === "above");
    firm.state("halted", "no more today");
    await called(bench);
    const halted = { node: "firm:acme", state: "halted", reason: "no more today", by: "boss" };
    expect(states()).toMatchObject([{ data: { above: [halted], seq: bench.state.seq } }]);
    firm.state("active");
    await called(bench);
    expect(states()).toMatchObject([{ data: { above: [] } }]);
    await called(bench);
    expect(states()).toEqual([]);
  });

  test("who is killed from above has the cancel of all that works asked, once", async () => {
    const { bench, firm } = await child();
    await bench.send({ clientOrderId: "works" });
    firm.state("killed", "enough");
    const before = bench.state.seq;
    await called(bench);
    await called(bench);
    const asked = bench.facts(before).filter(({ kind }) => kind === "mass-cancel-asked");
    expect(asked).toHaveLength(1);
    expect(asked[0]?.payload).toMatchObject({
      ...{ cause: "killed", reason: "enough", by: "boss", total: 1, id: `mc-${asked[0]?.seq}` },
    });
    expect((await bench.send()).code).toBe("state-killed");
  });
});

describe("a decision of a child", () => {
  test("comes out the same from its fact, with what was held of each budget", async () => {
    const { bench } = await child([GROSS, { id: "net", kind: "max-net-exposure", threshold: "4000" }]);
    await bench.send({ qty: "10" });
    await bench.send({ qty: "100" });
    for (const { seq, payload } of bench.facts().filter(({ kind }) => kind === "order-decided")) {
      const said = { type: "explain", seq, fact: JSON.stringify(payload) } as const;
      const told = explanation.parse(json(await bench.desk.watch.answer(bench.envelope(), said)));
      expect(told).toMatchObject({ sameAgain: true, inherited: [{ id: "gross" }, { id: "net" }] });
      expect(told.inputs?.["quotas"]).toHaveLength(3);
      const gross = told.checks.find(({ code }) => code === "max-gross-exposure")?.words;
      expect(gross).toMatch(
        /^Gross exposure of the account is .* which it holds of the limit of firm acme\.$/,
      );
    }
  });

  test("without a parent has no word of one", async () => {
    const bench = await new RiskBench().ready();
    const decided = await bench.send();
    expect(decided.checks.map(({ code }) => code)).not.toContain("parent-away");
    expect(await bench.shown()).not.toHaveProperty("above");
  });
});
