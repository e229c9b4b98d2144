/** Short alone: what is long, or is bought, does not make it less. */
import { expect, test } from "vitest";
import { BARE, bookWorld, CHIP, CODE, cutByForce, OIL, seen } from "./book-world.ts";

const KIND = "max-short-notional";
const limit = (threshold: string, more = {}) => ({ kind: KIND, threshold, ...more });
const tech = { kind: "sector", id: "tech" };

test("sums what is held and worked on the selling side: one lot below, at and above", async () => {
  const bench = await bookWorld([limit("5000")], { [CHIP]: "-20", [OIL]: "40" });
  await bench.send({ symbol: CODE, side: "sell", qty: "10" });
  await bench.send({ symbol: CODE, qty: "7" });
  for (const [qty, verdict] of [
    ["19", "pass"],
    ["20", "pass"],
    ["21", "fail"],
  ] as const)
    expect(await seen(bench, KIND, { symbol: BARE, side: "sell", qty })).toMatchObject({
      ...{ verdict, limit: "5000", observed: "3000", projected: String(3_000 + 100 * Number(qty)) },
      ...{ fixCode: 25, riskLimitType: 5 },
    });
});

test("is not made more by a purchase, nor by a sale of what is held: both pass where the book stands above it", async () => {
  const bench = await bookWorld([limit("1000")], { [CHIP]: "-20", [OIL]: "5" });
  expect(await seen(bench, KIND, { symbol: OIL, qty: "50" })).toMatchObject({
    verdict: "warn",
    projected: "2000",
  });
  expect(await seen(bench, KIND, { symbol: OIL, side: "sell", qty: "5" })).toMatchObject({ verdict: "warn" });
  expect(await seen(bench, KIND, { symbol: OIL, side: "sell", qty: "6" })).toMatchObject({
    ...{ verdict: "fail", projected: "2100" },
  });
});

test("of a sector it is that of its symbols, and of one that reference data does not say it is not known", async () => {
  const bench = await bookWorld([limit("2000", { scope: tech })], { [CHIP]: "-12", [OIL]: "-90" });
  const sale = { symbol: CODE, side: "sell" };
  expect(await seen(bench, KIND, { ...sale, qty: "8" })).toMatchObject({ verdict: "pass", observed: "1200" });
  expect(await seen(bench, KIND, { ...sale, qty: "9" })).toMatchObject({
    verdict: "fail",
    projected: "2100",
  });
  expect(await seen(bench, KIND, { ...sale, symbol: BARE, qty: "1" })).toMatchObject({
    ...{ verdict: "fail", reason: "class-missing", observed: null },
  });
});

test("reduce cuts to the last lot that fits", async () => {
  const limits = [limit("5050", { scope: tech, action: "reduce" })];
  const bench = await bookWorld(limits, { [CODE]: "-12", [CHIP]: "6" });
  expect(await cutByForce(bench, { symbol: CHIP, side: "sell" }, 60)).toBe(44);
});
