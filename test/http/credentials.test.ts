import { describe, expect, test } from "vitest";
import { systemEnvelope } from "../../actors/runtime/envelope.ts";
import { refusal } from "../../actors/runtime/reply.ts";
import type { EpochMs } from "../../src/domain/time.ts";
import { CREDENTIAL_AGE_MS_MAX, CREDENTIALS_MAX, Credentials } from "../../src/http/credentials.ts";
import { ExpiringMap } from "../../src/http/expiring-map.ts";
import { fakeEdge, NOW, ROOT_KEY } from "../support/fake-edge.ts";

const later = (ms: number): EpochMs => (NOW + ms) as EpochMs;
const bearer = (token: string): Headers => new Headers({ authorization: `Bearer ${token}` });
const envelope = systemEnvelope(NOW);

describe("a credential that was verified", () => {
  test("is not asked for again while it is fresh, and is asked for when it is not", async () => {
    const edge = await fakeEdge();
    await edge.fetch("GET", "/v1/keys");
    edge.clock.at = later(CREDENTIAL_AGE_MS_MAX - 1);
    await edge.fetch("GET", "/v1/keys");
    expect(edge.verified).toEqual(["acme"]);
    edge.clock.at = later(CREDENTIAL_AGE_MS_MAX);
    await edge.fetch("GET", "/v1/keys");
    expect(edge.verified).toEqual(["acme", "acme"]);
  });

  test("stops within 5 s of its revocation", () => expect(CREDENTIAL_AGE_MS_MAX).toBeLessThan(5_000));

  test("counts from when it was asked for, not from when the answer came", async () => {
    const clock = { at: NOW, now: () => clock.at };
    let asked = 0;
    const slow = new Credentials(
      [
        async () => {
          asked += 1;
          clock.at = (clock.at + CREDENTIAL_AGE_MS_MAX) as EpochMs;
          return { tenant: "acme", subject: "k", scopes: [] };
        },
      ],
      clock,
    );
    await slow.of(bearer("abc"), envelope);
    await slow.of(bearer("abc"), envelope);
    expect(asked).toBe(2);
  });

  test("ends at its own end, also while it is remembered", async () => {
    const clock = { at: NOW, now: () => clock.at };
    const credentials = new Credentials(
      [async () => ({ tenant: "acme", subject: "k", scopes: [], expiresAt: later(1_000) })],
      clock,
    );
    expect((await credentials.of(bearer("abc"), envelope)).ok).toBe(true);
    clock.at = later(1_000);
    expect(await credentials.of(bearer("abc"), envelope)).toMatchObject({ code: "unauthenticated" });
  });

  test("a wrong one is never remembered", async () => {
    const edge = await fakeEdge();
    for (let times = 0; times < 3; times++)
      await edge.fetch("GET", "/v1/keys", { key: `ok_nobody_${"s".repeat(43)}` });
    expect(edge.verified).toEqual(["nobody", "nobody", "nobody"]);
  });
});

test("readers are asked in order until one knows the token", async () => {
  const asked: string[] = [];
  const clock = { now: () => NOW };
  const credentials = new Credentials(
    [
      async () => void asked.push("first"),
      async () => {
        asked.push("second");
        return { tenant: "acme", subject: "token", scopes: [] };
      },
      async () => void asked.push("third"),
    ],
    clock,
  );
  expect(await credentials.of(bearer("abc"), envelope)).toMatchObject({
    ok: true,
    value: { subject: "token" },
  });
  expect(asked).toEqual(["first", "second"]);
});

test("the root key has every scope, and no actor is asked about it", async () => {
  const edge = await fakeEdge();
  for (const path of ["/v1/keys", "/v1/instruments", "/v1/accounts/main", "/v1/strategies"]) {
    expect((await edge.fetch("GET", path, { key: ROOT_KEY })).status).not.toBe(403);
  }
  expect(edge.verified).toEqual([]);
  expect(edge.calls.at(-1)?.args[0]).toMatchObject({ principal: { tenant: "default", subject: "root" } });
});

test("a keyring that does not answer is our fault and not the caller's", async () => {
  for (const verify of [() => Promise.reject(new Error("gone")), () => refusal("overloaded")]) {
    const { fetch } = await fakeEdge({ answers: { "keyring.verify": verify } });
    const response = await fetch("GET", "/v1/keys");
    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).toMatch(/^[1-9]\d*$/);
    expect(await response.json()).toMatchObject({ code: "dependency-unavailable" });
  }
});

describe("what an isolate remembers is bounded", () => {
  test("the oldest entry leaves at the bound", () => {
    const map = new ExpiringMap<number>(CREDENTIALS_MAX);
    for (let index = 0; index <= CREDENTIALS_MAX; index++) map.set(String(index), index, NOW);
    expect(map.size).toBe(CREDENTIALS_MAX);
    expect(map.get("0", NOW)).toBeUndefined();
    expect(map.get("1", NOW)).toBe(1);
    expect(map.get(String(CREDENTIALS_MAX), NOW)).toBe(CREDENTIALS_MAX);
  });

  test("an entry that is set again is young again", () => {
    const map = new ExpiringMap<number>(2);
    map.set("a", 1, NOW);
    map.set("b", 2, NOW);
    map.set("a", 3, NOW);
    map.set("c", 4, NOW);
    expect([map.get("a", NOW), map.get("b", NOW), map.get("c", NOW)]).toEqual([3, undefined, 4]);
  });
});
