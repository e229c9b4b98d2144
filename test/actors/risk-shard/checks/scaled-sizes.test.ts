/** Limits on one order that follow its symbol's volume and volatility. Both stocks trade 1,000 a day, and two percent is a day's deviation. */
import { describe, expect, test } from "vitest";
import { AAPL, checkIn, type Decision } from "../bench.ts";
import { liquidBench, passDays } from "./liquid.ts";

const QTY = "max-order-qty";
const VALUE = "max-order-notional";
const scaled = (kind: string, changes: object) => ({ kind, threshold: "500", ...changes });
/** The limit that stands beside the bench's wide one. */
const found = ({ checks }: Decision) => checks.filter(({ code }) => code === QTY).at(-1)!;

describe("a quantity", () => {
  test.each([
    ["a part of the volume", { participation: "0.1" }, 100],
    ["the threshold, where that is less", { participation: "0.9" }, 500],
    ["less by how much more volatile it is", { volatilityReference: "0.01" }, 250],
    ["the threshold of what is calm", { volatilityReference: "0.02" }, 500],
    ["both", { participation: "0.1", volatilityReference: "0.01" }, 50],
    ["both, of the tighter threshold", { participation: "0.9", volatilityReference: "0.01" }, 250],
  ])("is at most %s", async (_name, changes, most) => {
    const bench = await liquidBench([scaled(QTY, changes)]);
    for (const side of ["buy", "sell"]) {
      expect(found(await bench.check({ side, qty: String(most) }))).toMatchObject({
        ...{ verdict: "pass", limit: String(most), projected: String(most), headroom: "0" },
      });
      expect(await bench.check({ side, qty: String(most + 1) })).toMatchObject({
        decision: "reject",
        code: QTY,
      });
    }
    const soft = await liquidBench([scaled(QTY, { ...changes, action: "reduce" })]);
    expect(await soft.check({ qty: "10000" })).toMatchObject({
      decision: "reduce",
      allowedQty: String(most),
    });
  });

  test("of what is not known fails closed; what closes goes through, unless it is above the threshold itself", async () => {
    const bench = await liquidBench([scaled(QTY, { participation: "0.1" })], { adv20: null });
    await bench.fill("in", "1000", "1", { symbol: AAPL, side: "buy" });
    expect(found(await bench.check({ qty: "1" }))).toMatchObject({
      verdict: "fail",
      reason: "liquidity-missing",
    });
    expect(await bench.check({ side: "sell", qty: "500" })).toMatchObject({
      decision: "accept",
      warnings: [QTY],
    });
    expect(await bench.check({ side: "sell", qty: "501" })).toMatchObject({ decision: "reject", code: QTY });
    const old = await liquidBench([scaled(QTY, { volatilityReference: "0.02" })]);
    await passDays(old, 8);
    expect(found(await old.check({ qty: "1" }))).toMatchObject({
      verdict: "fail",
      reason: "liquidity-stale",
    });
  });

  test("of another limit beside it has a bound of its own", async () => {
    const bench = await liquidBench([
      scaled(QTY, { participation: "0.1" }),
      scaled(QTY, { participation: "0.2" }),
    ]);
    const shown = (await bench.check({ qty: "10" })).checks.filter(({ code }) => code === QTY);
    expect(shown.map(({ limit }) => limit)).toEqual(["1000000000", "100", "200"]);
  });
});

describe("a value", () => {
  const money = (changes: object) => scaled(VALUE, { threshold: "50000", ...changes });
  test.each([
    ["a part of the volume at the mark", { participation: "0.1" }, 100],
    ["less by how much more volatile it is", { volatilityReference: "0.01" }, 250],
    ["both", { participation: "0.1", volatilityReference: "0.005" }, 25],
  ])("is at most %s", async (_name, changes, most) => {
    const bench = await liquidBench([money(changes)]);
    const at = checkIn(await bench.check({ qty: String(most) }), VALUE);
    expect(at).toMatchObject({ verdict: "pass", limit: String(most * 100), projected: String(most * 100) });
    expect(await bench.check({ qty: String(most + 1) })).toMatchObject({ code: VALUE });
    const soft = await liquidBench([money({ ...changes, action: "reduce" })]);
    expect(await soft.check({ qty: "10000" })).toMatchObject({ allowedQty: String(most) });
  });

  test("is measured at the price that the order is valued at, and its bound at the mark", async () => {
    const bench = await liquidBench([money({ participation: "0.1" })]);
    await bench.price(AAPL, { last: "50" });
    expect(checkIn(await bench.check({ qty: "50" }), VALUE)).toMatchObject({
      limit: "5000",
      projected: "5000",
    });
    expect(await bench.check({ qty: "51" })).toMatchObject({ code: VALUE });
  });
});

test("a limit that is not scaled gathers nothing: its fact says what it said", async () => {
  const bench = await liquidBench([{ kind: QTY, threshold: "500" }]);
  const sent = await bench.send({ qty: "10" });
  const [fact] = bench.facts().filter(({ seq }) => seq === sent.seq);
  expect(JSON.stringify(fact?.payload)).not.toContain("found");
  expect(found(sent)).toMatchObject({ limit: "500", verdict: "pass" });
});

test.each([
  { kind: "max-gross-exposure", threshold: "1", participation: "0.5" },
  { kind: QTY, threshold: "1", volatilityReference: "0" },
])("is refused where it would be ignored: %j", async (limit) => {
  const { limit: contract } = await import("../../../../src/contracts/limits.ts");
  expect(contract.safeParse({ id: "x", action: "reject", ...limit }).success).toBe(false);
});
