import { expect, test } from "vitest";
import { NOON, SYMBOL, trade } from "../bench.ts";
import { World } from "../pit-world.ts";
import { connect, put, topicOf } from "./series-calls.ts";

test("who listens hears of a gap, which marks the bars behind it", async () => {
  const world = new World();
  await put(world, "1T");
  await world.take(trade(NOON, "100"), trade(NOON + 9_000, "101"));
  const socket = await connect(world, [topicOf("1T")]);
  socket.take();
  const gap = { type: "gap", symbol: SYMBOL, ts: NOON + 9_000, from: NOON, to: NOON + 500, reason: "cut" };
  await world.take(gap);
  expect(socket.take()).toMatchObject([
    { topic: topicOf("1T"), type: "gap", data: { number: 1, from: NOON } },
  ]);
});
