/** Levels of use: the first is told, the second lets one order a second through, the last trips the limit. */
import { beforeEach, describe, expect, test } from "vitest";
import { LEVELS_MAX } from "../../../actors/risk-shard/capacity.ts";
import { levelOf } from "../../../actors/risk-shard/levels.ts";
import { AAPL, codeOf, type Json, MSFT, RiskBench, WIDE } from "./bench.ts";

const GROSS = {
  ...{ id: "gross", kind: "max-gross-exposure", threshold: "10000" },
  levels: { warn: 50, slow: 80, stop: 100 },
};

let bench: RiskBench;
beforeEach(async () => {
  bench = await new RiskBench().ready([WIDE, GROSS]);
});

const levels = (after = 0): Json[] =>
  bench
    .facts(after)
    .filter(({ kind }) => kind === "utilisation-level")
    .map(({ payload }) => payload);
/** Shares at 100, in orders that work. */
const work = async (qty: string, more: Json = {}) => {
  const decision = await bench.send({ qty, ...more });
  bench.flush();
  bench.clock.pass(1_000);
  return decision;
};

test("a level is reached at its percent and not a share before; it is left five points below", () => {
  const of = (observed: bigint, stood?: "warn" | "slow" | "stop") =>
    levelOf({ warn: 50, slow: 80, stop: 100 }, { observed, bound: 1_000n }, stood);
  expect([of(0n), of(499n), of(500n), of(799n), of(800n), of(999n), of(1_000n), of(5_000n)]).toEqual([
    ...[undefined, undefined, "warn", "warn", "slow", "slow", "stop", "stop"],
  ]);
  expect([of(450n, "warn"), of(449n, "warn"), of(751n, "slow"), of(749n, "slow")]).toEqual([
    ...["warn", undefined, "slow", "warn"],
  ]);
  expect(levelOf({ stop: 100 }, { observed: 1n, bound: 0n }, undefined)).toBe("stop");
});

test("each crossing is told once, with its numbers, and that it is left", async () => {
  await work("49");
  expect(levels()).toEqual([]);
  const { clientOrderId } = await work("1");
  await work("1");
  expect(levels()).toMatchObject([
    {
      limitId: "gross",
      kind: "max-gross-exposure",
      scope: "account",
      member: null,
      level: "warn",
      observed: "5000",
    },
  ]);
  await work("30");
  expect(levels().map(({ level }) => level)).toEqual(["warn", "slow"]);
  for (const { clientOrderId: id } of await bench.list("orders"))
    if (id !== clientOrderId) await bench.report({ type: "cancel", clientOrderId: id });
  bench.flush();
  expect(levels().at(-1)).toMatchObject({ level: null });
});

describe("slow", () => {
  beforeEach(async () => {
    await work("80");
  });

  test("one order a second is let through; the next says why it is not", async () => {
    expect(await bench.send({ qty: "1" })).toMatchObject({ decision: "accept" });
    const refused = await bench.send({ qty: "1" });
    expect(refused).toMatchObject({ decision: "reject", code: "max-gross-exposure" });
    expect(refused.checks.find(({ code }) => code === "max-gross-exposure")).toMatchObject({
      reason: "slowed",
    });
    bench.clock.pass(999);
    expect(await bench.check({ qty: "1" })).toMatchObject({ decision: "reject" });
    bench.clock.pass(1);
    expect(await bench.check({ qty: "1" })).toMatchObject({ decision: "accept" });
  });

  test("orders of one request are slowed too, and a dry run leaves no trace", async () => {
    const two = [bench.order({ qty: "1" }), bench.order({ qty: "1" })];
    const dry = await bench.orders(two, true);
    const sent = await bench.orders(two);
    expect(dry.map(({ decision }) => decision)).toEqual(["accept", "reject"]);
    expect(sent.map(({ decision }) => decision)).toEqual(["accept", "reject"]);
  });

  test("what closes is never slowed", async () => {
    for (const { clientOrderId, qty } of await bench.list("orders"))
      await bench.fill(String(clientOrderId), String(qty), "100");
    bench.clock.pass(1_000);
    await bench.price(AAPL, { last: "100" });
    await bench.price(MSFT, { last: "100" });
    await bench.send({ symbol: MSFT, qty: "1" });
    for (let order = 0; order < 3; order++)
      expect(await bench.send({ side: "sell", qty: "1" })).toMatchObject({ decision: "accept" });
  });
});

test("stop trips the limit, by a price too, and it stays so", async () => {
  const { clientOrderId } = await work("90");
  await bench.fill(clientOrderId, "90", "100");
  const before = bench.state.seq;
  await bench.price(AAPL, { last: "112" });
  await bench.price(MSFT, { last: "100" });
  await expect.poll(() => levels(before).map(({ level }) => level)).toEqual(["stop"]);
  await bench.price(AAPL, { last: "50" });
  const refused = await bench.send({ symbol: MSFT, qty: "1" });
  expect(refused.checks.find(({ code }) => code === "max-gross-exposure")).toMatchObject({
    reason: "tripped",
  });
});

test("a set without levels forgets them; a load tells them again", async () => {
  await work("60");
  expect(bench.state.levels.size).toBe(1);
  bench.restart();
  await bench.price(AAPL, { last: "100" });
  await expect.poll(() => levels().length).toBe(2);
  await bench.limits([WIDE, { ...GROSS, levels: undefined }]);
  expect(bench.state.levels.size).toBe(0);
});

test.each([
  ["none", {}],
  ["that do not ascend", { warn: 80, slow: 50 }],
  ["that are the same", { slow: 50, stop: 50 }],
])("levels %s are refused", async (_title, bad) => {
  expect((await bench.limits([{ ...GROSS, levels: bad }])).ok).toBe(false);
});

test("a kind that the book does not use has none", async () => {
  const reply = await bench.limits([{ kind: "max-order-qty", threshold: "5", levels: { warn: 50 } }]);
  expect(codeOf(reply)).toBe("limit-unsupported");
});

test("bound risk-shard/state:levels: a further one is not told, and trips all the same", async () => {
  for (let index = 0; index < LEVELS_MAX; index++)
    bench.state.levels.set(`other|${index}`, { limitId: "other", member: String(index), level: "warn" });
  await work("100");
  expect(bench.state.levels.size).toBe(LEVELS_MAX);
  expect(levels()).toEqual([]);
  expect(bench.state.trips.has("gross|")).toBe(true);
});
