/** Percent of an average day: 1,000 are traded, so 25 are 2.5. */
import { expect, test } from "vitest";
import { AAPL } from "../bench.ts";
import { found, liquidBench } from "./liquid.ts";
import { holdsForLiquidity } from "./liquidity-kinds.ts";

const kind = "max-adv-participation";
holdsForLiquidity({ kind, field: "adv20", threshold: "2.5", largest: 25, shown: ["2.5", "2.6"] });

test("a volume that is finer than a lot is not lost, and a part of it rounds up", async () => {
  const bench = await liquidBench([{ kind, threshold: "100" }], { adv20: "2.99999951" });
  expect(found(await bench.check({ qty: "1" }), kind).projected).toBe("33.333345");
});

test("a working order of the same symbol is none of it", async () => {
  const bench = await liquidBench([{ kind, threshold: "2.5" }]);
  await bench.send({ qty: "20", symbol: AAPL });
  expect(found(await bench.check({ qty: "25" }), kind).projected).toBe("2.5");
});
