import { describe, expect, test } from "vitest";
import { apply } from "../../../actors/keyring/apply.ts";
import {
  KEYS_MAX,
  KEYS_PER_TENANT_MAX,
  TICKETS_MAX,
  TICKETS_PER_TENANT_MAX,
} from "../../../actors/keyring/bounds.ts";
import {
  createKey,
  type Decision,
  issueTicket,
  redeemTicket,
  revokeKey,
  TICKET_MS,
} from "../../../actors/keyring/decide.ts";
import type { KeyringEvent } from "../../../actors/keyring/events.ts";
import { initialState, type KeyRecord } from "../../../actors/keyring/state.ts";
import type { KeyBody } from "../../../src/contracts/keys.ts";
import { ADMIN, OTHER, ROOT, sha256 } from "../../support/keyring-bench.ts";
import { at, START } from "../../support/runtime-fakes.ts";

const NOW = START;

/** given(facts…) and then any decision on the state that they make. */
function given(...events: readonly KeyringEvent[]) {
  const state = initialState();
  for (const event of events) apply(state, event);
  const create = (body: Partial<KeyBody> = {}, caller = ADMIN, now = NOW) =>
    createKey(
      state,
      { id: "new", digest: sha256("new"), body: { scopes: ["market:read"], ...body } },
      caller,
      now,
    );
  return { state, create };
}

const keyOf = (id: string, changes: Partial<KeyRecord> = {}): KeyRecord => ({
  id,
  digest: sha256(id),
  tenant: "acme",
  scopes: ["market:read"],
  createdAt: NOW - 1,
  createdBy: "boss",
  ...changes,
});
const created = (id: string, changes: Partial<KeyRecord> = {}): KeyringEvent => ({
  kind: "key-created",
  key: keyOf(id, changes),
});
const issued = (
  name: string,
  tenant = "acme",
  subject = "boss",
  expiresAt = NOW + TICKET_MS,
): KeyringEvent => ({
  kind: "ticket-issued",
  ticket: { digest: sha256(name), credential: { tenant, subject, scopes: ["risk:read"] }, expiresAt },
});
const emits = (decision: Decision, ...kinds: readonly string[]) => {
  expect(decision).toMatchObject({ ok: true });
  expect(decision.ok && decision.events.map(({ kind }) => kind)).toEqual(kinds);
};

describe("making a key", () => {
  test("notes for whom, by whom and when, and only the digest of the secret", () => {
    const decision = given().create({ scopes: ["admin", "risk:read"], expiresAt: at(1) });
    expect(decision).toEqual({
      ok: true,
      events: [
        {
          kind: "key-created",
          key: {
            id: "new",
            digest: sha256("new"),
            tenant: "acme",
            scopes: ["admin", "risk:read"],
            createdAt: NOW,
            createdBy: "boss",
            expiresAt: NOW + 1,
          },
        },
      ],
    });
  });

  test("for another tenant is for root alone", () => {
    expect(given().create({ tenant: "zeta" })).toMatchObject({ ok: false, code: "forbidden" });
    expect(given().create({ tenant: "acme" })).toMatchObject({ ok: true });
    expect(given().create({ tenant: "zeta" }, ROOT)).toMatchObject({
      ok: true,
      events: [{ key: { tenant: "zeta", createdBy: "root" } }],
    });
    expect(given().create({}, ROOT)).toMatchObject({ ok: true, events: [{ key: { tenant: "default" } }] });
  });

  test("that would have expired already is refused", () => {
    expect(given().create({ expiresAt: START })).toMatchObject({ ok: false, code: "range" });
  });
});

describe("revoking a key", () => {
  test("takes its tickets with it, and no others", () => {
    const decision = revokeKey(
      given(created("k1"), issued("t1", "acme", "k1"), issued("t2"), issued("t3", "zeta", "k1")).state,
      "k1",
      ADMIN,
      NOW,
    );
    expect(decision).toEqual({
      ok: true,
      events: [
        { kind: "key-revoked", id: "k1", tenant: "acme", at: NOW, by: "boss" },
        { kind: "ticket-gone", digest: sha256("t1") },
      ],
    });
  });

  test("of another tenant, or one that never was, is refused alike; root may", () => {
    const { state } = given(created("k1"));
    const foreign = revokeKey(state, "k1", OTHER, NOW);
    expect(foreign).toMatchObject({ ok: false, code: "key-unknown" });
    expect(revokeKey(state, "k2", OTHER, NOW)).toEqual(foreign);
    emits(revokeKey(state, "k1", ROOT, NOW), "key-revoked");
  });
});

describe("tickets", () => {
  const credential = { tenant: "acme", subject: "boss", scopes: ["risk:read" as const] };

  test("live for 60 s", () => {
    emits(issueTicket(initialState(), "d", credential, NOW), "ticket-issued");
    const { state } = given(issued("t1"));
    expect(redeemTicket(state, sha256("t1"), NOW + TICKET_MS - 1)).toMatchObject({
      credential: { subject: "boss" },
    });
    expect(redeemTicket(state, sha256("t1"), NOW + TICKET_MS)).not.toHaveProperty("credential");
  });

  test("go when they are shown, valid or not", () => {
    const { state } = given(issued("t1"));
    for (const now of [NOW, NOW + TICKET_MS])
      expect(redeemTicket(state, sha256("t1"), now).events).toEqual([
        { kind: "ticket-gone", digest: sha256("t1") },
      ]);
    expect(redeemTicket(state, sha256("t2"), NOW)).toEqual({ events: [] });
  });

  test("are worth no more than the credential they were made with", () => {
    expect(issueTicket(initialState(), "d", { ...credential, expiresAt: NOW }, NOW)).toMatchObject({
      ok: false,
      code: "unauthenticated",
    });
    const { state } = given({
      kind: "ticket-issued",
      ticket: { digest: "d", credential: { ...credential, expiresAt: NOW + 5 }, expiresAt: NOW + TICKET_MS },
    });
    expect(redeemTicket(state, "d", NOW + 4)).toHaveProperty("credential");
    expect(redeemTicket(state, "d", NOW + 5)).not.toHaveProperty("credential");
  });
});

describe("bounds", () => {
  const many = (count: number, make: (index: number) => KeyringEvent) =>
    Array.from({ length: count }, (_, index) => make(index));

  test("bound keyring/state:keys: a tenant's next key is refused, or takes the place of expired ones", () => {
    const full = many(KEYS_PER_TENANT_MAX, (index) =>
      created(`k${index}`, index < 3 ? { expiresAt: NOW + 10 } : {}),
    );
    expect(given(...full).create()).toMatchObject({ ok: false, code: "too-many" });
    expect(given(...full).create({}, OTHER)).toMatchObject({ ok: true });
    emits(
      given(...full).create({}, ADMIN, at(10)),
      "key-forgotten",
      "key-forgotten",
      "key-forgotten",
      "key-created",
    );
  });

  test("bound keyring/state:keys: all tenants together have a bound as well", () => {
    const full = many(KEYS_MAX, (index) =>
      created(`k${index}`, { tenant: `t${index % 50}`, ...(index === 7 ? { expiresAt: NOW + 10 } : {}) }),
    );
    expect(given(...full).create()).toMatchObject({ ok: false, code: "too-many" });
    const { state, create } = given(...full);
    const decision = create({}, ADMIN, at(10));
    emits(decision, "key-forgotten", "key-created");
    if (decision.ok) for (const event of decision.events) apply(state, event);
    expect(state.keys.size).toBe(KEYS_MAX);
  });

  test("bound keyring/state:tickets: expired ones leave, else the next is refused, per tenant and in all", () => {
    const credential = { tenant: "acme", subject: "boss", scopes: [] };
    const mine = many(TICKETS_PER_TENANT_MAX, (index) => issued(`t${index}`));
    expect(issueTicket(given(...mine).state, "d", credential, NOW)).toMatchObject({
      ok: false,
      code: "too-many",
    });
    expect(issueTicket(given(...mine).state, "d", { ...credential, tenant: "zeta" }, NOW)).toMatchObject({
      ok: true,
    });
    const all = many(TICKETS_MAX, (index) => issued(`t${index}`, `t${index % 20}`));
    const { state } = given(...all);
    expect(issueTicket(state, "d", credential, NOW)).toMatchObject({ ok: false, code: "too-many" });
    const later = issueTicket(state, "d", credential, NOW + TICKET_MS);
    if (later.ok) for (const event of later.events) apply(state, event);
    expect(state.tickets.size).toBe(1);
  });
});
