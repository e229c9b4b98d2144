/** The keyring as a real object: what it promised outlives eviction and kill, and what was used or revoked stays so. */
import { abortAllDurableObjects, evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import type { Keyring } from "../../actors/keyring/keyring.ts";
import type { Envelope } from "../../actors/runtime/envelope.ts";
import { sha256Hex } from "../../actors/runtime/id.ts";
import { newKeyReply, parseApiKey } from "../../src/contracts/keys.ts";
import { ticketReply } from "../../src/contracts/tickets.ts";
import { envelopeNow } from "./envelope-now.ts";

const { KEYRING } = env as unknown as { KEYRING: DurableObjectNamespace<Keyring> };

let name = "";
beforeEach(() => {
  name = `keyring-${crypto.randomUUID()}`;
});
const keyring = () => KEYRING.getByName(name);
const evict = () => evictDurableObject(keyring());
const by = (tenant = "acme", idempotencyKey?: string): Envelope => ({
  ...envelopeNow(),
  principal: { tenant, subject: "boss" },
  ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
});

async function make(body: unknown = { scopes: ["market:read"] }, envelope = by()) {
  const reply = await keyring().create(envelope, JSON.stringify(body));
  if (!reply.ok) throw new Error(reply.code);
  return newKeyReply.parse(JSON.parse(reply.value));
}
async function verify(key: string) {
  const parsed = parseApiKey(key);
  if (parsed === undefined) throw new Error("no key");
  return keyring().verify(by(), parsed.id, await sha256Hex(parsed.secret));
}
async function issue(subject = "boss") {
  const reply = await keyring().ticket(by(), { tenant: "acme", subject, scopes: ["risk:trade"] });
  if (!reply.ok) throw new Error(reply.code);
  return ticketReply.parse(JSON.parse(reply.value)).ticket;
}
const UNAUTHENTICATED = { ok: false, code: "unauthenticated" };

describe("the keyring", () => {
  test("verifies a key after eviction and kill, and never again once it was revoked", async () => {
    const { id, key } = await make();
    await evict();
    expect(await verify(key)).toEqual({
      ok: true,
      value: { tenant: "acme", subject: id, scopes: ["market:read"] },
    });
    await abortAllDurableObjects();
    expect(await verify(key)).toMatchObject({ ok: true });
    expect(await keyring().revoke(by("zeta"), id)).toMatchObject({ ok: false, code: "key-unknown" });
    expect(await keyring().revoke(by(), id)).toEqual({ ok: true, value: null });
    expect(await verify(key)).toEqual(UNAUTHENTICATED);
    await evict();
    expect(await verify(key)).toEqual(UNAUTHENTICATED);
    expect(await keyring().revoke(by(), id)).toMatchObject({ ok: false, code: "key-unknown" });
  });

  test("gives each ticket once, whoever comes first, through eviction and kill", async () => {
    const tickets = await Promise.all([issue(), issue(), issue()]);
    await evict();
    const twice = await Promise.all([1, 2].map(() => keyring().redeem(by(), tickets[0] ?? "")));
    expect(twice.map(({ ok }) => ok).sort()).toEqual([false, true]);
    await abortAllDurableObjects();
    expect(await keyring().redeem(by(), tickets[0] ?? "")).toEqual(UNAUTHENTICATED);
    expect(await keyring().redeem(by(), tickets[1] ?? "")).toEqual({
      ok: true,
      value: { tenant: "acme", subject: "boss", scopes: ["risk:trade"] },
    });
    expect(await keyring().redeem(by(), "0".repeat(32))).toEqual(UNAUTHENTICATED);
  });

  test("a revoked key's tickets are worth nothing", async () => {
    const { id } = await make();
    const ticket = await issue(id);
    await keyring().revoke(by(), id);
    await evict();
    expect(await keyring().redeem(by(), ticket)).toEqual(UNAUTHENTICATED);
  });

  test("makes one key for one Idempotency-Key, before and after an eviction", async () => {
    const { id } = await make(undefined, by("acme", "i1"));
    for (let again = 0; again < 2; again++) {
      expect(await keyring().create(by("acme", "i1"), '{"scopes":["market:read"]}')).toMatchObject({
        ok: false,
        code: "idempotency-key-reused",
        detail: expect.stringContaining(id),
      });
      await evict();
    }
    expect(await keyring().list(by(), { limit: 10 })).toMatchObject({ ok: true, value: { total: 1 } });
  });

  test("keeps no secret on its disk, in any table", async () => {
    const { key } = await make();
    const ticket = await issue();
    const disk = await runInDurableObject(keyring(), (_instance: Keyring, { storage }) => {
      const tables = storage.sql
        .exec<{ name: string }>(
          "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\'",
        )
        .toArray();
      return JSON.stringify(tables.map((table) => storage.sql.exec(`SELECT * FROM ${table.name}`).toArray()));
    });
    expect(disk).toContain(await sha256Hex(key.slice(-43)));
    for (const secret of [key.slice(-43), ticket]) expect(disk).not.toContain(secret);
  });
});
