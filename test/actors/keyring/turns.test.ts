import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { KEYS_PER_TENANT_MAX, REMEMBERED_CREATIONS_MAX } from "../../../actors/keyring/bounds.ts";
import { attemptOf } from "../../../actors/keyring/secrets.ts";
import { keyReply, parseApiKey } from "../../../src/contracts/keys.ts";
import { ADMIN, KeyringBench, OTHER, ROOT, sha256 } from "../../support/keyring-bench.ts";
import { at, envelope } from "../../support/runtime-fakes.ts";

const UNAUTHENTICATED = { ok: false, code: "unauthenticated" };

describe("a key", () => {
  test("is shown once, verifies, and says what it allows", () => {
    const bench = new KeyringBench();
    const expiresAt = at(1_000);
    const key = bench.made({ scopes: ["risk:trade"], expiresAt });
    expect(parseApiKey(key.key)).toEqual({ id: key.id, secret: key.key.slice(-43) });
    expect(key.key.startsWith(`${key.prefix}_`)).toBe(true);
    expect(bench.verify(key)).toEqual({
      ok: true,
      value: { tenant: "acme", subject: key.id, scopes: ["risk:trade"], expiresAt },
    });
  });

  test("that is unknown, wrong, expired or revoked is refused by the same bytes", () => {
    const bench = new KeyringBench();
    const [wrong, expired, revoked] = [
      bench.made(),
      bench.made({ scopes: ["admin"], expiresAt: at(5) }),
      bench.made(),
    ];
    bench.run(bench.turns.revoke(revoked.id, ADMIN));
    bench.clock.pass(5);
    const replies = [
      bench.turns.verify("nobody", sha256("x")),
      bench.turns.verify("nobody", "0".repeat(64)),
      bench.turns.verify(wrong.id, sha256("x")),
      bench.turns.verify(wrong.id, ""),
      bench.turns.verify(wrong.id, `${sha256(wrong.key.slice(-43))}0`),
      bench.turns.verify("__proto__", sha256("x")),
      bench.verify(expired),
      bench.verify(revoked),
    ];
    for (const reply of replies) expect(JSON.stringify(reply)).toBe(JSON.stringify(UNAUTHENTICATED));
  });

  test("outlives an eviction, and so does its revocation", () => {
    const bench = new KeyringBench();
    const [kept, revoked] = [bench.made(), bench.made()];
    bench.run(bench.turns.revoke(revoked.id, ADMIN));
    bench.restart();
    expect(bench.verify(kept)).toMatchObject({ ok: true });
    expect(bench.verify(revoked)).toEqual(UNAUTHENTICATED);
  });

  test("leaves neither secret nor digest in facts, nor the secret on disk", () => {
    const bench = new KeyringBench();
    const key = bench.made();
    bench.run(bench.turns.revoke(key.id, ADMIN));
    const again = bench.made();
    const secret = again.key.slice(-43);
    const disk = JSON.stringify([
      ...bench.sql.exec("SELECT * FROM api_key"),
      ...bench.sql.exec("SELECT * FROM idempotency"),
    ]);
    expect(disk).toContain(sha256(secret));
    expect(disk).not.toContain(secret);
    const facts = JSON.stringify(bench.outbox.facts);
    expect(facts).not.toContain(secret);
    expect(facts).not.toContain(sha256(secret));
    expect(bench.outbox.facts.map(({ kind, payload }) => [kind, JSON.parse(payload)])).toMatchObject([
      [
        "key-created",
        {
          id: key.id,
          prefix: key.prefix,
          tenant: "acme",
          scopes: ["market:read"],
          createdAt: bench.clock.now(),
          createdBy: "boss",
        },
      ],
      ["key-revoked", { id: key.id, tenant: "acme", revokedAt: bench.clock.now(), revokedBy: "boss" }],
      ["key-created", { id: again.id }],
    ]);
  });
});

describe("the list", () => {
  test("shows a tenant its own keys without secrets, and root all", () => {
    const bench = new KeyringBench();
    const mine = [bench.made(), bench.made()];
    const theirs = bench.made(undefined, OTHER);
    const page = bench.turns.list(ADMIN, { limit: 10 });
    expect(page.items.map((item) => keyReply.parse(JSON.parse(item)).id)).toEqual(mine.map(({ id }) => id));
    expect(page.total).toBe(2);
    expect(JSON.stringify(page)).not.toMatch(/digest|secret/);
    expect(bench.turns.list(OTHER, { limit: 10 })).toMatchObject({ total: 1 });
    expect(bench.turns.list(ROOT, { limit: 10 }).items.map((item) => JSON.parse(item).id)).toEqual(
      [...mine, theirs].map(({ id }) => id),
    );
  });

  test("has pages without gaps or doubles, whatever their size", () => {
    fc.assert(
      fc.property(
        fc.array(fc.boolean(), { maxLength: 12 }),
        fc.integer({ min: 1, max: 5 }),
        (owners, limit) => {
          const bench = new KeyringBench();
          const mine = owners.flatMap((own) =>
            bench.made(undefined, own ? ADMIN : OTHER).tenant === "acme" ? [1] : [],
          );
          const seen: string[] = [];
          for (let after: string | undefined = ""; after !== undefined; ) {
            const page = bench.turns.list(ADMIN, { limit, after });
            expect(page.items.length).toBeLessThanOrEqual(limit);
            expect(page.total).toBe(mine.length);
            seen.push(...page.items.map((item) => JSON.parse(item).id));
            after = page.next;
          }
          expect(seen).toHaveLength(mine.length);
          expect(seen).toEqual([...new Set(seen)].sort());
          bench.sql.close();
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe("an Idempotency-Key", () => {
  test("makes one key: a repeat is told which, since the secret is not kept", async () => {
    const bench = new KeyringBench();
    const attempt = await attemptOf({ ...envelope(), principal: ADMIN, idempotencyKey: "i1" }, "body");
    const other = await attemptOf({ ...envelope(), principal: ADMIN, idempotencyKey: "i1" }, "another body");
    const first = bench.create(undefined, ADMIN, attempt);
    const id = first.ok ? JSON.parse(first.value).id : "";
    for (const again of [attempt, other]) {
      bench.restart();
      expect(bench.create(undefined, ADMIN, again)).toMatchObject({
        ok: false,
        code: "idempotency-key-reused",
        detail: expect.stringContaining(id),
      });
    }
    expect(bench.count("api_key")).toBe(1);
  });

  test("of another caller is another key, and one of a refused creation can be used again", async () => {
    const bench = new KeyringBench();
    const of = (caller: typeof ADMIN) =>
      attemptOf({ ...envelope(), principal: caller, idempotencyKey: "i1" }, "body");
    expect(bench.create({ scopes: ["admin"], tenant: "zeta" }, ADMIN, await of(ADMIN))).toMatchObject({
      ok: false,
      code: "forbidden",
    });
    expect(bench.create(undefined, ADMIN, await of(ADMIN)).ok).toBe(true);
    expect(bench.create(undefined, OTHER, await of(OTHER)).ok).toBe(true);
    expect(await attemptOf(envelope(), "body")).toBeUndefined();
  });

  test("of two creations in one group makes one key", async () => {
    const bench = new KeyringBench();
    const attempt = await attemptOf({ ...envelope(), principal: ADMIN, idempotencyKey: "i1" }, "body");
    const turns = [1, 2].map(() => bench.createTurn({ scopes: ["admin"] }, ADMIN, attempt));
    expect(bench.group(...turns).map(({ ok }) => ok)).toEqual([true, false]);
    expect(bench.count("api_key")).toBe(1);
  });

  test("bound keyring/table:idempotency: the oldest keys are forgotten", async () => {
    const bench = new KeyringBench();
    const { creations } = bench.store;
    const remember = (from: number, to: number) => {
      for (let index = from; index < to; index++) creations.remember(`k${index}`, "h", "id");
      bench.sql.transaction(() => bench.store.write());
    };
    remember(0, 10);
    remember(10, REMEMBERED_CREATIONS_MAX + 1);
    expect(bench.count("idempotency")).toBeLessThanOrEqual(REMEMBERED_CREATIONS_MAX);
    expect([creations.find("k0"), creations.find(`k${REMEMBERED_CREATIONS_MAX}`)]).toEqual([
      undefined,
      { bodyHash: "h", reply: "id" },
    ]);
  });
});

test("bound keyring/table:api_key: the rows are those of the state, expired ones leave with the next", () => {
  const bench = new KeyringBench();
  const expiresAt = at(10);
  for (let index = 0; index < KEYS_PER_TENANT_MAX; index++) {
    const turn = bench.createTurn({ scopes: ["admin"], ...(index === 0 ? { expiresAt } : {}) });
    turn.settle(turn.decide());
  }
  bench.sql.transaction(() => bench.store.write());
  expect(bench.create()).toMatchObject({ ok: false, code: "too-many" });
  expect(bench.count("api_key")).toBe(KEYS_PER_TENANT_MAX);
  bench.clock.pass(10);
  expect(bench.create().ok).toBe(true);
  expect(bench.create()).toMatchObject({ ok: false, code: "too-many" });
  expect(bench.count("api_key")).toBe(KEYS_PER_TENANT_MAX);
});
