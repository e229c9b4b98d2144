/** A child that leaves has an heir: at the same moment what it was granted is that one's, whatever is on its way, and nobody else's. */
import { describe, expect, test } from "vitest";
import { applyGrants } from "../../../../actors/runtime/escrow/apply-grants.ts";
import { decideAsk, decideLeave, replyFor } from "../../../../actors/runtime/escrow/grants.ts";
import { type GrantsState, initialGrants } from "../../../../actors/runtime/escrow/grants-state.ts";
import { applyReply, askFor, loadHolding, storedOf } from "../../../../actors/runtime/escrow/holding.ts";
import { INHERITANCES_MAX } from "../../../../actors/runtime/escrow/limits.ts";
import type { Amounts, QuotaAsk, QuotaReply } from "../../../../actors/runtime/escrow/messages.ts";
import { budgetsPut } from "../../../../actors/runtime/escrow/nodes.ts";

const GROSS = "firm:f/gross";
const of = (amount: bigint): Amounts => (amount === 0n ? {} : { [GROSS]: amount });

function limit(state: GrantsState, threshold: bigint): GrantsState {
  const limits = [{ id: "gross", kind: "max-gross-exposure", threshold }];
  applyGrants(state, budgetsPut("firm:f", limits, "equal", 0n));
  return state;
}

const ask = (child: string, n: number, more: Partial<QuotaAsk> = {}): QuotaAsk => ({
  ...{ child, incarnation: `${child}!`, n, seq: n, currency: "USD", priority: 100 },
  ...{ held: {}, committed: {}, used: more.committed ?? {}, needed: {} },
  ...more,
});

function answered(state: GrantsState, one: QuotaAsk): QuotaReply {
  const outcome = decideAsk(state, one, 1_000);
  if (outcome.kind === "refused") throw new Error(outcome.code);
  if (outcome.kind === "granted") applyGrants(state, outcome.event);
  const reply = replyFor(state, one.child);
  if (reply === undefined) throw new Error("fenced");
  return reply;
}

const codeOf = (state: GrantsState, one: QuotaAsk): string => {
  const outcome = decideAsk(state, one, 1_000);
  return outcome.kind === "refused" ? outcome.code : outcome.kind;
};

function leaves(state: GrantsState, child: string, heir?: string): string {
  const outcome = decideLeave(state, child, `${child}!`, {}, heir);
  if (outcome.kind === "refused") return outcome.code;
  if (outcome.event !== undefined) applyGrants(state, outcome.event);
  return outcome.event === undefined ? "nothing" : "left";
}

const grantedTo = (state: GrantsState, child: string): bigint =>
  state.children.get(child)?.granted[GROSS] ?? 0n;
const inAll = (state: GrantsState): bigint => state.granted.get(GROSS) ?? 0n;

/** All of a limit of 1,000 is used: 700 by a, 300 by b. */
function full(): GrantsState {
  const state = limit(initialGrants("firm:f", "equal"), 700n);
  answered(state, ask("account:a", 1, { committed: of(700n) }));
  limit(state, 1_000n);
  answered(state, ask("account:b", 1, { committed: of(300n) }));
  expect([grantedTo(state, "account:a"), inAll(state)]).toEqual([700n, 1_000n]);
  return state;
}

describe("an heir", () => {
  test("has at once what was granted to who left, and nothing is free in between", () => {
    const state = full();
    answered(state, ask("split:a", 1));
    expect(leaves(state, "account:a", "split:a")).toBe("left");
    expect([grantedTo(state, "split:a"), inAll(state)]).toEqual([700n, 1_000n]);
    expect(answered(state, ask("account:b", 3, { held: of(300n), needed: of(1n) })).granted).toEqual(
      of(300n),
    );
  });

  test("that is no child yet becomes one, and is whoever asks first under its name", () => {
    const state = full();
    leaves(state, "account:a", "split:a");
    expect(grantedTo(state, "split:a")).toBe(700n);
    expect(answered(state, ask("split:a", 1)).granted).toEqual(of(700n));
    expect(codeOf(state, ask("split:a", 1, { incarnation: "another" }))).toBe("child-fenced");
  });

  test("is none of those who have left under its name before", () => {
    const state = full();
    leaves(state, "account:a", "split:a");
    const { inherited } = answered(state, ask("split:a", 1));
    expect(inherited).toHaveLength(1);
    leaves(state, "split:a", "account:a");
    expect(codeOf(state, ask("account:a", 9, { held: of(700n) }))).toBe("ask-outdated");
    const back = ask("account:a", 1, { incarnation: "new", committed: of(700n) });
    expect(answered(state, back).granted).toEqual(of(700n));
    expect(codeOf(state, ask("account:a", 9, { held: of(700n) }))).toBe("ask-outdated");
  });

  test("loses nothing of it by an ask that does not know of it, and has it told until it says that it has it", () => {
    const state = full();
    answered(state, ask("split:a", 1));
    leaves(state, "account:a", "split:a");
    const first = answered(state, ask("split:a", 2));
    expect([first.granted, first.inherited?.length]).toEqual([of(700n), 1]);
    // That answer was lost.
    const again = answered(state, ask("split:a", 3));
    expect(again).toMatchObject({ granted: of(700n), inherited: first.inherited });
    const took = again.inherited?.map(({ id }) => id) ?? [];
    const last = answered(state, ask("split:a", 4, { held: of(700n), committed: of(600n), took }));
    expect([last.granted, last.inherited]).toEqual([of(700n), undefined]);
    const back = answered(state, ask("split:a", 5, { held: of(600n), committed: of(600n) }));
    expect((back.granted[GROSS] ?? 0n) < 700n).toBe(true);
    expect(inAll(state)).toBe(300n + (back.granted[GROSS] ?? 0n));
  });

  test("that says it has it is on disk as having it before it is answered: kept once more it would be twice as much", () => {
    const state = full();
    leaves(state, "account:a", "split:a");
    const took = answered(state, ask("split:a", 1)).inherited?.map(({ id }) => id) ?? [];
    const outcome = decideAsk(state, ask("split:a", 2, { held: of(700n), committed: of(700n), took }), 1_000);
    expect(outcome).toMatchObject({ kind: "granted", event: { isDurable: true } });
  });

  test("has all of it also where the limit is lower by now: nobody grows until that is back", () => {
    const state = limit(full(), 500n);
    leaves(state, "account:a", "split:a");
    expect(answered(state, ask("split:a", 1, { committed: of(700n) })).granted).toEqual(of(700n));
    const b = ask("account:b", 3, { held: of(200n), committed: of(200n), needed: of(1n) });
    expect(answered(state, b).granted).toEqual(of(200n));
    expect(inAll(state)).toBe(900n);
  });

  test("needs no more than what it is left, where that is what it asks for", () => {
    const state = full();
    leaves(state, "account:a", "split:a");
    const reply = answered(state, ask("split:a", 1, { needed: of(650n) }));
    expect([reply.granted, reply.isShort]).toEqual([of(700n), false]);
  });

  test("has what several leave it, each once", () => {
    const state = full();
    expect([leaves(state, "account:a", "heir"), leaves(state, "account:b", "heir")]).toEqual([
      "left",
      "left",
    ]);
    expect(leaves(state, "account:a", "heir")).toBe("nothing");
    const { granted, inherited } = answered(state, ask("heir", 1));
    expect([granted, inherited?.map(({ amounts }) => amounts)]).toEqual([of(1_000n), [of(700n), of(300n)]]);
    const one = inherited?.slice(0, 1).map(({ id }) => id) ?? [];
    expect(answered(state, ask("heir", 2, { held: of(700n), took: one })).inherited).toHaveLength(1);
    expect(grantedTo(state, "heir")).toBe(1_000n);
  });

  test("is called back for nothing of it before it was heard: it may all be in use", () => {
    const state = full();
    answered(state, ask("split:a", 1));
    leaves(state, "account:a", "split:a");
    const { used, committed } = state.children.get("split:a") ?? {};
    expect([used, committed]).toEqual([of(700n), of(700n)]);
  });

  test("bound: who has not taken over what many have left it is left no more until it has", () => {
    const state = limit(initialGrants("firm:f", "equal"), 1_000n);
    const names = Array.from({ length: INHERITANCES_MAX + 1 }, (_, each) => `account:${each}`);
    for (const [each, name] of names.entries())
      answered(limit(state, BigInt(each + 1)), ask(name, 1, { committed: of(1n) }));
    const told = names.map((name) => leaves(state, name, "heir"));
    expect(told).toEqual([...names.slice(1).map(() => "left"), "too-many"]);
    const took = answered(state, ask("heir", 1)).inherited?.map(({ id }) => id) ?? [];
    answered(state, ask("heir", 2, { held: state.children.get("heir")?.granted ?? {}, took }));
    expect(leaves(state, names.at(-1) ?? "", "heir")).toBe("left");
  });

  test("of nothing is nobody", () => {
    const state = limit(initialGrants("firm:f", "equal"), 0n);
    answered(state, ask("account:a", 1));
    leaves(state, "account:a", "split:a");
    expect([...state.children.keys()]).toEqual([]);
  });
});

describe("a child that was left something", () => {
  const standing = {
    ...{ child: "split:a", seq: 1, currency: "USD", priority: 100, isInUse: true },
    ...{ committed: of(700n), used: of(700n), wanted: {} },
  };

  test("has it on disk together with what it holds, and says so until an answer tells nothing of it any more", () => {
    const state = full();
    leaves(state, "account:a", "split:a");
    const first = askFor(loadHolding(undefined, "split:a!"), standing, 0);
    const heard = applyReply(first.holding, answered(state, first.ask));
    if (heard === undefined) throw new Error("not taken over");
    expect(storedOf(heard)).toMatchObject({ held: of(700n), took: ["account:a account:a!"] });
    // It dies, and goes on under another name.
    const second = askFor(loadHolding(storedOf(heard), "next"), standing, 10);
    expect(second.ask).toMatchObject({ held: of(700n), took: ["account:a account:a!"] });
    const after = applyReply(second.holding, answered(state, second.ask));
    if (after === undefined) throw new Error("not taken over");
    expect([after.held, after.took, grantedTo(state, "split:a")]).toEqual([of(700n), undefined, 700n]);
  });
});
