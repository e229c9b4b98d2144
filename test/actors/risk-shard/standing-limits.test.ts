/** How the book stands against its limits: what one command says of it, and what asking costs, however many members there are. */
import { describe, expect, test } from "vitest";
import { OUTBOX_FACTS_MAX } from "../../../actors/runtime/outbox.ts";
import { violationObject } from "../../../src/contracts/violations.ts";
import { AAPL, codeOf, type Json, MSFT, RiskBench, WIDE } from "./bench.ts";

/** So many symbols, each held: the first 1, the second 2, and so on, at 100. */
async function held(count: number): Promise<RiskBench> {
  const bench = await new RiskBench().ready();
  const fills: Json[] = [];
  for (let n = 1; n <= count; n++) {
    const symbol = `XNAS:S${n}`;
    bench.instrument(symbol);
    await bench.price(symbol, { last: "100" });
    const side = n % 2 === 0 ? "buy" : "sell";
    fills.push({ type: "fill", clientOrderId: `f${n}`, symbol, side, qty: String(n), price: "100" });
  }
  await bench.executions(fills);
  return bench;
}
const each = (kind: string, threshold: string, id: string): Json => ({
  id,
  kind,
  threshold,
  scope: { kind: "symbol" },
});

describe("a set of limits that leaves the book above it", () => {
  test("raises one violation per limit: its worst member, and how many there are", async () => {
    const bench = await held(20);
    const before = bench.facts().length;
    await bench.limits([
      each("max-position-qty", "5", "q"),
      each("max-position-notional", "1800", "n"),
      WIDE,
    ]);
    const facts = bench.facts(before);
    expect(facts.map(({ kind }) => kind)).toEqual(["limits-put", "violation-raised", "violation-raised"]);
    const raised = (await bench.list("violations")).slice(0, 2).map((one) => violationObject.parse(one));
    expect(raised.reverse()).toMatchObject([
      { limitId: "q", symbol: "XNAS:S20", limit: "5", observed: "20", members: 15 },
      { limitId: "n", symbol: "XNAS:S20", limit: "1800", observed: "2000", members: 2 },
    ]);
  });

  test("counts only members that were not above it before", async () => {
    const bench = await held(20);
    await bench.limits([each("max-position-qty", "15", "q")]);
    await bench.limits([each("max-position-qty", "12", "q")]);
    const raised = (await bench.list("violations")).slice(0, 2);
    expect(raised).toMatchObject([
      { symbol: "XNAS:S15", observed: "15", members: 3 },
      { symbol: "XNAS:S20", observed: "20", members: 5 },
    ]);
  });
});

describe("the utilisation of an account", () => {
  test("shows of each standing limit the member that uses it most, as each of them alone would", async () => {
    const bench = await held(6);
    for (const strategy of ["alpha", "beta"]) await bench.strategy(strategy);
    await bench.send({ clientOrderId: "a", strategy: "alpha", qty: "5" });
    await bench.send({ clientOrderId: "b", strategy: "beta", symbol: MSFT, qty: "9" });
    const own = (id: string) => ({ kind: "strategy", id });
    const limits = [
      { kind: "max-position-qty", threshold: "10" },
      { kind: "max-position-qty", threshold: "10", scope: { kind: "symbol", id: AAPL } },
      { kind: "max-position-notional", threshold: "1000", scope: { kind: "strategy" } },
      { kind: "max-gross-exposure", threshold: "10000" },
      { kind: "max-gross-exposure", threshold: "1000", scope: own("alpha") },
      { kind: "max-net-exposure", threshold: "1000", scope: { kind: "symbol" } },
      { kind: "max-working-orders", threshold: "4", scope: own("beta") },
      WIDE,
    ].map((limit, index) => ({ ...limit, id: `u${index}` }));
    await bench.limits(limits);
    const shown = (await bench.shown())["utilisation"] as Json[];
    expect(shown.map(({ id, scope, observed, utilisation }) => [id, scope, observed, utilisation])).toEqual([
      ["u0", { kind: "symbol", id: MSFT }, "9", "0.9"],
      ["u1", { kind: "symbol", id: AAPL }, "5", "0.5"],
      ["u2", { kind: "strategy", id: "beta" }, "900", "0.9"],
      ["u3", { kind: "account" }, "3500", "0.35"],
      ["u4", { kind: "strategy", id: "alpha" }, "500", "0.5"],
      ["u5", { kind: "symbol", id: MSFT }, "900", "0.9"],
      ["u6", { kind: "strategy", id: "beta" }, "1", "0.25"],
    ]);
  });

  test("looks at each member once, however many limits there are", async () => {
    const bench = await held(50);
    const gathered = async (limits: readonly Json[]): Promise<number> => {
      await bench.limits(limits);
      const { instruments } = bench.state;
      const get = instruments.get.bind(instruments);
      let calls = 0;
      instruments.get = (symbol) => {
        calls++;
        return get(symbol);
      };
      await bench.shown();
      instruments.get = get;
      return calls;
    };
    const one = await gathered([each("max-position-qty", "1000", "q0")]);
    const many = Array.from({ length: 100 }, (_, n) => each("max-position-qty", String(1_000 + n), `q${n}`));
    expect(await gathered(many)).toBe(one);
  });
});

describe("executions that record more facts than one command may unasked", () => {
  const overfills = (count: number): Json[] =>
    Array.from({ length: count }, () => ({ type: "fill", clientOrderId: "a", qty: "1", price: "100" }));

  async function nearlyFull(free: number): Promise<RiskBench> {
    const bench = await new RiskBench().ready();
    await bench.strategy("alpha");
    await bench.send({ clientOrderId: "a", strategy: "alpha", qty: "1" });
    await bench.fill("a", "1");
    Object.defineProperty(bench.outbox, "depth", { configurable: true, get: () => OUTBOX_FACTS_MAX - free });
    return bench;
  }

  test("are refused whole where the outbox has no room for them, and booked where it has", async () => {
    const bench = await nearlyFull(2_999);
    const before = bench.outbox.lastSeq;
    const executions = overfills(1_000).map((one, n) => ({ ...one, execId: `e${n}`, ts: bench.now }));
    const sent = JSON.stringify({ executions });
    expect(codeOf(await bench.desk.executions.run(bench.envelope(), sent))).toBe("overloaded");
    expect(bench.outbox.lastSeq).toBe(before);
    Object.defineProperty(bench.outbox, "depth", { get: () => OUTBOX_FACTS_MAX - 3_000 });
    expect((await bench.desk.executions.run(bench.envelope(), sent)).ok).toBe(true);
    expect(bench.outbox.lastSeq).toBe(before + 3_000);
  });
});
