import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import type { ProbeActor } from "./probe-actor.ts";

const probes = (env as unknown as { PROBE: DurableObjectNamespace<ProbeActor> }).PROBE;

test("what an object wrote is still there after it was evicted", async () => {
  const probe = probes.getByName("keeper");
  await probe.sql("CREATE TABLE kept (value INTEGER)");
  await probe.sql("INSERT INTO kept VALUES (7)");
  await evictDurableObject(probe);
  expect(await probes.getByName("keeper").sql("SELECT value FROM kept")).toEqual([{ value: 7 }]);
});
