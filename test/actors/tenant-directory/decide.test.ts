import { describe, expect, test } from "vitest";
import type { Fact } from "../../../actors/runtime/fact.ts";
import { apply } from "../../../actors/tenant-directory/apply.ts";
import { ACCOUNTS_MAX, STRATEGIES_MAX } from "../../../actors/tenant-directory/bounds.ts";
import { admitAccount, admitStrategy, hear } from "../../../actors/tenant-directory/decide.ts";
import { parseNews } from "../../../actors/tenant-directory/messages.ts";
import { initialState, type StrategyRow } from "../../../actors/tenant-directory/state.ts";
import { strategyObject } from "../../../src/contracts/strategies.ts";
import { AT, amended, closed, opened } from "../../support/tenant-news.ts";

const row = (changes: Partial<StrategyRow> = {}): StrategyRow => ({
  strategy: "s1",
  account: "main",
  status: "admitted",
  admittedAt: AT - 5,
  shown: "",
  listed: "",
  tags: [],
  closedAt: 0,
  ...changes,
});
const newsOf = (fact: Fact) => {
  const parsed = parseNews([fact]);
  const [news] = parsed.ok ? parsed.value : [];
  if (news === undefined || news.type === "firm-put") throw new Error("no news");
  return news;
};
const nobody = { accountPresent: true, row: undefined, abandoned: () => [] };

describe("an account", () => {
  test("is admitted once", () => {
    expect(admitAccount(initialState(), "main", false, AT)).toEqual({
      ok: true,
      events: [{ kind: "account-admitted", account: "main", at: AT }],
    });
    expect(admitAccount(initialState(), "main", true, AT)).toEqual({ ok: true, events: [] });
  });

  test("bound tenant-directory/table:account: one more is refused, a present one is not", () => {
    const state = { ...initialState(), accounts: ACCOUNTS_MAX - 1 };
    const last = admitAccount(state, "last", false, AT);
    if (last.ok) for (const event of last.events) apply(state, event);
    expect(state.accounts).toBe(ACCOUNTS_MAX);
    expect(admitAccount(state, "more", false, AT)).toMatchObject({ ok: false, code: "too-many" });
    expect(admitAccount(state, "last", true, AT)).toEqual({ ok: true, events: [] });
  });
});

describe("a strategy", () => {
  const s1 = { strategy: "s1", account: "main" };

  test("is admitted once, into an account that is there", () => {
    expect(admitStrategy(initialState(), s1, nobody, AT)).toEqual({
      ok: true,
      events: [{ kind: "strategy-admitted", ...s1, at: AT }],
    });
    expect(admitStrategy(initialState(), s1, { ...nobody, row: row() }, AT)).toEqual({
      ok: true,
      events: [],
    });
    expect(admitStrategy(initialState(), s1, { ...nobody, accountPresent: false }, AT)).toMatchObject({
      ok: false,
      code: "account-unknown",
    });
  });

  test("stays in its account", () => {
    expect(
      admitStrategy(initialState(), s1, { ...nobody, row: row({ account: "other" }) }, AT),
    ).toMatchObject({ ok: false, code: "idempotency-key-reused" });
  });

  test("bound tenant-directory/table:strategy: abandoned ones leave, else one more is refused", () => {
    const state = { ...initialState(), strategies: STRATEGIES_MAX };
    expect(admitStrategy(state, s1, nobody, AT)).toMatchObject({ ok: false, code: "too-many" });
    const decision = admitStrategy(state, s1, { ...nobody, abandoned: () => ["a", "b"] }, AT);
    if (decision.ok) for (const event of decision.events) apply(state, event);
    expect(state.strategies).toBe(STRATEGIES_MAX - 1);
  });

  test("while there is room nobody looks for abandoned ones", () => {
    const abandoned = () => expect.unreachable("a scan of the table");
    expect(admitStrategy(initialState(), s1, { ...nobody, abandoned }, AT)).toMatchObject({ ok: true });
  });
});

describe("news", () => {
  test("of an opened strategy shows it in the public shape", () => {
    const heard = hear(newsOf(opened(1, "s1", "main")), row());
    expect(heard?.row).toMatchObject({ status: "open", account: "main", admittedAt: AT - 5 });
    expect(strategyObject.parse(JSON.parse(heard?.row.shown ?? ""))).toEqual({
      id: "s1",
      name: "name of s1",
      account: "main",
      currency: "USD",
      instruments: [{ symbol: "X:A" }],
      tags: ["t"],
      state: "active",
      openedAt: AT,
    });
  });

  test("says in which state it is, and an account of the version before says nothing that changes it", () => {
    const draft = hear(newsOf(opened(1, "s1", "main", { state: "draft" })), undefined)?.row;
    expect([draft?.listed, JSON.parse(draft?.shown ?? "").state]).toEqual(["draft", "draft"]);
    const renamed = hear(newsOf(amended(2, "s1", "new")), draft)?.row;
    expect([renamed?.listed, JSON.parse(renamed?.shown ?? "").state]).toEqual(["draft", "draft"]);
    const paused = hear(newsOf(amended(3, "s1", "new", { state: "paused" })), renamed)?.row;
    expect([paused?.listed, JSON.parse(paused?.shown ?? "").state]).toEqual(["paused", "paused"]);
  });

  test("of an amended one changes what it says and keeps the rest", () => {
    const before = hear(newsOf(opened(1, "s1", "main")), undefined)?.row;
    const shown = JSON.parse(hear(newsOf(amended(2, "s1", "new")), before)?.row.shown ?? "");
    expect(strategyObject.parse(shown)).toMatchObject({
      name: "new",
      tags: [],
      instruments: [{ symbol: "X:A" }, { symbol: "X:B" }],
      account: "main",
      openedAt: AT,
    });
  });

  test("of a closed one keeps what it was, and when it was closed", () => {
    const before = hear(newsOf(opened(1, "s1", "main")), undefined)?.row;
    const row = hear(newsOf(closed(2, "s1")), before)?.row;
    expect(row).toMatchObject({ status: "closed", account: "main", listed: "closed", closedAt: AT });
    expect(strategyObject.parse(JSON.parse(row?.shown ?? ""))).toMatchObject({
      id: "s1",
      name: "name of s1",
      state: "closed",
      closedAt: AT,
    });
  });

  test("of one that closed before there were lists of closed ones lists nothing", () => {
    expect(hear(newsOf(closed(2, "s1")), row({ status: "closed" }))?.row).toMatchObject({
      listed: "",
      shown: "",
    });
  });

  test("of a strategy that is not open has nothing to amend, and nothing to close where there is none", () => {
    expect(hear(newsOf(amended(2, "s1", "new")), undefined)).toBeUndefined();
    expect(hear(newsOf(amended(2, "s1", "new")), row({ status: "closed" }))).toBeUndefined();
    expect(hear(newsOf(closed(2, "s1")), undefined)).toBeUndefined();
  });

  test("of other kinds is passed over, and news that cannot be read is refused", () => {
    expect(parseNews([[1, AT, "fill-booked", "not even JSON"], closed(2, "s1")])).toMatchObject({
      ok: true,
      value: [{ strategy: "s1" }],
    });
    for (const payload of ["", "null", "[]", "{}", '{"strategy":5}', '{"strategy":""}'])
      expect(parseNews([[1, AT, "strategy-closed", payload]])).toMatchObject({ ok: false, code: "invalid" });
    expect(
      parseNews([[1, AT, "strategy-closed", '{"strategy":"s1","type":"strategy-opened","at":1}']]),
    ).toMatchObject({ ok: true, value: [{ type: "strategy-closed" }] });
  });
});
