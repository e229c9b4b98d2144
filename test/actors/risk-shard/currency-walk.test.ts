/** R4 and R6 over several currencies, FX ticks, rates that are missing or old, and an inverse contract. */
import { expect, test } from "vitest";
import { CurrencyWalk } from "./currency-walk.ts";

const STEPS = 400;
const met = new Set<string>();

test.each([3, 900])(
  "seed %i: exposures, equity and decisions equal their recomputation at every step",
  async (seed) => {
    const walk = new CurrencyWalk(seed);
    await walk.begin();
    for (let step = 0; step < STEPS; step++) {
      await walk.step();
      walk.holdFunds();
      if (step % 25 === 0) await walk.hold();
    }
    await walk.hold();
    for (const what of walk.tally.keys()) met.add(what);
  },
);

test("the walks met what there is to meet", () => {
  const wanted = [
    "accept",
    "fill",
    "unsolicited",
    "fx-missing",
    "closing at an old rate",
    "warming",
    "cash",
    "restart",
  ];
  expect(wanted.filter((what) => !met.has(what))).toEqual([]);
});
