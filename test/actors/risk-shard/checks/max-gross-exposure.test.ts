/** Gross of classes and groups; that of accounts, strategies and symbols is held against the naive model (`walk.test.ts`). */
import { describe, expect, test } from "vitest";
import { BARE, bookWorld, CHIP, CODE, cutByForce, hold, OIL, seen } from "./book-world.ts";

const KIND = "max-gross-exposure";
const limit = (threshold: string, more = {}) => ({ kind: KIND, threshold, ...more });
const tech = { scope: { kind: "sector", id: "tech" } };

describe("gross of a class", () => {
  test.each(["buy", "sell"])(
    "sums the larger extremes of its symbols: one lot below, at and above: %s",
    async (side) => {
      const bench = await bookWorld([limit("5000", tech)], { [CHIP]: "-20", [OIL]: "400" });
      await bench.send({ symbol: CHIP, qty: "30" });
      for (const [qty, verdict] of [
        ["29", "pass"],
        ["30", "pass"],
        ["31", "fail"],
      ] as const)
        expect(await seen(bench, KIND, { symbol: CODE, side, qty })).toMatchObject({
          ...{ verdict, observed: "2000", projected: String(2_000 + 100 * Number(qty)) },
          ...{ fixCode: 25, riskLimitType: 1, scope: tech.scope },
        });
    },
  );

  test("in percent of equity is shown as the money that it comes to", async () => {
    const percent = limit("5", { scope: { kind: "issuer" }, unit: "equity-percent" });
    const bench = await bookWorld([percent], { [CHIP]: "20" });
    expect(await seen(bench, KIND, { symbol: CODE, qty: "30" })).toMatchObject({
      verdict: "pass",
      limit: "5000",
    });
    expect(await seen(bench, KIND, { symbol: CODE, qty: "31" })).toMatchObject({ verdict: "fail" });
    expect(await seen(bench, KIND, { symbol: OIL, qty: "50" })).toMatchObject({
      verdict: "pass",
      observed: "0",
    });
  });

  test("holds for each class where it names none, and for all of a currency", async () => {
    const bench = await bookWorld(
      [limit("3000", { scope: { kind: "country" } }), limit("5000", { scope: { kind: "currency" } })],
      {
        [CHIP]: "20",
        [CODE]: "20",
      },
    );
    const verdicts = async (order: object) =>
      (await bench.check({ ...order })).checks
        .filter(({ code }) => code === KIND)
        .map(({ verdict }) => verdict);
    expect(await verdicts({ symbol: OIL, qty: "10" })).toEqual(["pass", "pass"]);
    expect(await verdicts({ symbol: OIL, qty: "11" })).toEqual(["fail", "fail"]);
    expect(await verdicts({ symbol: CODE, qty: "10" })).toEqual(["pass", "pass"]);
  });

  test("of a symbol whose class is not stated is not known; in the next version of it, it is", async () => {
    const bench = await bookWorld([limit("5000", tech)], { [BARE]: "5" });
    expect(await seen(bench, KIND, { symbol: BARE, qty: "1" })).toMatchObject({
      verdict: "fail",
      reason: "class-missing",
    });
    const instrument = bench.instrument(BARE, { sector: "tech" });
    await bench.told(BARE, bench.platform.marks.get(BARE)!, instrument);
    expect(await seen(bench, KIND, { symbol: BARE, qty: "1" })).toMatchObject({
      verdict: "pass",
      observed: "500",
    });
  });

  test("above its limit admits what closes, and nothing that adds", async () => {
    const bench = await bookWorld([limit("1000", tech)], { [CHIP]: "20", [CODE]: "-5" });
    expect(await seen(bench, KIND, { symbol: CHIP, side: "sell", qty: "20" })).toMatchObject({
      verdict: "warn",
    });
    expect(await seen(bench, KIND, { symbol: CODE, side: "buy", qty: "5" })).toMatchObject({
      verdict: "warn",
    });
    expect(await seen(bench, KIND, { symbol: CODE, side: "sell", qty: "1" })).toMatchObject({
      verdict: "fail",
    });
    expect((await bench.check({ symbol: OIL, qty: "999" })).decision).toBe("accept");
  });

  test("in another currency follows its rate, and an inverse contract its price", async () => {
    const bench = await bookWorld([limit("100000", { scope: { kind: "issuer" } })]);
    bench.instrument("X:EURUSD", { type: "fx", tickSize: "0.0001" });
    bench.instrument("X:HAFEN", { currency: "EUR", issuer: "Port" });
    bench.instrument("X:PERP", { currency: "EUR", issuer: "Port", contract: "inverse", type: "future" });
    await bench.account({ equity: "100000", fx: { EUR: "X:EURUSD" } });
    await bench.price("X:EURUSD", { last: "1.1" });
    for (const symbol of ["X:HAFEN", "X:PERP"]) await bench.price(symbol, { last: "100" });
    await hold(bench, "X:HAFEN", "20");
    const at = async () => (await seen(bench, KIND, { symbol: "X:PERP", qty: "1000" })) as object;
    expect(await at()).toMatchObject({ observed: "2200", projected: "2211" });
    await bench.price("X:EURUSD", { last: "1.2" });
    expect(await at()).toMatchObject({ observed: "2400", projected: "2412" });
    await bench.send({ symbol: "X:PERP", qty: "1000" });
    await bench.price("X:PERP", { last: "50" });
    expect(await at()).toMatchObject({ observed: "2424", projected: "2448" });
  });

  test("survives a restart, and a replacement counts its original once", async () => {
    const bench = await bookWorld([limit("3000", tech)], { [CHIP]: "10" });
    await bench.send({ clientOrderId: "a", symbol: CODE, qty: "15" });
    bench.restart();
    await bench.check({ symbol: CHIP, qty: "1" });
    expect(await seen(bench, KIND, { symbol: CODE, qty: "5" })).toMatchObject({
      verdict: "pass",
      observed: "2500",
    });
    expect(await seen(bench, KIND, { symbol: CODE, qty: "6" })).toMatchObject({ verdict: "fail" });
    const replacing = { symbol: CODE, replaces: "a" };
    expect(await seen(bench, KIND, { ...replacing, qty: "20" })).toMatchObject({
      verdict: "pass",
      observed: "1000",
    });
    expect(await seen(bench, KIND, { ...replacing, qty: "21" })).toMatchObject({ verdict: "fail" });
  });
});

describe("a class in the book as it stands", () => {
  test("shows the member that uses most of its limit", async () => {
    const bench = await bookWorld([limit("5000", { scope: { kind: "sector" } })], {
      [CHIP]: "20",
      [CODE]: "10",
      [OIL]: "25",
    });
    expect((await bench.shown())["utilisation"]).toMatchObject([
      { scope: { kind: "sector", id: "tech" }, observed: "3000", utilisation: "0.6" },
    ]);
  });

  test("raises a violation where a fill takes it above, and where a set is put below it", async () => {
    const bench = await bookWorld([limit("1500", { scope: { kind: "sector" } })], { [CHIP]: "10" });
    const raised = async () => (await bench.list("violations")).filter(({ code }) => code === KIND);
    await hold(bench, CODE, "6");
    expect(await raised()).toMatchObject([{ symbol: null, member: "tech", limit: "1500", observed: "1600" }]);
    const group = (...symbols: string[]) => limit("900", { scope: { kind: "group", id: "g" }, symbols });
    await bench.limits([group(OIL)]);
    expect(await raised()).toHaveLength(1);
    // The same id with another symbol is another sum, and was not above it before.
    await bench.limits([group(CHIP)]);
    expect(await raised()).toMatchObject([{ member: "g", observed: "1000", members: 1 }, {}]);
    await bench.limits([group(CHIP, CODE)]);
    expect(await raised()).toHaveLength(2);
  });
});

test("reduce cuts to the last lot that fits", async () => {
  const bench = await bookWorld([limit("3050", { ...tech, action: "reduce" })], {
    [CODE]: "12",
    [CHIP]: "-6",
  });
  expect(await cutByForce(bench, { symbol: CHIP, side: "buy" }, 60)).toBe(24);
});
