/** Correlation of the order's symbol with the rest of the book, against the full matrix. */
import { describe, expect, test } from "vitest";
import { correlation } from "../../../../actors/risk-shard/checks/max-correlation.ts";
import { dot, times } from "../../../quant/covariance/oracle.ts";
import type { Json } from "../bench.ts";
import { BARE, CHIP, CODE, cutByForce, OIL, seen } from "./book-world.ts";
import { fullMatrix, returnWorld, SYMBOLS } from "./return-world.ts";

const KIND = "max-correlation";
const limit = (threshold: string, more: Json = {}): Json => ({ kind: KIND, threshold, ...more });

function rho(symbol: string, rest: Readonly<Record<string, number>>): number {
  const matrix = fullMatrix();
  const weights = SYMBOLS.map((one) => 100 * (rest[one] ?? 0));
  const product = times(matrix, weights);
  const place = SYMBOLS.indexOf(symbol);
  return product[place]! / Math.sqrt(matrix[place]![place]! * dot(weights, product));
}

describe("correlation with the book", () => {
  test("is that of the symbol with all others that are held, whichever way the order goes", async () => {
    const bench = await returnWorld([limit("1")], { [CHIP]: "400", [OIL]: "300", [CODE]: "-20" });
    for (const symbol of SYMBOLS) {
      const rest: Record<string, number> = { [CHIP]: 400, [OIL]: 300, [CODE]: -20 };
      delete rest[symbol];
      const exact = rho(symbol, rest);
      const bought = await seen(bench, KIND, { symbol, side: "buy", qty: "5" });
      const sold = await seen(bench, KIND, { symbol, side: "sell", qty: "500" });
      expect(Math.abs(Number(bought.projected) - exact)).toBeLessThanOrEqual(2e-6);
      expect(Math.abs(Number(sold.projected) + exact)).toBeLessThanOrEqual(2e-6);
    }
  });

  test.each([
    [-1, "pass"],
    [0, "pass"],
    [1, "fail"],
  ])("of a millionth times %d above its threshold is a %s", async (above, verdict) => {
    const bench = await returnWorld([limit("1")], { [CHIP]: "400", [BARE]: "100" });
    const order = { symbol: CODE, qty: "3" };
    const { projected } = await seen(bench, KIND, order);
    await bench.limits([limit((Number(projected) - above / 1e6).toFixed(6))]);
    expect(await seen(bench, KIND, order)).toMatchObject({ verdict, observed: "0", fixCode: 99 });
  });

  test("lets pass what goes against the book, and what closes", async () => {
    const bench = await returnWorld([limit("0.5")], { [CHIP]: "400", [CODE]: "30" });
    expect(await seen(bench, KIND, { symbol: CODE, side: "buy", qty: "1" })).toMatchObject({
      verdict: "fail",
    });
    expect(await seen(bench, KIND, { symbol: CODE, side: "sell", qty: "100" })).toMatchObject({
      verdict: "pass",
    });
    expect(await seen(bench, KIND, { symbol: OIL, side: "sell", qty: "1" })).toMatchObject({
      verdict: "fail",
    });
    const short = await returnWorld([limit("-0.99", { action: "reduce" })], { [CHIP]: "400", [OIL]: "-30" });
    expect(await seen(short, KIND, { symbol: OIL, side: "buy", qty: "30" })).toMatchObject({
      verdict: "warn",
    });
    expect(await cutByForce(short, { symbol: OIL, side: "buy" }, 40)).toBe(30);
  });

  test("of the first symbol of a book there is none", async () => {
    const bench = await returnWorld([limit("0")], { [CHIP]: "4000000" });
    expect(await seen(bench, KIND, { symbol: CHIP, qty: "1" })).toMatchObject({
      verdict: "pass",
      projected: "0",
    });
  });

  test("is not known without bars", async () => {
    const bench = await returnWorld([]);
    bench.platform.returns.clear();
    await bench.limits([limit("1")]);
    expect(await seen(bench, KIND, { symbol: CHIP, qty: "1" })).toMatchObject({
      ...{ verdict: "fail", reason: "returns-missing" },
    });
  });

  test("rounds up, and never beyond one", () => {
    const at = (variance: bigint, covariance: bigint, rest: bigint) =>
      correlation([variance, covariance, rest], 1);
    // One in three millionths more than a half, and the root's own rounding.
    expect(at(4n * 10n ** 18n, 10n ** 12n + 1n, 10n ** 12n)).toBe(500_001n);
    expect(at(4n * 10n ** 18n, 10n ** 12n, 10n ** 12n)).toBe(500_000n);
    expect(at(10n ** 18n, 10n ** 12n + 9n, 10n ** 12n)).toBe(1_000_000n);
    expect(at(10n ** 18n, -(10n ** 12n) - 9n, 10n ** 12n)).toBe(-1_000_000n);
    expect(at(10n ** 18n, 5n, 0n)).toBe(0n);
  });
});
