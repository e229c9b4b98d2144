import { describe, expect, test } from "vitest";
import { TEMPLATES_MAX } from "../../../actors/tenant-directory/bounds.ts";
import { MIGRATIONS, TenantStore } from "../../../actors/tenant-directory/store.ts";
import { TemplateTurns } from "../../../actors/tenant-directory/template-turns.ts";
import { limitTemplate, listedTemplate } from "../../../src/contracts/limit-templates.ts";
import { TurnBench } from "../../support/turn-bench.ts";

class TemplateBench extends TurnBench<TenantStore, TemplateTurns> {
  constructor() {
    super(MIGRATIONS, (sql, surroundings) => {
      const store = new TenantStore(sql);
      return { store, turns: new TemplateTurns("acme", store.templates, surroundings) };
    });
  }

  put(template: string, body: object = { limits: [WIDE] }, by = "ann") {
    return this.run(this.turns.put(template, JSON.stringify(body), by));
  }

  found(template: string) {
    const reply = this.turns.find(template);
    return reply.ok ? limitTemplate.parse(JSON.parse(reply.value)) : reply.code;
  }
}

const WIDE = { id: "wide", kind: "max-order-qty", threshold: "1000", action: "reject" };
const names = (page: { items: readonly string[] }) => page.items.map((item) => JSON.parse(item).template);

describe("a template of limits", () => {
  test("is kept with who put it when and why, told as a fact, and outlives a load", () => {
    const bench = new TemplateBench();
    bench.put("equities", { limits: [WIDE], reason: "first of the year" });
    bench.restart();
    const shown = {
      template: "equities",
      version: 1,
      limits: [WIDE],
      by: "ann",
      at: bench.clock.now(),
      reason: "first of the year",
    };
    expect(bench.found("equities")).toEqual(shown);
    expect(bench.outbox.facts.map(({ kind, payload }) => [kind, JSON.parse(payload)])).toEqual([
      ["limit-template-put", { tenant: "acme", ...shown }],
    ]);
  });

  test("counts its puts, and one that is forgotten is unknown", () => {
    const bench = new TemplateBench();
    bench.put("equities");
    expect(bench.put("equities", { limits: [] }, "bob")).toMatchObject({ ok: true });
    expect(bench.found("equities")).toMatchObject({ version: 2, limits: [], by: "bob", reason: null });
    expect(bench.run(bench.turns.remove("equities", "bob"))).toEqual({ ok: true, value: null });
    expect(bench.found("equities")).toBe("template-unknown");
    expect(bench.run(bench.turns.remove("equities", "bob"))).toMatchObject({ code: "template-unknown" });
    expect(bench.outbox.facts.map(({ kind }) => kind)).toEqual([
      "limit-template-put",
      "limit-template-put",
      "limit-template-removed",
    ]);
  });

  test("that the contract does not allow is refused by its place, and nothing is kept", () => {
    const bench = new TemplateBench();
    expect(bench.put("x", { limits: [{ ...WIDE, threshold: undefined }] })).toMatchObject({
      ok: false,
      code: "field-combination",
      errors: [{ path: "limits.0.threshold" }],
    });
    expect([bench.found("x"), bench.outbox.facts.length]).toEqual(["template-unknown", 0]);
  });

  test("is listed by name, a page at a time", () => {
    const bench = new TemplateBench();
    for (const name of ["c", "a", "b"]) bench.put(name);
    const first = bench.turns.list({ limit: 2 });
    expect([names(first), first.total, first.next]).toEqual([["a", "b"], 3, "b"]);
    expect(listedTemplate.parse(JSON.parse(first.items[0] ?? ""))).toMatchObject({ template: "a", size: 1 });
    const rest = bench.turns.list({ limit: 2, after: "b" });
    expect([names(rest), rest.next]).toEqual([["c"], undefined]);
  });

  test("bound tenant-directory/table:limit_template: a further one is refused, present ones can be put and forgotten", () => {
    const bench = new TemplateBench();
    for (let index = 0; index < TEMPLATES_MAX; index++) bench.put(`t${index}`, { limits: [] });
    expect(bench.put("more")).toMatchObject({ ok: false, code: "too-many" });
    expect(bench.put("t0")).toMatchObject({ ok: true });
    bench.run(bench.turns.remove("t1", "ann"));
    expect(bench.put("more")).toMatchObject({ ok: true });
    expect(bench.sql.exec("SELECT template FROM limit_template")).toHaveLength(TEMPLATES_MAX);
  });
});
