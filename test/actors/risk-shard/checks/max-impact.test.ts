/** Basis points by the square-root law: at a daily volatility of two percent 10 of 1,000 move the price by 20. */
import { describe, expect, test } from "vitest";
import { randomFrom } from "../walk.ts";
import { found, liquidBench } from "./liquid.ts";
import { holdsForLiquidity } from "./liquidity-kinds.ts";

const kind = "max-impact";
holdsForLiquidity({ kind, field: "adv20", threshold: "20", largest: 10, shown: ["20", "20.976177"] });

describe("the estimate", () => {
  test("needs a volatility, too; one of zero moves nothing", async () => {
    const bench = await liquidBench([{ kind, threshold: "20" }], { volatilityDaily: null });
    expect(found(await bench.check({ qty: "1" }), kind)).toMatchObject({ reason: "liquidity-missing" });
    const calm = await liquidBench([{ kind, threshold: "20" }], { volatilityDaily: 0 });
    expect(found(await calm.check({ qty: "900" }), kind)).toMatchObject({ projected: "0", verdict: "pass" });
  });

  test("of an order as large as a day's volume is a day's volatility", async () => {
    const bench = await liquidBench([{ kind, threshold: "200" }]);
    expect(found(await bench.check({ qty: "1000" }), kind)).toMatchObject({
      projected: "200",
      verdict: "pass",
    });
    expect(found(await bench.check({ qty: "1001" }), kind)).toMatchObject({ verdict: "fail" });
  });

  test("is the law's number, and the next one above it at six decimals", async () => {
    const random = randomFrom(7);
    for (let round = 0; round < 20; round++) {
      const volatilityDaily = Math.ceil(random() * 1e8) / 1e9;
      const adv = 1 + Math.floor(random() * 1e6);
      const qty = 1 + Math.floor(random() * 1e5);
      const bench = await liquidBench([{ kind, threshold: "1000000" }], {
        volatilityDaily,
        adv20: String(adv),
      });
      const shown = Number(found(await bench.check({ qty: String(qty) }), kind).projected);
      const law = 10_000 * volatilityDaily * Math.sqrt(qty / adv);
      expect(shown - law).toBeGreaterThan(-law * 1e-12);
      expect(shown - law).toBeLessThanOrEqual(1e-6 + law * 1e-12);
    }
  });
});
