/** Groups of strategies in their account: who may be in one, what it hears, and what survives a load. */
import { describe, expect, test } from "vitest";
import { apply } from "../../../actors/risk-shard/apply.ts";
import { STRATEGIES_MAX } from "../../../actors/risk-shard/capacity.ts";
import { destinationsOf } from "../../../actors/risk-shard/facts.ts";
import {
  decideGroup,
  decideRemoval,
  GROUPS_OF_STRATEGY_MAX,
  isGroup,
  Memberships,
} from "../../../actors/risk-shard/groups.ts";
import { initialState, type RiskState, type Strategy } from "../../../actors/risk-shard/state.ts";
import { money } from "../../../src/domain/money.ts";

const strategy = (id: string, legs: readonly string[] = []): Strategy => ({
  ...{ id, name: id, tags: [], openings: 0, openedAt: 1 },
  legs: legs.map((symbol) => ({ symbol: symbol as never })),
});

function account(...strategies: Strategy[]): RiskState {
  const state = initialState();
  state.account = { account: "main", currency: "USD", equity: money(0n) };
  for (const one of strategies) state.strategies.set(one.id, one);
  return state;
}

function put(state: RiskState, group: string, strategies: string[]) {
  const decided = decideGroup(state, group, { name: "Desk", strategies }, 5);
  if ("refuse" in decided) return decided.refuse;
  for (const event of decided.events) apply(state, event);
  return decided.events.map((event) => ("news" in event ? event.news : event));
}
const membersOf = (state: RiskState, group: string): readonly string[] => {
  const found = state.strategies.get(`group:${group}`);
  return isGroup(found) ? found.members : [];
};

describe("a group", () => {
  test("opens with its members and their legs, and each joins with what it holds", () => {
    const state = account(strategy("a", ["XNAS:B", "XNAS:A"]), strategy("b", ["XNAS:A"]));
    expect(put(state, "desk", ["b", "a"])).toEqual([
      expect.objectContaining({
        type: "strategy-opened",
        strategy: "group:desk",
        members: ["a", "b"],
        currency: "USD",
      }),
      { type: "group-moved", strategy: "group:desk", member: "a", joined: true, lines: [], at: 5 },
      { type: "group-moved", strategy: "group:desk", member: "b", joined: true, lines: [], at: 5 },
    ]);
    const found = state.strategies.get("group:desk");
    expect(found?.legs).toEqual([{ symbol: "XNAS:A" }, { symbol: "XNAS:B" }]);
  });

  test("put anew changes its members: who leaves is told first, who stays is not told", () => {
    const state = account(strategy("a"), strategy("b"), strategy("c"));
    put(state, "desk", ["a", "b"]);
    expect(put(state, "desk", ["b", "c"])).toEqual([
      expect.objectContaining({ type: "strategy-amended", members: ["b", "c"] }),
      expect.objectContaining({ type: "group-moved", member: "a", joined: false }),
      expect.objectContaining({ type: "group-moved", member: "c", joined: true }),
    ]);
    expect(membersOf(state, "desk")).toEqual(["b", "c"]);
  });

  test("keeps a member that was closed since, and takes no other that is not open", () => {
    const state = account(strategy("a"), strategy("b"));
    put(state, "desk", ["a", "b"]);
    state.strategies.delete("a");
    expect(put(state, "desk", ["a", "b"])).toHaveLength(1);
    expect(put(state, "desk", ["a", "b", "gone"])).toBe("strategy-unknown");
    expect(put(state, "other", ["a"])).toBe("strategy-unknown");
  });

  test("ends with its members leaving it", () => {
    const state = account(strategy("a"));
    put(state, "desk", ["a"]);
    const decided = decideRemoval(state, "desk", 6);
    if ("refuse" in decided) throw new Error(decided.refuse);
    expect(decided.events.map((event) => ("news" in event ? event.news.type : ""))).toEqual([
      "group-moved",
      "strategy-closed",
    ]);
    for (const event of decided.events) apply(state, event);
    expect(state.strategies.has("group:desk")).toBe(false);
    expect(decideRemoval(state, "desk", 7)).toMatchObject({ refuse: "group-unknown" });
    expect(decideRemoval(account(strategy("a")), "a", 7)).toMatchObject({ refuse: "group-unknown" });
  });

  test("hears each fill of its members beside them, and nothing of others", () => {
    const state = account(strategy("a"), strategy("b"));
    put(state, "desk", ["a"]);
    put(state, "all", ["a", "b"]);
    const memberships = new Memberships(state.strategies);
    const told = (name: string) =>
      destinationsOf({ kind: "fill-news", news: { strategy: name } }, "acme", memberships.of(name));
    expect(told("a").toSorted()).toEqual([
      "strategy/acme/a",
      "strategy/acme/group:all",
      "strategy/acme/group:desk",
    ]);
    expect(told("b")).toEqual(["strategy/acme/b", "strategy/acme/group:all"]);
    expect(told("group:desk")).toEqual(["strategy/acme/group:desk"]);
  });
});

test("bound risk-shard/memory:memberships: a strategy is in so many groups, and an account has so many of both", () => {
  const state = account(strategy("a"));
  for (let group = 0; group < GROUPS_OF_STRATEGY_MAX; group++) put(state, `g${group}`, ["a"]);
  expect(put(state, "one-more", ["a"])).toBe("too-many");
  const full = account(...Array.from({ length: STRATEGIES_MAX }, (_, index) => strategy(`s${index}`)));
  expect(put(full, "desk", ["s1"])).toBe("too-many");
  expect(new Memberships(state.strategies).size).toBe(1);
});
