import { expect, test } from "vitest";
import { PartsWalk } from "./parts-walk.ts";

test.each([1, 2])(
  "an account in parts is the account in one, whatever moves and crashes: seed %i",
  async (seed) => {
    const walk = new PartsWalk(seed);
    await walk.begin();
    for (let step = 0; step < 130; step++) {
      await walk.step();
      if (step % 26 === 0) await walk.hold();
    }
    await walk.hold();
    expect(walk.tally.get("moved")).toBeGreaterThan(2);
    expect(walk.tally.get("aborted")).toBeGreaterThan(0);
  },
);
