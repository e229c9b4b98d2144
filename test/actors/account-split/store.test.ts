import { expect, test } from "vitest";
import { SplitWorld } from "./split-world.ts";

test("what is under way is there again after a load", async () => {
  const world = new SplitWorld();
  world.split(4);
  await world.driver.run();
  const before = world.state;
  world.crash();
  expect(world.state).toEqual(before);
});

test("bound account-split/table:split: however often it is split, one row says how it stands", async () => {
  const world = new SplitWorld();
  for (const shards of [2, 1, 3, 1]) {
    world.split(shards);
    await world.driver.run();
    expect(world.bench.count("split")).toBe(1);
  }
});

test("each step is one fact of the account", async () => {
  const world = new SplitWorld();
  world.split(2);
  await world.driver.run();
  const kinds = world.bench.outbox.facts.map(({ kind }) => kind);
  expect(kinds.slice(0, 5)).toEqual([
    "split-asked",
    "split-prepared",
    "split-move-began",
    "split-move-cut",
    "split-move-done",
  ]);
  expect(kinds.slice(-2)).toEqual(["split-moved-all", "split-ended"]);
  const [first] = world.bench.outbox.facts;
  expect(JSON.parse(first?.payload ?? "")).toMatchObject({ tenant: "acme", account: "main", from: 1, to: 2 });
});
