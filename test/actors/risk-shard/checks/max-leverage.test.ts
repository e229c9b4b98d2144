/** Gross over equity, of 100,000 at the start. */
import { describe, expect, test } from "vitest";
import { BARE, bookWorld, CHIP, CODE, cutByForce, OIL, seen } from "./book-world.ts";

const KIND = "max-leverage";
const limit = (threshold: string, more = {}) => ({ kind: KIND, threshold, ...more });

describe("leverage", () => {
  test.each(["buy", "sell"])("is gross over equity, to the last lot: %s", async (side) => {
    const bench = await bookWorld([limit("1.5")], { [CHIP]: "400", [OIL]: "-600" });
    for (const [qty, verdict, projected] of [
      ["499", "pass", "1.499"],
      ["500", "pass", "1.5"],
      ["501", "fail", "1.501"],
    ])
      expect(await seen(bench, KIND, { symbol: BARE, side, qty })).toMatchObject({
        ...{ verdict, limit: "1.5", observed: "1", projected, fixCode: 25 },
      });
  });

  test("rounds up: a threshold that the true value is above by less than a millionth fails", async () => {
    const bench = await bookWorld([limit("0.333333")]);
    await bench.cash([{ type: "deposit", amount: "200000" }]);
    expect(await seen(bench, KIND, { symbol: CHIP, qty: "1000" })).toMatchObject({
      ...{ verdict: "fail", projected: "0.333334" },
    });
    expect(await seen(bench, KIND, { symbol: CHIP, qty: "999" })).toMatchObject({ verdict: "pass" });
  });

  test("of a book above it lets pass what closes, and what makes it no more", async () => {
    const bench = await bookWorld([limit("1")], { [CHIP]: "1500" });
    expect(await seen(bench, KIND, { symbol: CHIP, side: "sell", qty: "1500" })).toMatchObject({
      verdict: "warn",
    });
    expect(await seen(bench, KIND, { symbol: CHIP, side: "sell", qty: "3000" })).toMatchObject({
      verdict: "warn",
    });
    expect(await seen(bench, KIND, { symbol: CHIP, side: "sell", qty: "3001" })).toMatchObject({
      verdict: "fail",
    });
    expect(await seen(bench, KIND, { symbol: OIL, qty: "1" })).toMatchObject({ verdict: "fail" });
  });

  test("without equity admits nothing but what closes, and says why", async () => {
    const bench = await bookWorld([limit("10")], { [CHIP]: "10" });
    await bench.cash([{ type: "withdrawal", amount: "-100000" }]);
    expect(await seen(bench, KIND, { symbol: OIL, qty: "1" })).toMatchObject({
      ...{ verdict: "fail", reason: "no-equity", observed: null },
    });
    expect(await seen(bench, KIND, { symbol: CHIP, side: "sell", qty: "10" })).toMatchObject({
      ...{ verdict: "warn", reason: "no-equity" },
    });
  });

  test("of a sector is its gross over the equity of the account", async () => {
    const bench = await bookWorld([limit("0.5", { scope: { kind: "sector" } })], {
      [CHIP]: "200",
      [OIL]: "450",
    });
    expect(await seen(bench, KIND, { symbol: CODE, qty: "300" })).toMatchObject({
      verdict: "pass",
      observed: "0.2",
    });
    expect(await seen(bench, KIND, { symbol: CODE, qty: "301" })).toMatchObject({ verdict: "fail" });
    expect(await seen(bench, KIND, { symbol: OIL, side: "sell", qty: "950" })).toMatchObject({
      verdict: "pass",
    });
  });

  test("reduce cuts to the last lot that fits", async () => {
    const bench = await bookWorld([limit("0.01", { action: "reduce" })], { [CHIP]: "4" });
    expect(await cutByForce(bench, { symbol: CHIP, side: "sell" }, 40)).toBe(14);
  });
});
