import { describe, expect, test } from "vitest";
import { COPY_MS_MAX, TRIES_MAX } from "../../../actors/account-split/limits.ts";
import { nextStep } from "../../../actors/account-split/next.ts";
import { PartRefused } from "../../../actors/account-split/part-calls.ts";
import { partOfSlot, SLOTS } from "../../../src/domain/parts-map.ts";
import { SplitWorld } from "./split-world.ts";

const SLOT_LIST = Array.from({ length: SLOTS }, (_, slot) => slot);

function drawnFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** No slot is decided by two, and none is empty where it is decided. */
function expectWhole(world: SplitWorld): void {
  for (const slot of SLOT_LIST) {
    const served = world.served(slot);
    const [part] = served;
    const item = part === undefined ? undefined : world.parts[part]?.items.get(slot);
    const isWhole = part === undefined || (served.length === 1 && item === `item ${slot}`);
    if (!isWhole) throw new Error(`slot ${slot} is decided by ${served}, where ${item} is`);
  }
}

function expectSettled(world: SplitWorld, shards: number): void {
  expect(nextStep(world.state)).toBeUndefined();
  for (const slot of SLOT_LIST) expect(world.served(slot), `slot ${slot}`).toEqual([slot % shards]);
  expect(world.parts.reduce((sum, part) => sum + part.items.size, 0)).toBe(SLOTS);
  for (const [part, { isJoined }] of world.parts.entries())
    expect(isJoined, `part ${part}`).toBe(shards > 1 && part < shards);
  for (const { isCovered, fencedEarly } of world.parts)
    expect({ isCovered, fencedEarly }).toEqual({ isCovered: true, fencedEarly: 0 });
  expectAgreed(world, shards);
}

/** What was changed last, whenever it was, holds in all of them. */
function expectAgreed({ parts }: SplitWorld, shards: number): void {
  const all = parts.slice(0, shards).map(({ settings }) => settings);
  expect(all).toEqual(all.map(() => all[0]));
}

describe("a split and its merge", () => {
  test("move everything, each once", async () => {
    const world = new SplitWorld();
    for (const shards of [2, 4, 8, 3, 1]) {
      expect(world.split(shards).ok).toBe(true);
      await world.driver.run();
      expectSettled(world, shards);
      expect(world.state.plan).toMatchObject({ phase: "done", to: shards, undone: 0 });
    }
  });

  test("end at once where the account cannot be split, and leave every part as it was", async () => {
    const world = new SplitWorld();
    const [first] = world.parts;
    if (first) first.isSplittable = false;
    world.split(2);
    await world.driver.run();
    expectSettled(world, 1);
    expect(world.failed).toEqual(["prepare"]);
    expect(world.state.plan).toMatchObject({
      phase: "aborted",
      reason: "part 0 refused settings: not-splittable",
    });
  });

  test("say how long a fence stood", async () => {
    const world = new SplitWorld();
    world.split(2);
    await world.driver.run();
    expect(world.state.plan?.fencedMs).toBeGreaterThan(0);
    expect(world.state.plan?.fencedMs).toBeLessThan(COPY_MS_MAX);
  });

  test("end where something stands in the way, and leave it served where it was", async () => {
    const world = new SplitWorld();
    const [first] = world.parts;
    if (first) first.blockers = [{ path: "imports", code: "field-combination", detail: "one is pending" }];
    world.split(2);
    await world.driver.run();
    expectSettled(world, 1);
    expect(world.state.plan).toMatchObject({ phase: "aborted", reason: "field-combination imports" });
  });

  test("end where not even one slot is copied in time", async () => {
    const world: SplitWorld = new SplitWorld({
      fate: (_part, { type }) => {
        if (type === "export") world.bench.clock.pass(COPY_MS_MAX + 1);
        return "answered";
      },
      seen: () => undefined,
    });
    world.split(2);
    await world.driver.run();
    expectSettled(world, 1);
    expect(world.state.plan).toMatchObject({ phase: "aborted", batch: 1 });
    expect(world.state.plan?.undone).toBeGreaterThanOrEqual(TRIES_MAX);
  });

  test("pass settings on to every part", async () => {
    const world = new SplitWorld();
    world.split(4);
    await world.driver.run();
    const [first] = world.parts;
    if (first) first.settings = "tighter";
    for (const part of world.parts) part.isCovered = false;
    world.bench.run(world.bench.turns.changed());
    await world.driver.run();
    expect(world.parts.slice(1, 4).map(({ settings }) => settings)).toEqual([
      "tighter",
      "tighter",
      "tighter",
    ]);
    // Limits of all of the account come from the node.
    expect(world.parts.slice(0, 4).map(({ isCovered }) => isCovered)).toEqual([true, true, true, true]);
  });
});

function changeSometimes(world: SplitWorld, draw: (below: number) => number, settings: string): void {
  if (draw(30) === 0) world.change(settings);
}

const SEEDS = Array.from({ length: 40 }, (_, seed) => seed + 1);

test.each(SEEDS)("walk %i: calls lost, late and twice, and crashes at any point", async (seed) => {
  const draw = drawnFrom(seed);
  let hasFaults = true;
  const world: SplitWorld = new SplitWorld({
    fate: () => {
      if (!hasFaults) return "answered";
      const drawn = draw(100);
      // In the middle of whatever it is doing.
      if (drawn === 0) queueMicrotask(() => world.crash());
      if (drawn < 8) return "lost before";
      return drawn < 16 ? "lost after" : "answered";
    },
    seen: () => expectWhole(world),
  });
  const deliverLate = () => {
    const [one] = world.late.splice(draw(world.late.length), 1);
    try {
      if (one) world.parts[one.part]?.do(one.work);
    } catch (error) {
      expect(error).toBeInstanceOf(PartRefused);
    }
    expectWhole(world);
  };
  let shards = 1;
  for (let round = 0; round < 3; round++) {
    shards = 1 + draw(8);
    hasFaults = true;
    world.split(shards);
    for (let step = 0; step < 300; step++) {
      void world.driver.run();
      await Promise.resolve();
      if (draw(10) === 0) deliverLate();
      changeSometimes(world, draw, `round ${round}, step ${step}`);
      if (draw(150) === 0) world.crash();
    }
    hasFaults = false;
    while (nextStep(world.state) !== undefined) {
      void world.driver.run();
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (world.state.plan?.phase === "aborted") {
      world.split(shards);
      await world.driver.run();
    }
    while (world.late.length > 0) deliverLate();
    expectSettled(world, shards);
    expect(SLOT_LIST.map((slot) => partOfSlot(world.state.map, slot))).toEqual(
      SLOT_LIST.map((s) => s % shards),
    );
  }
});
