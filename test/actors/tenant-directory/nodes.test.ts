/** Firms and desks in the directory: one id for one of them, no circles, and lists of what they say of themselves. */
import { describe, expect, test } from "vitest";
import type { OutboxBatch } from "../../../actors/runtime/fact.ts";
import { NODES_MAX } from "../../../actors/tenant-directory/bounds.ts";
import { NodeTurns } from "../../../actors/tenant-directory/node-turns.ts";
import { MIGRATIONS, TenantStore } from "../../../actors/tenant-directory/store.ts";
import { TenantTurns } from "../../../actors/tenant-directory/turns.ts";
import { deskList, firmList } from "../../../src/contracts/firms.ts";
import type { NodeKind } from "../../../src/domain/firm.ts";
import { TurnBench } from "../../support/turn-bench.ts";

class NodeBench extends TurnBench<TenantStore, NodeTurns> {
  constructor() {
    super(MIGRATIONS, (sql, surroundings) => {
      const store = new TenantStore(sql);
      return { store, turns: new NodeTurns("acme", store.nodes, surroundings) };
    });
  }

  admit(kind: NodeKind, id: string, parent?: string) {
    const reply = this.run(this.turns.admit({ kind, id, ...(parent === undefined ? {} : { parent }) }));
    return reply.ok || reply.code;
  }

  /** As the node's own fact says it. */
  tell(kind: NodeKind, id: string, parent?: string) {
    const payload = JSON.stringify({ tenant: "acme", id, kind, currency: "USD", parent });
    const batch: OutboxBatch = {
      actor: `firm:acme/${id}`,
      facts: [[1, this.clock.now(), "firm-put", payload]],
    } as never;
    const turns = new TenantTurns("acme", this.store, this, this.turns);
    return this.run(turns.receive(batch));
  }

  stands(kind: NodeKind, id: string, parent?: string) {
    const admitted = this.admit(kind, id, parent);
    if (admitted === true) this.tell(kind, id, parent);
    return admitted;
  }

  list(kind: NodeKind, limit = 10, after?: string) {
    const reply = this.turns.list(kind, after === undefined ? { limit } : { limit, after });
    if (!reply.ok) throw new Error(reply.code);
    const { items, total, next } = reply.value;
    return { items: items.map((item) => JSON.parse(item)), total, next };
  }
}

/** Firm f, desks a > b > c below it. */
function tree(): NodeBench {
  const bench = new NodeBench();
  bench.stands("firm", "f");
  bench.stands("desk", "a", "f");
  bench.stands("desk", "b", "a");
  bench.stands("desk", "c", "b");
  return bench;
}

describe("a firm or desk", () => {
  test("is noted once, told as a fact, and is there after a load", () => {
    const bench = new NodeBench();
    expect([bench.admit("firm", "f"), bench.admit("firm", "f")]).toEqual([true, true]);
    expect(bench.outbox.facts.map(({ kind, payload }) => [kind, JSON.parse(payload)])).toEqual([
      ["node-admitted", { tenant: "acme", id: "f", kind: "firm", at: bench.clock.now() }],
    ]);
    bench.restart();
    expect([
      bench.turns.has("firm", "f"),
      bench.turns.has("desk", "f"),
      bench.turns.has("firm", "g"),
    ]).toEqual([true, false, false]);
  });

  test("has its id alone: a firm's is no desk's, and a parent has to be there", () => {
    const bench = tree();
    expect(bench.admit("desk", "f", "f")).toBe("name-taken");
    expect(bench.admit("firm", "a")).toBe("name-taken");
    expect(bench.admit("desk", "d", "nobody")).toBe("parent-unknown");
  });

  test("is never below itself, and no more than three desks stand below one another, whole branches counted", () => {
    const bench = tree();
    expect(bench.admit("desk", "a", "a")).toBe("parent-cycle");
    expect(bench.admit("desk", "a", "c")).toBe("parent-cycle");
    expect(bench.admit("desk", "d", "c")).toBe("parent-depth");
    bench.stands("desk", "x", "f");
    expect(bench.admit("desk", "b", "x")).toBe(true);
    expect(bench.admit("desk", "a", "x")).toBe("parent-depth");
    expect(bench.admit("desk", "x", "c")).toBe("parent-depth");
    expect(bench.admit("desk", "c", "f")).toBe(true);
  });

  test("stands where it says itself: a parent that it refused is not noted", () => {
    const bench = tree();
    bench.stands("desk", "x", "f");
    expect(bench.admit("desk", "x", "b")).toBe(true);
    expect(bench.admit("desk", "a", "x"), "x is still right below the firm").toBe("parent-depth");
    expect(bench.list("desk").items.find(({ desk }) => desk === "x").parent).toBe("f");
  });

  test("is listed by id, firms and desks apart, by pages, before it has told of itself too", () => {
    const bench = tree();
    bench.admit("desk", "ab", "a");
    const desks = bench.list("desk", 2);
    expect(desks).toMatchObject({ total: 4, next: "ab" });
    expect(desks.items).toEqual([
      { desk: "a", node: "desk:a", currency: "USD", parent: "f" },
      { desk: "ab", node: "desk:ab", currency: null, parent: null },
    ]);
    expect(bench.list("desk", 2, "ab").items.map(({ desk }) => desk)).toEqual(["b", "c"]);
    expect(deskList.shape.items.parse(bench.list("desk").items)).toHaveLength(4);
    expect(firmList.shape.items.parse(bench.list("firm").items)).toHaveLength(1);
  });

  test("bound tenant-directory/table:node: one more is refused, present ones can be put", () => {
    const bench = new NodeBench();
    bench.admit("firm", "f");
    bench.sql.transaction(() => {
      for (let count = 1; count < NODES_MAX; count++)
        bench.store.nodes.mark({ node: `d${count}`, kind: "desk", parent: "f", shown: "" });
      bench.store.write();
    });
    expect(bench.admit("desk", "more", "f")).toBe("too-many");
    expect(bench.admit("desk", "d1", "f")).toBe(true);
    expect(bench.count("node")).toBe(NODES_MAX);
  });
});
