/** The directory of gateways as a real object: what it was told outlives eviction and kill. */
import { abortAllDurableObjects, evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import type { GatewayDirectory } from "../../actors/gateway-directory/gateway-directory.ts";
import { systemClock } from "../../actors/runtime/clock.ts";
import { envelopeNow } from "./envelope-now.ts";

const { GATEWAY_DIRECTORY } = env as unknown as {
  GATEWAY_DIRECTORY: DurableObjectNamespace<GatewayDirectory>;
};

let name = "";
beforeEach(() => {
  name = `gateways-${crypto.randomUUID()}`;
});
const directory = () => GATEWAY_DIRECTORY.getByName(name);
const listed = async () => {
  const reply = await directory().list(envelopeNow(), { limit: 10 });
  return reply.ok ? reply.value.items.map((item) => JSON.parse(item)) : reply.code;
};

describe("the directory of gateways", () => {
  test("evicted and killed, knows its gateways, their load and which of them drain", async () => {
    await directory().assign(envelopeNow(), {});
    await directory().add(envelopeNow());
    const load = { gateway: "g-1", connections: 150, topics: 4, at: systemClock.now() };
    await directory().report(envelopeNow(), load);
    await evictDurableObject(directory());
    await directory().drain(envelopeNow(), "g-2", false);
    await abortAllDurableObjects();
    expect(await listed()).toMatchObject([
      { gateway: "g-1", connections: 150, state: "open" },
      { gateway: "g-2", connections: 0, state: "draining" },
    ]);
  });

  test("sends a storm of connections to all gateways alike", async () => {
    for (let each = 0; each < 3; each++) await directory().add(envelopeNow());
    const sent = await Promise.all(Array.from({ length: 300 }, () => directory().assign(envelopeNow(), {})));
    const counts = Map.groupBy(sent, (reply) => (reply.ok ? reply.value : reply.code));
    expect([...counts].map(([gateway, all]) => [gateway, all.length])).toEqual([
      ["g-1", 100],
      ["g-2", 100],
      ["g-3", 100],
    ]);
  });
});
