/** The archiver inside workerd, where no Postgres answers: batches are soon refused without a try, over evictions too, and readiness says so. */
import { abortAllDurableObjects, SELF } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { archiverOf } from "../../actors/archiver/address.ts";
import { handToArchiver } from "../../actors/archiver/hand-over.ts";
import type { ArchiverApi } from "../../actors/archiver/messages.ts";
import { systemClock } from "../../actors/runtime/clock.ts";
import { systemEnvelope } from "../../actors/runtime/envelope.ts";
import type { OutboxBatch } from "../../actors/runtime/fact.ts";
import { asText } from "../../actors/runtime/fact-text.ts";
import { answer } from "../../actors/runtime/reply.ts";
import { readyReply } from "../../src/contracts/health.ts";
import type { Env } from "../../src/env.ts";
import { portsFrom } from "../../src/wiring.ts";

const ports = portsFrom(env as unknown as Env);
const envelope = () => systemEnvelope(systemClock.now());
const SENDER = "probe:waiting";
const batch: OutboxBatch = {
  actor: SENDER,
  facts: [[1, 0, "probe", "{}"]],
  incarnation: "one",
  knownIncarnations: [],
};
const archiver = () => ports.actors.archiver(archiverOf(SENDER));
const archived = () => archiver().archive(envelope(), batch);
const standing = async () => {
  const reply = await archiver().inspect(envelope());
  return reply.ok ? reply.value.status.breakers : [];
};

const ready = async () => {
  const response = await SELF.fetch("http://outcry.test/health/ready");
  return { status: response.status, body: readyReply.parse(await response.json()) };
};

test("a deploy: an object that knows no text says so as the sender expects, and is handed the facts", async () => {
  const { BARE } = env as unknown as { BARE: DurableObjectNamespace };
  const older = BARE.getByName("older") as unknown as ArchiverApi; // SAFETY: that it is none is what is tested.
  const took: OutboxBatch[] = [];
  const archiver: Pick<ArchiverApi, "archive" | "archiveText" | "archiveRuns"> = {
    archiveRuns: (...asked) => older.archiveRuns(...asked),
    archiveText: (...asked) => older.archiveText(...asked),
    archive: async (_envelope, facts) => {
      took.push(facts);
      return answer({ watermark: 1 });
    },
  };
  expect(await handToArchiver(() => archiver, envelope(), asText(batch))).toEqual(answer({ watermark: 1 }));
  expect(took).toEqual([batch]);
});

describe("an archiver without Postgres", () => {
  test("tries five times and then refuses at once, with the time until it tries again", async () => {
    expect(await standing()).toMatchObject([{ name: "postgres", state: "closed" }]);
    const refusals = [];
    for (let times = 0; times < 7; times++) refusals.push(await archived());
    for (const refused of refusals)
      expect(refused).toMatchObject({ ok: false, code: "dependency-unavailable" });
    const told = refusals.map((refused) => (refused.ok ? 0 : refused.retryAfterMs));
    expect(told.slice(0, 4)).toEqual([undefined, undefined, undefined, undefined]);
    for (const ms of told.slice(4)) {
      expect(ms).toBeGreaterThan(0);
      expect(ms).toBeLessThanOrEqual(5_000);
    }
    expect(await standing()).toMatchObject([{ name: "postgres", state: "open" }]);
  });

  test("from an actor that a deploy has not reached it takes facts one by one, and says the same", async () => {
    expect(await archiver().archiveText(envelope(), asText(batch))).toMatchObject({
      ...{ code: "dependency-unavailable", retryAfterMs: expect.any(Number) },
    });
  });

  test("still refuses after a kill, and the sender hears when to come", async () => {
    await abortAllDurableObjects();
    const refused = await archived();
    // The five seconds may be over on a slow machine: then this was the probe, and failed.
    expect(refused).toMatchObject({ code: "dependency-unavailable", retryAfterMs: expect.any(Number) });
    expect(await standing()).toMatchObject([{ name: "postgres", state: "open" }]);
    await expect(ports.deliver("archive", batch)).rejects.toMatchObject({
      ...{ name: "DeliveryRefused", retryAfterMs: expect.any(Number) },
    });
  });

  test("is why readiness says degraded, beside Postgres itself, and never 503", async () => {
    let said = await ready();
    for (let times = 0; times < 20 && said.body.checks.breakers === "ok"; times++) {
      await new Promise((resolve) => setTimeout(resolve, 500));
      await archived();
      said = await ready();
    }
    expect(said).toMatchObject({
      status: 200,
      body: { status: "degraded", checks: { actors: "ok", postgres: "failing", breakers: "failing" } },
    });
  });
});
