/** What a ping brings, and how many of them are taken. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { PING_BURST_MAX, PINGS_PER_SECOND_MAX } from "../../../actors/gateway/limits.ts";
import { World } from "./gateway-world.ts";

// What an opening waits for at the most is counted in real time: a busy machine would end one that only waits for this test.
beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterEach(() => void vi.useRealTimers());

test("a ping brings a heartbeat, further ones within a second their pong alone", async () => {
  const world = new World();
  const client = world.connect();
  const both = [{ op: "pong", id: "p" }, { op: "hb" }];
  expect(await client.ask({ op: "ping", id: "p" })).toMatchObject(both);
  expect(await client.ask({ op: "ping", id: "p" })).toEqual([{ op: "pong", id: "p" }]);
  world.clock.pass(1_000);
  expect(await client.ask({ op: "ping", id: "p" })).toMatchObject(both);
});

test("pings have a measure of their own, below that of all frames: who sends more is closed", async () => {
  const world = new World();
  const client = world.connect();
  for (let sent = 0; sent < PING_BURST_MAX; sent++) await client.ask({ op: "ping" });
  expect(client.socket.closing).toBeUndefined();
  world.clock.pass(1_000);
  for (let sent = 0; sent < PINGS_PER_SECOND_MAX; sent++) await client.ask({ op: "ping" });
  expect(client.socket.closing).toBeUndefined();
  await client.ask({ op: "ping" });
  expect(client.socket.closing).toEqual({ code: 1008, reason: "too many pings" });
});
