/** Walks of a firm, desks and accounts over a network and disks that fail: what has to hold is looked at after every step. */
import { describe, expect, test } from "vitest";
import { QUOTA_POLICIES } from "../../../../src/domain/firm.ts";
import { oneStep, type Trouble } from "./steps.ts";
import { type Shape, World } from "./world.ts";

const CHAINS = {
  "a firm and its accounts": { "": ["account:a", "account:b", "account:c", "account:d"] },
  "two desks between": {
    "": ["account:a"],
    "desk:x": ["account:b", "account:c"],
    "desk:x>desk:y": ["account:d", "account:e"],
  },
};

function walked(shape: Shape, trouble: Trouble): World {
  const world = new World(shape);
  for (let step = 0; step < 200; step++) oneStep(world, trouble);
  return world;
}

describe.each(QUOTA_POLICIES)("policy %s", (policy) => {
  test.each(Object.entries(CHAINS))(
    "granted ≤ limit, held ≤ granted, used ≤ held, nothing grows by an old word, and no crash makes a stranger of a child: %s",
    (_, accounts) => {
      let accepted = 0;
      for (let seed = 1; seed <= 3; seed++) {
        const world = walked(
          { seed, policy, accounts, limit: 400n, deskLimit: 300n },
          { prices: 0, limits: 0, old: 0 },
        );
        accepted += world.accepted;
        expect(world.fenced, `seed ${seed}`).toEqual([]);
      }
      expect(accepted).toBeGreaterThan(8);
    },
  );

  test.each(Object.entries(CHAINS))(
    "so it is where prices move, limits change and old disks come back: %s",
    (_, accounts) => {
      let fenced = 0;
      for (let seed = 1; seed <= 3; seed++) {
        const shape = { seed, policy, accounts, limit: 400n, reserve: 40n, deskLimit: 300n };
        fenced += walked(shape, { prices: 0.05, limits: 0.02, old: 0.1 }).fenced.length;
      }
      expect(fenced, "old disks are found out").toBeGreaterThan(0);
    },
  );
});
