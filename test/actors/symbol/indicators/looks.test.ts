/** Forming values of indicators whose look ahead is dear: however many are watched, a group pays for some, and none waits for ever. */
import { expect, test } from "vitest";
import {
  INDICATORS_WATCHED_MAX,
  LOOK_BARS_MAX,
} from "../../../../actors/symbol/indicators/indicator-limits.ts";
import { indicatorOf } from "../../../../src/quant/indicators/registry.ts";
import { MINUTE, NOON, quote, trade } from "../bench.ts";
import { World } from "../pit-world.ts";
import { connect, say, topicOf } from "./watching.ts";

const DEAR = Array.from({ length: INDICATORS_WATCHED_MAX - 1 }, (_, place) => `ts-kvo_${place + 2}_100`);
const CHEAP = topicOf("sma_2", "1");
const forming = (messages: readonly { topic: string; type: string }[]): string[] =>
  messages.flatMap(({ topic, type }) => (type === "bar" ? [topic] : []));

test("a group looks ahead for as many as its bars allow, whoever is left is told with the next ones, and what costs a step always", async () => {
  const world = new World();
  await world.take(trade(NOON, "100"));
  const socket = await connect(world);
  say(world, socket, { op: "subscribe", topics: [...DEAR.map((id) => topicOf(id, "1")), CHEAP] });
  socket.take();
  const found = indicatorOf("ts-kvo_2_100");
  const perGroup = found.ok ? Math.ceil(LOOK_BARS_MAX / found.indicator.lookBars) : 0;
  await world.take(trade(NOON + MINUTE / 2, "101"));
  const first = forming(socket.take());
  expect([first.length, first.includes(CHEAP)]).toEqual([perGroup + 1, true]);
  const told = new Set(first);
  for (let group = 1; told.size <= DEAR.length && group < DEAR.length; group++) {
    // No trade: what is told is what was owed.
    await world.take(quote(NOON + MINUTE / 2 + group, "99", "101"));
    const more = forming(socket.take());
    expect(more.some((topic) => told.has(topic))).toBe(false);
    for (const topic of more) told.add(topic);
  }
  expect(told.size).toBe(DEAR.length + 1);
  await world.take(quote(NOON + MINUTE / 2 + 500, "99", "101"));
  expect(forming(socket.take())).toEqual([]);
});
