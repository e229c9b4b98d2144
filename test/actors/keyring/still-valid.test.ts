import { describe, expect, test } from "vitest";
import type { Credential } from "../../../actors/keyring/messages.ts";
import type { EpochMs } from "../../../src/domain/time.ts";
import { ADMIN, KeyringBench, OTHER, ROOT } from "../../support/keyring-bench.ts";

const HOUR = 3_600_000;

function held(bench: KeyringBench, lifeMs?: number): Credential {
  const expiry = lifeMs === undefined ? {} : { expiresAt: (bench.clock.now() + lifeMs) as EpochMs };
  const key = bench.made({ scopes: ["risk:trade", "risk:read"], ...expiry });
  const reply = bench.verify(key);
  if (!reply.ok) throw new Error(reply.code);
  return reply.value;
}
const holds = (bench: KeyringBench, credential: Credential, hasRootKey = true): boolean => {
  const reply = bench.turns.stillValid(credential, hasRootKey);
  return reply.ok && reply.value;
};

describe("a credential that opened a socket", () => {
  test("holds while its key is there, also over a load", () => {
    const bench = new KeyringBench();
    const credential = held(bench);
    expect(holds(bench, credential)).toBe(true);
    bench.restart();
    expect(holds(bench, credential)).toBe(true);
  });

  test("holds no longer once the key is revoked", () => {
    const bench = new KeyringBench();
    const credential = held(bench);
    bench.run(bench.turns.revoke(credential.subject, ADMIN));
    expect(holds(bench, credential)).toBe(false);
  });

  test("holds no longer once the key, or it itself, has expired", () => {
    const bench = new KeyringBench();
    const credential = held(bench, HOUR);
    const { expiresAt: _expiresAt, ...unbounded } = credential;
    const shorter = { ...credential, expiresAt: bench.clock.now() + HOUR / 2 };
    bench.clock.pass(HOUR / 2);
    expect([holds(bench, credential), holds(bench, shorter)]).toEqual([true, false]);
    bench.clock.pass(HOUR / 2);
    expect([holds(bench, credential), holds(bench, unbounded)]).toEqual([false, false]);
  });

  test("of another tenant, of no key, or with a scope that the key has not, never held", () => {
    const bench = new KeyringBench();
    const credential = held(bench);
    expect(holds(bench, { ...credential, tenant: OTHER.tenant })).toBe(false);
    expect(holds(bench, { ...credential, subject: "0000000000000000" })).toBe(false);
    expect(holds(bench, { ...credential, scopes: ["risk:trade", "admin"] })).toBe(false);
  });

  test("of the root key holds while there is one", () => {
    const bench = new KeyringBench();
    const root: Credential = { ...ROOT, scopes: ["admin"] };
    expect([holds(bench, root, true), holds(bench, root, false)]).toEqual([true, false]);
  });
});
