/** The production ports inside workerd: every address leads to the object that it names, and what is missing says so. */
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { systemClock } from "../../actors/runtime/clock.ts";
import { systemEnvelope } from "../../actors/runtime/envelope.ts";
import type { OutboxBatch } from "../../actors/runtime/fact.ts";
import type { Env } from "../../src/env.ts";
import { portsFrom } from "../../src/wiring.ts";
import worker from "../../src/worker.ts";
import { envelopeNow } from "./envelope-now.ts";

const bindings = env as unknown as Env;
const ports = portsFrom(bindings);
const envelope = () => systemEnvelope(systemClock.now());
const opened = { strategy: "s-1", account: "main", name: "carry", tags: [], currency: "USD", legs: [] };
const batchOf = (actor: string, at = systemClock.now()): OutboxBatch => ({
  actor,
  facts: [[7, at, "strategy-opened", JSON.stringify({ type: "strategy-opened", ...opened, at })]],
  incarnation: "i1",
  knownIncarnations: [],
});

describe("a batch is taken to the destination that it names", () => {
  test.each(["tenant-directory/acme", "strategy/acme/s-1", "symbol/BINANCE:BTCUSDT"])(
    "%s",
    async (destination) => {
      expect(await ports.deliver(destination, batchOf("risk-shard:acme/main"))).toEqual({ watermark: 7 });
    },
  );

  test("again to the same one: it says how far it is, and has not moved", async () => {
    const before = { ...batchOf("risk-shard:acme/again"), facts: [[3, 0, "of-no-interest", "{}"]] as const };
    await ports.deliver("tenant-directory/acme", batchOf("risk-shard:acme/again"));
    expect(await ports.deliver("tenant-directory/acme", before)).toEqual({ watermark: 7 });
  });

  test("an archiver without Postgres takes nothing", async () =>
    expect(ports.deliver("archive", batchOf("symbol:X:A"))).rejects.toThrow());

  test.each(["nowhere/x", "keyring/keyring", "", "symbol"])(
    "there is no destination %j",
    async (destination) => expect(ports.deliver(destination, batchOf("symbol:X:A"))).rejects.toThrow(),
  );
});

describe("an address", () => {
  test("leads to the same object from every port that names it", async () => {
    const { actors } = ports;
    await actors.tenantDirectory("wired").admitAccount(envelope(), "a1");
    expect(await actors.inspected("tenant-directory:wired").inspect(envelope())).toMatchObject({
      ok: true,
      value: { actor: "tenant-directory:wired", status: { lastSeq: 1 } },
    });
    expect(await actors.tenantDirectory("wired").hasAccount(envelope(), "a1")).toEqual({
      ok: true,
      value: true,
    });
    expect(await actors.tenantDirectory("other").hasAccount(envelope(), "a1")).toEqual({
      ok: true,
      value: false,
    });
  });

  test("of a kind that there is not is a mistake of ours", () =>
    expect(() => ports.actors.inspected("nowhere:one")).toThrow());
});

describe("without a variable", () => {
  const without = (...names: (keyof Env)[]): Env => ({
    ...bindings,
    ...Object.fromEntries(names.map((name) => [name, undefined])),
  });

  test("every call is refused with its name, and with nothing of the others", async () => {
    const lacking = without("CURSOR_KEY", "DATABASE_URL");
    for (const path of ["/health/live", "/v1/keys", "/"]) {
      const request = new Request(`http://outcry.test${path}`) as never;
      const response = await worker.fetch(request, lacking, { waitUntil: () => {} } as never);
      const text = await response.text();
      expect(response.status).toBe(503);
      expect(JSON.parse(text)).toMatchObject({
        detail: expect.stringMatching(/^DATABASE_URL is missing: .+; CURSOR_KEY is missing: .+$/),
      });
    }
  });

  test("cron fails by its name", async () => {
    const controller = { cron: "* * * * *", scheduledTime: systemClock.now(), noRetry: () => {} };
    await expect(worker.scheduled(controller as never, without("DATABASE_URL"))).rejects.toThrow(
      "DATABASE_URL",
    );
  });

  test("without a database actors find each other, and old history is refused", async () => {
    const { history, mirror, deliver } = portsFrom(without("DATABASE_URL"));
    expect(await history.bars(envelopeNow(), "X:A", "1", { before: 1, limit: 1 })).toMatchObject({
      ok: false,
      code: "history-unavailable",
    });
    await expect(mirror.ping()).rejects.toThrow("missing or malformed: DATABASE_URL");
    expect(await deliver("tenant-directory/acme", batchOf("risk-shard:acme/x"))).toEqual({ watermark: 7 });
  });
});
