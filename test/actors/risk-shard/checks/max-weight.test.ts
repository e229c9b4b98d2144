/** The part of gross that one symbol, class or group is. */
import { describe, expect, test } from "vitest";
import { BARE, bookWorld, CHIP, CODE, cutByForce, hold, OIL, seen, WIDE } from "./book-world.ts";

const KIND = "max-weight";
const limit = (threshold: string, more = {}) => ({ kind: KIND, threshold, ...more });

describe("the weight of a symbol", () => {
  test.each(["buy", "sell"])(
    "is its larger extreme in percent of all of them, to the last lot: %s",
    async (side) => {
      const bench = await bookWorld([limit("40")], { [CODE]: "60", [OIL]: "-30" });
      for (const [qty, verdict, projected] of [
        ["59", "pass", "39.597316"],
        ["60", "pass", "40"],
        ["61", "fail", "40.397351"],
      ])
        expect(await seen(bench, KIND, { symbol: CHIP, side, qty })).toMatchObject({
          ...{
            verdict,
            limit: "40",
            observed: "0",
            projected,
            fixCode: 3,
            scope: { kind: "symbol", id: CHIP },
          },
        });
    },
  );

  test("is all of an empty book: its first order fails below a hundred percent", async () => {
    const bench = await bookWorld([limit("99")]);
    expect(await seen(bench, KIND, { symbol: CHIP, qty: "1" })).toMatchObject({
      verdict: "fail",
      projected: "100",
    });
    await bench.limits([limit("100")]);
    expect(await seen(bench, KIND, { symbol: CHIP, qty: "1" })).toMatchObject({
      verdict: "pass",
      projected: "100",
    });
  });

  test("above its limit lets pass what closes and what adds nothing, and not what adds less than can be shown", async () => {
    const bench = await bookWorld([limit("10")], { [CHIP]: "1000000001", [CODE]: "1000000000" });
    const sale = { symbol: CHIP, side: "sell" };
    expect(await seen(bench, KIND, { ...sale, qty: "1000000001" })).toMatchObject({ verdict: "warn" });
    expect(await seen(bench, KIND, { ...sale, qty: "2000000002" })).toMatchObject({ verdict: "warn" });
    expect(await seen(bench, KIND, { symbol: CHIP, qty: "1" })).toMatchObject({
      ...{ verdict: "fail", observed: "50.000001", projected: "50.000001" },
    });
  });

  test("of an account it is that of each of its symbols, of a strategy that in the strategy's own gross", async () => {
    const account = { scope: { kind: "account" } };
    const alpha = { scope: { kind: "strategy", id: "alpha" } };
    const bench = await bookWorld([WIDE]);
    await bench.strategy("alpha");
    await hold(bench, CHIP, "10", "alpha");
    await hold(bench, CODE, "30", "alpha");
    await hold(bench, OIL, "60");
    await bench.limits([limit("99", account), limit("99", alpha)]);
    const { checks } = await bench.check({ symbol: CHIP, qty: "10", strategy: "alpha" });
    expect(
      checks.filter(({ code }) => code === KIND).map(({ observed, projected }) => [observed, projected]),
    ).toEqual([
      ["10", "18.181819"],
      ["25", "40"],
    ]);
    const shown = (await bench.shown())["utilisation"];
    expect(shown).toMatchObject([
      { observed: "60" },
      { observed: "75", scope: { kind: "strategy", id: "alpha" } },
    ]);
  });
});

describe("the weight of a class", () => {
  test("sums its symbols; one that is not stated is not known", async () => {
    const bench = await bookWorld([limit("60", { scope: { kind: "sector" } })], {
      [CODE]: "30",
      [OIL]: "60",
    });
    expect(await seen(bench, KIND, { symbol: CHIP, side: "sell", qty: "60" })).toMatchObject({
      ...{ verdict: "pass", observed: "33.333334", projected: "60", scope: { kind: "sector", id: "tech" } },
    });
    expect(await seen(bench, KIND, { symbol: CHIP, side: "sell", qty: "61" })).toMatchObject({
      verdict: "fail",
    });
    expect(await seen(bench, KIND, { symbol: BARE, qty: "1" })).toMatchObject({ reason: "class-missing" });
  });

  test("of a group sums whom it names", async () => {
    const group = { scope: { kind: "group", id: "g" }, symbols: [CHIP, OIL] };
    const bench = await bookWorld([limit("50", group)], { [CODE]: "50", [OIL]: "20" });
    expect(await seen(bench, KIND, { symbol: CHIP, qty: "30" })).toMatchObject({
      ...{ verdict: "pass", projected: "50", scope: { kind: "group", id: "g" } },
    });
    expect(await seen(bench, KIND, { symbol: CHIP, qty: "31" })).toMatchObject({ verdict: "fail" });
    expect((await bench.check({ symbol: CODE, qty: "900" })).decision).toBe("accept");
  });
});

test("reduce cuts to the last lot that fits, and to the close where none does", async () => {
  const bench = await bookWorld([limit("40", { action: "reduce" })], { [CODE]: "60", [CHIP]: "5" });
  expect(await cutByForce(bench, { symbol: CHIP, side: "sell" }, 60)).toBe(45);
  const above = await bookWorld([limit("1", { action: "reduce" })], { [CODE]: "60", [CHIP]: "-5" });
  // Ten flip it to what it was: no more than before.
  expect(await cutByForce(above, { symbol: CHIP, side: "buy" }, 20)).toBe(10);
});
