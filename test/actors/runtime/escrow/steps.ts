/** What may happen next in a walk. */
import { FIRM, GROSS, type World } from "./world.ts";

/** Chances, at each step, of what moves sums above what was granted. */
export type Trouble = { readonly prices: number; readonly limits: number; readonly old: number };

export function oneStep(world: World, trouble: Trouble): void {
  const { draw } = world;
  const place = draw.from([...world.places.values()]);
  const account = draw.from(world.accounts);
  if (place === undefined || account === undefined) return;
  if (draw.chance(0.3)) world.order(account, BigInt(1 + draw.below(60)));
  if (draw.chance(0.2)) world.moves(account, -BigInt(1 + draw.below(60)));
  if (draw.chance(0.02)) world.crash(place);
  if (draw.chance(0.05)) world.place(FIRM).says();
  makeTrouble(world, trouble);
  if (draw.chance(0.7)) world.flush(place);
  else if (draw.chance(0.3)) world.flushAll();
  world.pass(draw.chance(0.1) ? draw.below(3_000) : draw.below(20));
  world.check();
}

function makeTrouble(world: World, { prices, limits, old }: Trouble): void {
  const { draw } = world;
  const account = draw.from(world.accounts);
  if (account === undefined) return;
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
}
