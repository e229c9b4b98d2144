import { expect, test } from "vitest";
import { partOf } from "../../../src/domain/parts-map.ts";
import { PartsWalk, SYMBOLS } from "./parts-walk.ts";

/** All symbols go back to part 0, which counts what the others have: told twice, and after a crash, too. */
async function merge({ split }: PartsWalk): Promise<void> {
  for (let part = 1; part < split.parts.length; part++) {
    const symbols = SYMBOLS.filter((symbol) => partOf(split.map, symbol) === part);
    if (symbols.length > 0) await split.move(symbols, 0);
    await split.handOver(part);
    for (const bench of split.parts) bench.restart();
    await split.handOver(part);
  }
  split.parts.length = 1;
}

test.each([1, 2])(
  "an account in parts is the account in one, whatever moves and crashes, and when it is merged: seed %i",
  async (seed) => {
    const walk = new PartsWalk(seed);
    await walk.begin();
    for (let step = 0; step < 130; step++) {
      await walk.step();
      if (step % 26 === 0) await walk.hold();
    }
    await walk.hold();
    await merge(walk);
    await walk.hold();
    for (let step = 0; step < 20; step++) await walk.trade();
    await walk.hold();
    expect(walk.tally.get("moved")).toBeGreaterThan(2);
    expect(walk.tally.get("aborted")).toBeGreaterThan(0);
  },
);
