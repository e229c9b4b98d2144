/**
 * An account below a firm is split and merged, step by step, with crashes, lost calls and late ones between any two: what it uses is covered at the
 * firm at every instant, and nobody else is granted it.
 */
import { describe, expect, test } from "vitest";
import { ONE } from "../../support/firm-bench.ts";
import { envelope } from "../../support/runtime-fakes.ts";
import { type Account, HandoverWorld, SPLIT } from "./handover-world.ts";

const LIMIT = 1_000n * ONE;
const SPLIT_TERMS = JSON.stringify({ currency: "USD", parent: "f" });

/** What the coordinator and part 0 do, in order; a step is done again until it has succeeded. */
const STEPS: readonly { readonly name: string; readonly does: (world: HandoverWorld) => Promise<boolean> }[] =
  [
    { name: "the node is put below the firm", does: putNode },
    { name: "the account leaves the firm to it", does: (world) => leaves(world, "f", "split:a") },
    { name: "the account is part 0 of it", does: (world) => joins(world, SPLIT, "part:0") },
    { name: "a second part joins", does: ({ part }) => asks(part) },
    { name: "the second part leaves", does: partLeaves },
    { name: "part 0 leaves the node, and that the firm", does: (world) => leaves(world, SPLIT, "account:a") },
    { name: "it is the account below the firm", does: (world) => joins(world, "f", "account:a") },
    { name: "the node is nobody's child", does: release },
  ];
/** While its second part is a child, too. */
const SPLIT_AT = 4;

const heirOf = (parent: string): string => (parent === SPLIT ? "split:a" : "account:a");

async function putNode({ tree }: HandoverWorld): Promise<boolean> {
  const put = await tree.at(SPLIT).people.put(envelope(), "desk", SPLIT_TERMS);
  return put.ok;
}

async function leaves(world: HandoverWorld, parent: string, heir: string): Promise<boolean> {
  const { a, tree } = world;
  if (a.disk.parent !== parent) return true;
  if (a.holding.heardAt === undefined && !a.isSilent) await a.ask();
  if (a.holding.heardAt === undefined && !a.isSilent) return false;
  const { child } = a.disk;
  const incarnation = a.empty();
  const left = await world.call(() => tree.at(parent).desk.leave(envelope(), child, incarnation, {}, heir));
  a.hasLeft = left?.ok === true;
  return a.hasLeft;
}

/** Where it has died since it left, nobody has it that it did: it leaves once more. */
async function joins(world: HandoverWorld, parent: string, child: string): Promise<boolean> {
  const { a } = world;
  if (a.disk.parent !== parent && !a.hasLeft) {
    await leaves(world, a.disk.parent, heirOf(parent));
    return false;
  }
  if (a.disk.parent !== parent) a.moveTo(parent, child);
  await a.ask();
  return a.holding.heardAt !== undefined;
}

async function asks(account: Account): Promise<boolean> {
  await account.ask();
  return account.holding.heardAt !== undefined;
}

/** What it used part 0 uses by then: its symbols have gone there. */
async function partLeaves(world: HandoverWorld): Promise<boolean> {
  const { part, tree } = world;
  if (part.used > 0n) return false;
  if (part.holding.heardAt === undefined && !part.isSilent) await part.ask();
  if (part.holding.heardAt === undefined && !part.isSilent) return false;
  const incarnation = part.empty();
  const left = await world.call(() =>
    tree.at(SPLIT).desk.leave(envelope(), "part:1", incarnation, {}, "part:0"),
  );
  if (left?.ok !== true) return false;
  part.moveTo(SPLIT, "part:1");
  return true;
}

async function release({ tree }: HandoverWorld): Promise<boolean> {
  const { desk } = tree.at(SPLIT);
  const standing = await desk.dissolve(envelope());
  if (!standing.ok || standing.value === null) return standing.ok;
  const left = await desk.dissolve(envelope(), standing.value);
  return left.ok && left.value === null;
}

/** Orders, books told, asks for nothing, and deaths: what goes on whatever the handover does. */
async function meanwhile(world: HandoverWorld, place: number): Promise<void> {
  const { draw, a, b, part, tree } = world;
  const account = draw.from(place === SPLIT_AT ? [a, b, part] : [a, b]) as Account;
  const amount = BigInt(1 + draw.below(300)) * ONE;
  switch (draw.below(9)) {
    case 0:
    case 1:
    case 2:
      account.wants = amount;
      await account.ask();
      account.grow(amount);
      account.wants = 0n;
      return;
    case 3:
      account.reduce(amount);
      return;
    case 4:
      return account.ask();
    case 5:
      return tree.at(draw.from(["f", SPLIT]) as string).desk.link.ask();
    case 6:
      return world.late();
    case 7:
      if (draw.chance(0.4)) (draw.from([a, b, part]) as Account).crash();
      return;
    default:
      if (draw.chance(0.3)) tree.restart(draw.from(["f", SPLIT]) as string);
      tree.clock.pass(draw.below(1_500));
  }
}

async function walk(seed: number): Promise<HandoverWorld> {
  const world = new HandoverWorld(seed);
  await world.begin(LIMIT);
  for (let round = 0; round < 2; round++)
    for (let place = 0; place < STEPS.length; ) {
      for (let each = world.draw.below(5); each > 0; each--) {
        await meanwhile(world, place);
        await world.rest();
        world.check(LIMIT);
      }
      if (place === SPLIT_AT) world.part.reduce(LIMIT);
      if ((await STEPS[place]?.does(world)) === true) place += 1;
      // The coordinator comes again in time: nobody bears silence for longer.
      world.tree.clock.pass(50);
      await world.rest();
      world.check(LIMIT);
    }
  return world;
}

describe("a split and a merge below a firm", () => {
  test.each(Array.from({ length: 20 }, (_, seed) => seed + 1))(
    "cover what is used at every instant, fence nobody, and leave the whole limit to who needs it: walk %i",
    async (seed) => {
      const world = await walk(seed);
      world.isRough = false;
      const { a, b, tree } = world;
      expect(world.fenced).toEqual([]);
      a.reduce(LIMIT);
      b.reduce(LIMIT);
      for (let each = 0; each < 10; each++) {
        tree.clock.pass(300);
        await a.ask();
        b.wants = LIMIT;
        await b.ask();
        await world.rest();
        world.check(LIMIT);
      }
      expect(b.grow(LIMIT)).toBe(true);
      world.check(LIMIT);
      expect([...world.firm.node.grants.children.keys()].sort()).toEqual(["account:a", "account:b"]);
    },
  );
});
