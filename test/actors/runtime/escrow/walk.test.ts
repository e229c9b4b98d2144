/** Escrow walks: one parent, children and desks between, over a network and disks that fail, with what has to hold checked at every step. */
import { describe, expect, test } from "vitest";
import { QUOTA_POLICIES } from "../../../../src/domain/firm.ts";
import type { Place } from "./place.ts";
import { FIRM, GROSS, type Shape, World } from "./world.ts";

const FLAT = { "": ["account:a", "account:b", "account:c", "account:d"] };
const DEEP = {
  "": ["account:a"],
  "desk:x": ["account:b", "account:c"],
  "desk:x>desk:y": ["account:d", "account:e"],
};

type Chances = { readonly prices: number; readonly limits: number; readonly old: number };

function walk(shape: Shape, steps: number, chances: Chances): World {
  const world = new World(shape);
  for (let step = 0; step < steps; step++) {
    oneStep(world, chances);
    world.check();
  }
  return world;
}

function oneStep(world: World, { prices, limits, old }: Chances): void {
  const { draw } = world;
  const place = draw.from([...world.places.values()]) as Place;
  const account = draw.from(world.accounts) as Place;
  if (draw.chance(0.3)) world.order(account, BigInt(1 + draw.below(60)));
  if (draw.chance(0.2)) world.moves(account, -BigInt(1 + draw.below(60)));
  if (draw.chance(0.02)) world.crash(place);
  if (draw.chance(0.05)) world.place(FIRM).says();
  if (draw.chance(prices)) {
    world.isMoved = true;
    world.moves(account, BigInt(draw.below(80)));
  }
  if (draw.chance(limits)) {
    world.isMoved = true;
    const limit = BigInt(draw.below(600));
    world.place(FIRM).putOwn(new Map([[GROSS, { limit, reserve: limit / 10n }]]));
  }
  if (draw.chance(old)) world.old.set(account.name, account.durable);
  if (draw.chance(old / 2)) world.restoreOld(account);
  if (draw.chance(0.7)) world.flush(place);
  else if (draw.chance(0.3)) world.flushAll();
  world.pass(draw.chance(0.1) ? draw.below(3_000) : draw.below(20));
}

describe.each(QUOTA_POLICIES)("policy %s", (policy) => {
  test.each([FLAT, DEEP])(
    "what is granted, held and used stays within the limit, whatever is lost, doubled, late or dies",
    (accounts) => {
      let accepted = 0;
      for (let seed = 1; seed <= 12; seed++) {
        const world = walk({ seed, policy, accounts, limit: 400n, deskLimit: 300n }, 400, {
          prices: 0,
          limits: 0,
          old: 0,
        });
        accepted += world.accepted;
        expect(world.fenced, `seed ${seed}: no crash and no network makes a stranger of a child`).toEqual([]);
      }
      expect(accepted).toBeGreaterThan(100);
    },
  );

  test.each([FLAT, DEEP])("with prices that move, limits that change and old disks, too", (accounts) => {
    for (let seed = 1; seed <= 12; seed++) {
      walk({ seed, policy, accounts, limit: 400n, reserve: 40n, deskLimit: 300n }, 400, {
        prices: 0.05,
        limits: 0.02,
        old: 0.02,
      });
    }
  });
});
