/** Initial margin in percent of equity, of 100,000. */
import { describe, expect, test } from "vitest";
import { BARE, bookWorld, CHIP, CODE, cutByForce, OIL, seen } from "./book-world.ts";

const KIND = "max-margin-use";
const limit = (threshold: string, more = {}) => ({ kind: KIND, threshold, ...more });

describe("margin use", () => {
  test.each(["buy", "sell"])(
    "is the share of each larger extreme that reference data asks for: %s",
    async (side) => {
      // Half of 200 and a quarter of 400: 200 of 1,000.
      const bench = await bookWorld([limit("50")], { [CHIP]: "200", [CODE]: "-400" });
      for (const [symbol, qty, verdict, projected] of [
        [OIL, "299", "pass", "49.9"],
        [OIL, "300", "pass", "50"],
        [OIL, "301", "fail", "50.1"],
      ])
        expect(await seen(bench, KIND, { symbol, side, qty })).toMatchObject({
          ...{ verdict, limit: "50", observed: "20", projected, fixCode: 25, riskLimitType: 8 },
        });
    },
  );

  test("is what the balances say, with working orders", async () => {
    const bench = await bookWorld([limit("90")], { [CHIP]: "200", [CODE]: "-400", [BARE]: "7" });
    await bench.send({ symbol: CODE, side: "sell", qty: "100" });
    const text = await bench.desk.readPriced(bench.envelope(), (reads, now) => reads.balances(now));
    expect(JSON.parse(text.ok ? text.value : "{}")).toMatchObject({ marginInitial: "23200" });
    expect(await seen(bench, KIND, { symbol: CHIP, qty: "1" })).toMatchObject({
      observed: "23.2",
      projected: "23.25",
    });
  });

  test("above its limit exempts what closes, and refuses more", async () => {
    const bench = await bookWorld([limit("10")], { [CHIP]: "400" });
    expect(await seen(bench, KIND, { symbol: CHIP, side: "sell", qty: "400" })).toMatchObject({
      verdict: "warn",
    });
    expect(await seen(bench, KIND, { symbol: CHIP, side: "sell", qty: "801" })).toMatchObject({
      verdict: "fail",
    });
    expect(await seen(bench, KIND, { symbol: OIL, qty: "1" })).toMatchObject({ verdict: "fail" });
  });

  test("without equity admits nothing but what closes", async () => {
    const bench = await bookWorld([limit("10")], { [CHIP]: "4" });
    await bench.cash([{ type: "withdrawal", amount: "-200000" }]);
    expect(await seen(bench, KIND, { symbol: OIL, qty: "1" })).toMatchObject({
      verdict: "fail",
      reason: "no-equity",
    });
    expect(await seen(bench, KIND, { symbol: CHIP, side: "sell", qty: "4" })).toMatchObject({
      verdict: "warn",
    });
  });
});

test("reduce cuts to the last lot that fits", async () => {
  const bench = await bookWorld([limit("1", { action: "reduce" })], { [CODE]: "20" });
  expect(await cutByForce(bench, { symbol: CHIP, side: "sell" }, 60)).toBe(10);
});
