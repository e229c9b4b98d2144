/** Groups of strategies in their tenant's directory: listed by themselves, known under a name that no strategy has. */
import { expect, test } from "vitest";
import type { Fact } from "../../../actors/runtime/fact.ts";
import { TenantBench } from "../../support/tenant-bench.ts";
import { AT, closed, opened } from "../../support/tenant-news.ts";

function group(
  seq: number,
  id: string,
  type: "strategy-opened" | "strategy-amended",
  members: string[],
): Fact {
  const own = {
    type,
    strategy: `group:${id}`,
    name: `${id} of ${members.length}`,
    tags: [],
    legs: [],
    members,
  };
  const first = type === "strategy-opened" ? { account: "main", currency: "USD", at: AT } : {};
  return [seq, AT, type, JSON.stringify({ ...own, ...first })];
}

function world(): TenantBench {
  const bench = new TenantBench();
  bench.admitAccount("main");
  bench.admitStrategy("group:desk", "main");
  bench.hear(
    "main",
    opened(1, "a", "main"),
    group(2, "desk", "strategy-opened", ["a"]),
    opened(3, "zz", "main"),
  );
  return bench;
}
const groups = (bench: TenantBench, query: { limit: number; after?: string } = { limit: 10 }) => {
  const { items, ...rest } = bench.turns.groups(query);
  return { ids: items.map((item) => (JSON.parse(item) as { id: string }).id), ...rest };
};
const shown = (bench: TenantBench, id: string) => {
  const reply = bench.turns.group(id);
  return reply.ok ? JSON.parse(reply.value) : reply.code;
};

test("a group is known by its account and listed apart from strategies", () => {
  const bench = world();
  expect(shown(bench, "desk")).toEqual({
    ...{ id: "desk", name: "desk of 1", account: "main", currency: "USD", strategies: ["a"] },
  });
  expect(bench.turns.accountOf("group:desk")).toMatchObject({ ok: true, value: "main" });
  expect(bench.listed()).toEqual(["a", "zz"]);
  expect(groups(bench)).toEqual({ ids: ["desk"], total: 1 });
  expect(shown(bench, "a")).toBe("group-unknown");
});

test("its name and members change; one that has ended is unknown, and can be made again", () => {
  const bench = world();
  bench.hear("main", group(4, "desk", "strategy-amended", ["a", "zz"]));
  expect(shown(bench, "desk")).toMatchObject({ name: "desk of 2", strategies: ["a", "zz"] });
  bench.hear("main", closed(5, "group:desk"));
  expect([shown(bench, "desk"), groups(bench).total]).toEqual(["group-unknown", 0]);
  bench.hear("main", group(6, "desk", "strategy-amended", ["a"]));
  expect(shown(bench, "desk")).toBe("group-unknown");
  bench.hear("main", group(7, "desk", "strategy-opened", ["zz"]));
  expect(shown(bench, "desk")).toMatchObject({ strategies: ["zz"] });
});

test("pages of groups follow their ids, and a group that was only announced is in none", () => {
  const bench = world();
  bench.admitStrategy("group:announced", "main");
  bench.hear("main", group(4, "alpha", "strategy-opened", ["a"]), group(5, "beta", "strategy-opened", ["a"]));
  expect(groups(bench, { limit: 2 })).toEqual({ ids: ["alpha", "beta"], total: 3, next: "group:beta" });
  expect(groups(bench, { limit: 2, after: "group:beta" })).toEqual({ ids: ["desk"], total: 3 });
  expect(shown(bench, "announced")).toBe("group-unknown");
});
