/** What all kinds hold to that compare one order with its symbol's volume. */
import { describe, expect, test } from "vitest";
import type { Liquidity } from "../../../../src/domain/liquidity.ts";
import { AAPL, checkIn } from "../bench.ts";
import { found, liquidBench, passDays, tells, traded } from "./liquid.ts";

export type KindCase = {
  readonly kind: string;
  /** What it may not do without. */
  readonly field: keyof Liquidity;
  readonly threshold: string;
  /** The largest quantity that passes. */
  readonly largest: number;
  /** What that quantity, and one more, come to. */
  readonly shown: readonly [at: string, above: string];
};

export function holdsForLiquidity({ kind, field, threshold, largest, shown }: KindCase): void {
  const limit = (changes: object = {}) => ({ kind, threshold, ...changes });

  describe("an order", () => {
    test.each(["buy", "sell"])("to %s passes up to the limit, and one lot more fails", async (side) => {
      const bench = await liquidBench([limit()]);
      const at = await bench.check({ side, qty: String(largest) });
      expect(found(at, kind)).toMatchObject({
        verdict: "pass",
        observed: "0",
        projected: shown[0],
        limit: threshold,
      });
      const above = await bench.check({ side, qty: String(largest + 1) });
      expect(above).toMatchObject({ decision: "reject", code: kind, fixCode: 3 });
      expect(found(above, kind)).toMatchObject({ verdict: "fail", projected: shown[1] });
      const below = await bench.check({ side, qty: String(largest - 1) });
      expect(found(below, kind).verdict).toBe("pass");
    });

    test("is reduced to the largest quantity that passes: of all smaller ones all pass", async () => {
      const bench = await liquidBench([limit({ action: "reduce" })]);
      for (const qty of [largest + 1, 2 * largest, 1_000_000])
        expect(await bench.check({ qty: String(qty) })).toMatchObject({
          decision: "reduce",
          allowedQty: String(largest),
        });
      const hard = await liquidBench([limit()]);
      for (let qty = 1; qty <= largest + 3; qty++)
        expect((await hard.check({ qty: String(qty) })).decision).toBe(qty <= largest ? "accept" : "reject");
    });

    test("that closes is measured as well", async () => {
      const bench = await liquidBench([limit()]);
      await bench.fill("in", "100000", "1", { symbol: AAPL, side: "buy" });
      expect(await bench.check({ side: "sell", qty: String(largest + 1) })).toMatchObject({ code: kind });
      expect(await bench.check({ side: "sell", qty: String(largest) })).toMatchObject({ decision: "accept" });
    });

    test("that only warns goes through", async () => {
      const bench = await liquidBench([limit({ action: "warn" })]);
      expect(await bench.check({ qty: String(largest + 1) })).toMatchObject({
        decision: "accept",
        warnings: [kind],
      });
    });

    test("gets the dry run's answer", async () => {
      const bench = await liquidBench([limit({ action: "reduce" })]);
      const order = bench.order({ qty: String(3 * largest) });
      const [dry] = await bench.orders([order], true);
      const [sent] = await bench.orders([order]);
      expect(sent?.checks).toEqual(dry?.checks);
    });
  });

  describe("statistics", () => {
    const reasonOf = async (over: Partial<Liquidity> | undefined, reason: string | undefined) => {
      const bench = await liquidBench([limit()], over);
      if (over === undefined) bench.platform.liquidity.clear();
      const check = found(await bench.check({ qty: "1" }), kind);
      expect([check.reason, check.verdict]).toEqual([reason, reason === undefined ? "pass" : "fail"]);
    };
    test("that are not there, or say nothing of it, fail closed", async () => {
      await reasonOf(undefined, "liquidity-missing");
      await reasonOf({ [field]: null }, "liquidity-missing");
      await reasonOf({}, undefined);
    });

    test("of nothing that was traded fail closed", async () => {
      if (field !== "volatilityDaily") await reasonOf({ [field]: "0" }, "liquidity-missing");
    });

    test("are too old once five more sessions have closed; reductions go through with a warning", async () => {
      const bench = await liquidBench([limit()]);
      await bench.fill("in", "1", "100", { symbol: AAPL, side: "buy" });
      await passDays(bench, 0, FIFTH_CLOSE - 1 - bench.now);
      expect(found(await bench.check({ qty: "1" }), kind).verdict).toBe("pass");
      await passDays(bench, 0, 1);
      expect(found(await bench.check({ qty: "1" }), kind)).toMatchObject({
        verdict: "fail",
        reason: "liquidity-stale",
      });
      expect(await bench.check({ side: "sell", qty: "2" })).toMatchObject({ code: kind });
      expect(await bench.check({ side: "sell", qty: "1" })).toMatchObject({
        decision: "accept",
        warnings: [kind],
      });
      await tells(bench, AAPL, { ...traded(bench), version: 2 });
      expect(found(await bench.check({ qty: "1" }), kind).verdict).toBe("pass");
    });
  });

  test("a decision is made again from its fact", async () => {
    const bench = await liquidBench([limit()]);
    const sent = await bench.send({ qty: String(largest) });
    expect(checkIn(sent, kind).projected).toBe(shown[0]);
    const [fact] = bench.facts().filter(({ seq }) => seq === sent.seq);
    expect(JSON.stringify(fact?.payload)).toContain("1000000");
  });
}

/** The bench begins on a Tuesday in November after New York has closed: of a session each day the fifth from then on closes on Sunday at 21:00 UTC. */
const FIFTH_CLOSE = 1_700_427_600_000;
