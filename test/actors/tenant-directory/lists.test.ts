/** Lists of strategies by state and tag, and how long closed ones are in them. */
import { describe, expect, test } from "vitest";
import { migrateLocally } from "../../../actors/runtime/local-migrations.ts";
import { CLOSED_LISTED_MAX } from "../../../actors/tenant-directory/bounds.ts";
import type { ListedState } from "../../../actors/tenant-directory/state.ts";
import { MIGRATIONS, TenantStore } from "../../../actors/tenant-directory/store.ts";
import { TenantTurns } from "../../../actors/tenant-directory/turns.ts";
import { memorySql } from "../../support/node-sql.ts";
import { TenantBench } from "../../support/tenant-bench.ts";
import { AT, amended, closed, opened } from "../../support/tenant-news.ts";

function directory(...accounts: readonly string[]): TenantBench {
  const bench = new TenantBench();
  for (const account of accounts) bench.admitAccount(account);
  return bench;
}

describe("a list of one state, or of one tag", () => {
  const filtered = (bench: TenantBench, query: { state?: ListedState; tag?: string }, limit = 1) => {
    const seen: string[] = [];
    const totals = new Set<number>();
    for (let after: string | undefined = ""; after !== undefined; ) {
      const page = bench.turns.strategies({ limit, after, ...query });
      seen.push(...page.items.map((item) => JSON.parse(item).id));
      totals.add(page.total);
      after = page.next;
    }
    return { seen, totals: [...totals] };
  };

  test("has those and no others, in pages with one total, also after a restart", () => {
    const bench = directory("main");
    bench.hear(
      "main",
      opened(1, "s1", "main", { state: "draft", tags: ["x"] }),
      opened(2, "s2", "main", { state: "active", tags: ["x", "y"] }),
      opened(3, "s3", "main", { tags: ["y"] }),
      opened(4, "s4", "main", { tags: ["x"] }),
      amended(5, "s3", "new", { state: "paused", tags: ["x"] }),
      closed(6, "s4"),
    );
    for (const round of ["fresh", "restarted"]) {
      if (round === "restarted") bench.restart();
      expect(filtered(bench, {})).toEqual({ seen: ["s1", "s2", "s3"], totals: [3] });
      expect(filtered(bench, { state: "draft" })).toEqual({ seen: ["s1"], totals: [1] });
      expect(filtered(bench, { state: "active" })).toEqual({ seen: ["s2"], totals: [1] });
      expect(filtered(bench, { state: "paused" })).toEqual({ seen: ["s3"], totals: [1] });
      expect(filtered(bench, { state: "closed" })).toEqual({ seen: ["s4"], totals: [1] });
      expect(filtered(bench, { tag: "x" })).toEqual({ seen: ["s1", "s2", "s3"], totals: [3] });
      expect(filtered(bench, { tag: "y" })).toEqual({ seen: ["s2"], totals: [1] });
      expect(filtered(bench, { tag: "x", state: "closed" })).toEqual({ seen: ["s4"], totals: [1] });
      expect(filtered(bench, { tag: "none" })).toEqual({ seen: [], totals: [0] });
    }
  });

  test("a directory of the version before lists its open ones as active, by their tags, and keeps the others known", () => {
    const bench = new TenantBench();
    const sql = memorySql();
    migrateLocally(sql, MIGRATIONS.slice(0, 2));
    const shown = JSON.stringify({
      id: "s1",
      name: "n",
      account: "main",
      tags: ["x"],
      instruments: [],
      openedAt: 5,
    });
    sql.database.exec(`INSERT INTO account VALUES ('main', 1)`);
    sql.database.exec(
      `INSERT INTO strategy VALUES ('s1', 'main', 'open', 1, '${shown}'), ('s2', 'main', 'closed', 1, ''), ('s3', 'main', 'admitted', 1, '')`,
    );
    migrateLocally(sql, MIGRATIONS);
    const turns = new TenantTurns("acme", new TenantStore(sql), bench);
    expect(turns.strategies({ limit: 9 })).toMatchObject({ total: 1 });
    expect(
      turns.strategies({ limit: 9, state: "active", tag: "x" }).items.map((item) => JSON.parse(item)),
    ).toMatchObject([{ id: "s1", state: "active" }]);
    expect(turns.strategies({ limit: 9, state: "closed" })).toEqual({ items: [], total: 0 });
    for (const id of ["s1", "s2", "s3"]) expect(turns.accountOf(id)).toEqual({ ok: true, value: "main" });
  });
});

describe("bounds", () => {
  test("bound tenant-directory/table:strategy_tag: the oldest closed one leaves the list with its tags, and stays known", () => {
    const bench = directory("main");
    bench.hear("main", opened(1, "first", "main", { tags: ["x"] }), closed(2, "first", AT + 1));
    bench.sql.database.exec(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${CLOSED_LISTED_MAX - 1})
       INSERT INTO strategy SELECT 'filler' || i, 'main', 'closed', 0, '{"tags":["f"]}', 'closed', ${AT + 2} FROM n`,
    );
    bench.sql.database.exec(
      "INSERT INTO strategy_tag SELECT 'f', strategy FROM strategy WHERE strategy LIKE 'filler%'",
    );
    bench.restart();
    expect(bench.turns.strategies({ limit: 1, state: "closed" }).total).toBe(CLOSED_LISTED_MAX);
    bench.hear("main", opened(3, "last", "main", { tags: ["x"] }), closed(4, "last", AT + 3));
    expect(bench.turns.strategies({ limit: 1, state: "closed" }).total).toBe(CLOSED_LISTED_MAX);
    expect(
      bench.turns
        .strategies({ limit: 9, state: "closed", tag: "x" })
        .items.map((item) => JSON.parse(item).id),
    ).toEqual(["last"]);
    expect(bench.count("strategy_tag")).toBe(CLOSED_LISTED_MAX);
    expect(bench.turns.accountOf("first")).toEqual({ ok: true, value: "main" });
    bench.restart();
    expect(bench.store.load()).toMatchObject({ closed: CLOSED_LISTED_MAX, open: 0 });
  });
});
