import { describe, expect, test } from "vitest";
import { TICKETS_PER_TENANT_MAX } from "../../../actors/keyring/bounds.ts";
import { TICKET_MS } from "../../../actors/keyring/decide.ts";
import { ticketReply } from "../../../src/contracts/tickets.ts";
import { ADMIN, KeyringBench, sha256 } from "../../support/keyring-bench.ts";

const UNAUTHENTICATED = { ok: false, code: "unauthenticated" };

describe("a ticket", () => {
  test("opens once, with the rights of its credential", () => {
    const bench = new KeyringBench();
    const reply = bench.issue("ticket-1");
    expect(
      ticketReply
        .omit({ ticket: true })
        .strip()
        .parse(JSON.parse(reply.ok ? reply.value : "")),
    ).toEqual({ expiresAt: bench.clock.now() + TICKET_MS });
    expect(bench.redeem("ticket-1")).toEqual({
      ok: true,
      value: { tenant: "acme", subject: "boss", scopes: ["market:read"] },
    });
    expect(bench.redeem("ticket-1")).toEqual(UNAUTHENTICATED);
  });

  test("is gone after its use even when the object is evicted at once, and there until then", () => {
    const bench = new KeyringBench();
    bench.issue("used", "boss", "acme", bench.clock.now() + 90_000);
    bench.issue("kept");
    bench.restart();
    expect(bench.redeem("used").ok).toBe(true);
    bench.restart();
    expect(bench.redeem("used")).toEqual(UNAUTHENTICATED);
    expect(bench.redeem("kept").ok).toBe(true);
  });

  test("of two redemptions in one group opens for one", () => {
    const bench = new KeyringBench();
    bench.issue("t");
    const turns = [1, 2].map(() => bench.turns.redeem(sha256("t")));
    expect(bench.group(...turns).map(({ ok }) => ok)).toEqual([true, false]);
  });

  test("goes with the key that asked for it", () => {
    const bench = new KeyringBench();
    const key = bench.made();
    bench.issue("t", key.id);
    bench.run(bench.turns.revoke(key.id, ADMIN));
    expect(bench.redeem("t")).toEqual(UNAUTHENTICATED);
  });

  test("is stored as a digest and makes no fact", () => {
    const bench = new KeyringBench();
    bench.issue("plain-ticket");
    expect(JSON.stringify(bench.sql.exec("SELECT * FROM ticket"))).not.toContain("plain-ticket");
    expect(bench.outbox.facts).toEqual([]);
  });

  test("bound keyring/table:ticket: the rows are those of the state, expired ones leave with the next", () => {
    const bench = new KeyringBench();
    const turns = Array.from({ length: TICKETS_PER_TENANT_MAX }, (_, index) =>
      bench.turns.issue(
        { ticket: "t", digest: sha256(`t${index}`) },
        { tenant: "acme", subject: "s", scopes: [] },
      ),
    );
    for (const turn of turns) turn.settle(turn.decide());
    bench.sql.transaction(() => bench.store.write());
    expect(bench.issue("one more")).toMatchObject({ ok: false, code: "too-many" });
    expect(bench.count("ticket")).toBe(TICKETS_PER_TENANT_MAX);
    bench.clock.pass(TICKET_MS);
    expect(bench.issue("one more").ok).toBe(true);
    expect(bench.count("ticket")).toBe(1);
  });
});
