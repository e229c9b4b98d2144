/** The account and its strategies together: whatever is booked, moved, revised, split or evicted, all of them say the same. */
import { expect, test } from "vitest";
import { fewOrAll } from "../../support/few-or-all.ts";
import { Checks } from "./checks.ts";
import { WholeWalk } from "./whole-walk.ts";

const STEPS = 160;

test.each(fewOrAll([1, 2], [1, 2, 3, 4]))(
  "Σ strategies = account, total = its parts, and candles are the brute-force program's (seed %i)",
  async (seed) => {
    const walk = new WholeWalk(seed);
    const checks = new Checks(walk);
    await walk.begin();
    for (let step = 0; step < STEPS; step++) {
      await walk.step();
      await checks.hold();
    }
    for (const name of walk.desks.keys()) {
      const { shown, truth } = checks.candles(name);
      const exact = new Map(truth.map((candle) => [candle.t, candle]));
      for (const { sampled, ...candle } of shown) if (!sampled) expect(candle).toEqual(exact.get(candle.t));
      expect(shown.filter(({ sampled }) => sampled)).toEqual([]);
      expect(shown.map(({ t }) => t)).toEqual([...exact.keys()]);
    }
    const met = [...walk.tally.keys()].sort();
    expect(met).toEqual(["bust", "cash", "correct", "evict", "fill", "price", "split"]);
  },
);
