/** Rules of escrow, one by one: what an ask is answered, whom a parent fences, what a child keeps and gives back. */
import { describe, expect, test } from "vitest";
import { applyGrants } from "../../../../actors/runtime/escrow/apply-grants.ts";
import { grantsBounds, holdingBounds } from "../../../../actors/runtime/escrow/bounds.ts";
import { decideAdmit, decideAsk, decideLeave, replyFor } from "../../../../actors/runtime/escrow/grants.ts";
import { type GrantsState, initialGrants } from "../../../../actors/runtime/escrow/grants-state.ts";
import {
  applyRefusal,
  applyReply,
  askFor,
  type Holding,
  isCurrent,
  loadHolding,
  quotaOf,
  type Standing,
  storedOf,
} from "../../../../actors/runtime/escrow/holding.ts";
import { BUDGETS_KEPT_MAX, CHILDREN_MAX } from "../../../../actors/runtime/escrow/limits.ts";
import {
  type Amounts,
  PARENT_SILENCE_MS_MAX,
  type QuotaAsk,
} from "../../../../actors/runtime/escrow/messages.ts";
import {
  budgetNames,
  budgetsPut,
  hasRoomFor,
  standingOfNode,
} from "../../../../actors/runtime/escrow/nodes.ts";
import { callsFor } from "../../../../actors/runtime/escrow/shares.ts";
import type { QuotaPolicy } from "../../../../src/domain/firm.ts";

const GROSS = "firm:f/gross";

function firm(limit: bigint, reserve = 0n, policy: QuotaPolicy = "equal"): GrantsState {
  const state = initialGrants("firm:f", policy);
  const limits = [{ id: "gross", kind: "max-gross-exposure", threshold: limit }];
  applyGrants(state, budgetsPut("firm:f", limits, policy, reserve));
  return state;
}

const ask = (child: string, n: number, more: Partial<QuotaAsk> = {}): QuotaAsk => ({
  ...{ child, incarnation: `${child}!`, n, seq: n, currency: "USD", priority: 100 },
  ...{ held: {}, committed: {}, used: more.committed ?? {}, needed: {} },
  ...more,
});

const of = (amount: bigint): Amounts => ({ [GROSS]: amount });

/** What it is answered, and what the parent is then. */
function answered(state: GrantsState, one: QuotaAsk, at = 1_000): string | bigint {
  const outcome = decideAsk(state, one, at);
  if (outcome.kind !== "repeat" && "event" in outcome && outcome.event !== undefined)
    applyGrants(state, outcome.event);
  if (outcome.kind === "refused") return outcome.code;
  return replyFor(state, one.child)?.granted[GROSS] ?? 0n;
}

describe("what is granted", () => {
  test("growth gets no more than the limit less the reserve; what is used already may reach into the reserve, never above the limit", () => {
    const state = firm(100n, 200_000n);
    expect(answered(state, ask("account:a", 1, { needed: of(90n) }))).toBe(80n);
    expect(answered(state, ask("account:a", 2, { held: of(80n), committed: of(95n), needed: of(30n) }))).toBe(
      95n,
    );
    expect(
      answered(state, ask("account:a", 3, { held: of(95n), committed: of(120n), needed: of(25n) })),
    ).toBe(100n);
  });

  test("after a limit was lowered nothing more is granted, and what is not used is wished back", () => {
    const state = firm(100n);
    answered(state, ask("account:a", 1, { needed: of(90n) }));
    applyGrants(
      state,
      budgetsPut("firm:f", [{ id: "gross", kind: "max-gross-exposure", threshold: 40n }], "equal", 0n),
    );
    const lowered = ask("account:a", 2, { held: of(90n), committed: of(50n), needed: of(10n) });
    expect(answered(state, lowered)).toBe(90n);
    expect(replyFor(state, "account:a")?.wished[GROSS] ?? 0n).toBeLessThanOrEqual(50n);
  });

  test("a repeat is answered the same, an older ask is outdated, and neither changes anything", () => {
    const state = firm(100n);
    const first = ask("account:a", 7, { needed: of(30n) });
    const granted = answered(state, first);
    expect(decideAsk(state, first, 9_000).kind).toBe("repeat");
    expect(answered(state, first)).toBe(granted);
    expect(answered(state, ask("account:a", 6, { held: of(5n) }))).toBe("ask-outdated");
    expect(state.children.get("account:a")?.granted[GROSS]).toBe(granted);
  });

  test("on disk before the reply: other amounts, another incarnation, and more than the child said that it holds", () => {
    const state = firm(100n);
    const durable = (one: QuotaAsk): boolean => {
      const outcome = decideAsk(state, one, 1_000);
      if (outcome.kind !== "granted") return false;
      applyGrants(state, outcome.event);
      return outcome.event.isDurable;
    };
    expect(durable(ask("account:a", 1, { committed: of(50n), needed: of(100n) }))).toBe(true);
    // The answer was lost, and the same amount is granted again: an ask from before would lower it under the child.
    expect(durable(ask("account:a", 2, { committed: of(50n), needed: of(100n) }))).toBe(true);
    const same = { committed: of(100n), held: of(100n) };
    expect(durable(ask("account:a", 3, same))).toBe(false);
    expect(durable(ask("account:a", 1, { ...same, incarnation: "b", previous: "account:a!", seq: 9 }))).toBe(
      true,
    );
  });

  test("where others have it they are called, and the need waits; where nobody has, it is told so at once", () => {
    const state = firm(100n);
    answered(state, ask("account:a", 1, { needed: of(100n) }));
    expect(answered(state, ask("account:b", 1, { needed: of(40n) }), 2_000)).toBe(0n);
    expect(replyFor(state, "account:b")?.isShort).toBe(true);
    expect([...callsFor(state, undefined, 2_000)]).toEqual(["account:a"]);
    answered(state, ask("account:a", 2, { held: of(100n), committed: of(100n) }), 2_001);
    answered(state, ask("account:b", 2, { needed: of(40n) }), 2_002);
    expect(replyFor(state, "account:b")?.isShort).toBe(false);
  });

  test("of policy priority the lower number is served first, and the higher one gives back first", () => {
    const state = firm(100n, 0n, "priority");
    answered(state, ask("account:low", 1, { needed: of(50n), priority: 9 }));
    answered(state, ask("account:high", 1, { needed: of(50n), priority: 1 }));
    answered(state, ask("account:c", 1, { needed: of(20n), priority: 5 }), 2_000);
    expect([...callsFor(state, undefined, 2_000)]).toEqual(["account:low"]);
  });

  test("a net limit has a long and a short half, and a limit that was taken away is kept until it is given back", () => {
    expect(budgetNames("firm:f", "net", "max-net-exposure")).toEqual(["firm:f/net/long", "firm:f/net/short"]);
    const state = firm(100n);
    answered(state, ask("account:a", 1, { needed: of(60n) }));
    applyGrants(state, budgetsPut("firm:f", [], "equal", 0n));
    expect(state.granted.get(GROSS)).toBe(100n);
    expect(answered(state, ask("account:a", 2, { held: of(0n) }))).toBe(0n);
    expect(state.granted.has(GROSS)).toBe(false);
  });

  test("a desk says that what it granted on is committed, and what its children wait for is wanted", () => {
    const state = initialGrants("desk:d", "equal");
    const above = { held: of(30n), wished: of(30n), dry: new Map<string, number>(), ageMs: 0 };
    const outcome = decideAsk(state, ask("account:a", 1, { needed: of(50n) }), 1_000, above);
    if (outcome.kind === "granted") applyGrants(state, outcome.event);
    expect(standingOfNode(state, 1_000)).toMatchObject({ committed: of(30n), used: {}, wanted: of(20n) });
    expect(replyFor(state, "account:a", above)).toMatchObject({ isShort: true, ageMs: 0 });
  });
});

describe("who is fenced", () => {
  const known = (): GrantsState => {
    const state = firm(100n);
    answered(state, ask("account:a", 5, { needed: of(30n), seq: 20 }));
    return state;
  };
  const granted = of(100n);

  test.each([
    ["holds more than was granted", ask("account:a", 6, { held: of(101n), seq: 21 })],
    ["knows less than was heard of it", ask("account:a", 6, { held: granted, seq: 19 })],
    [
      "is neither the confirmed one nor its successor",
      ask("account:a", 1, { incarnation: "other", seq: 30 }),
    ],
    ["begins anew", ask("account:a", 1, { incarnation: "other", seq: 0 })],
    ["holds something and was never heard of", ask("account:b", 1, { held: of(1n) })],
  ])("a child that %s, until a person admits it", (_, one) => {
    const state = known();
    expect(answered(state, one)).toBe("child-fenced");
    expect(answered(state, ask(one.child, 99, { seq: 99 }))).toBe("child-fenced");
    const admitted = decideAdmit(state, one.child);
    if (admitted.kind === "done" && admitted.event !== undefined) applyGrants(state, admitted.event);
    expect(answered(state, { ...one, held: {} })).toBeTypeOf("bigint");
  });

  test("a successor is confirmed, and what its predecessor had sent is outdated", () => {
    const state = known();
    const next = ask("account:a", 1, { incarnation: "next", previous: "account:a!", held: granted, seq: 20 });
    expect(answered(state, next)).toBe(100n);
    expect(answered(state, ask("account:a", 9, { held: granted, seq: 25 }))).toBe("ask-outdated");
  });

  test("who has left gives all back, and what it sent before brings it nothing; who still uses something may not leave", () => {
    const state = known();
    expect(decideLeave(state, "account:a", "account:a!", of(1n))).toMatchObject({ code: "child-holds" });
    const left = decideLeave(state, "account:a", "account:a!", {});
    if (left.kind === "done" && left.event !== undefined) applyGrants(state, left.event);
    expect([state.children.size, state.granted.size]).toEqual([0, 0]);
    expect(answered(state, ask("account:a", 8, { needed: of(5n) }))).toBe("ask-outdated");
    expect(answered(state, ask("account:a", 1, { incarnation: "again" }))).toBeTypeOf("bigint");
  });
});

describe("what a child holds", () => {
  const standing = (more: Partial<Standing> = {}): Standing => ({
    ...{ child: "account:a", seq: 1, currency: "USD", priority: 100, isInUse: true },
    ...{ committed: {}, used: {}, wanted: {} },
    ...more,
  });

  function heard(
    holding: Holding,
    granted: bigint,
    { at = 1_000, wished = granted, ageMs = 0 } = {},
  ): Holding {
    const asked = askFor(holding, standing(), at);
    const reply = { n: asked.ask.n, granted: of(granted), wished: of(wished), isShort: false, ageMs };
    return applyReply(asked.holding, reply) ?? holding;
  }

  test("nothing after a load until its parent has answered, and nothing when it was silent for too long since it was asked", () => {
    const holding = loadHolding(undefined, "one");
    expect(quotaOf(holding, GROSS, 1_000)).toBeNull();
    const after = heard(holding, 10n);
    expect(quotaOf(after, GROSS, 1_000 + PARENT_SILENCE_MS_MAX)).toBe(10n);
    expect(quotaOf(after, GROSS, 1_001 + PARENT_SILENCE_MS_MAX)).toBeNull();
    expect(quotaOf(heard(holding, 10n, { ageMs: 4_000 }), GROSS, 2_001)).toBeNull();
    expect(isCurrent(loadHolding(storedOf(after), "two"), 1_000)).toBe(false);
  });

  test("a confirmed incarnation is followed by a new one that names it; one that was not is used again, under numbers that go on", () => {
    const first = loadHolding(undefined, "one");
    const again = loadHolding(storedOf(askFor(first, standing(), 1).holding), "two");
    expect([again.incarnation, again.previous, again.n > 1]).toEqual(["one", undefined, true]);
    const next = loadHolding(storedOf(heard(again, 5n)), "three");
    expect([next.incarnation, next.previous, next.held]).toEqual(["three", "one", of(5n)]);
  });

  test("an answer to another ask than the one in flight is thrown away", () => {
    const first = askFor(loadHolding(undefined, "one"), standing(), 1);
    const second = askFor(first.holding, standing(), 2);
    const reply = { granted: of(9n), wished: of(9n), isShort: false };
    expect(applyReply(second.holding, { ...reply, n: first.ask.n })).toBeUndefined();
    expect(applyReply(second.holding, { ...reply, n: second.ask.n })?.held).toEqual(of(9n));
  });

  test("it gives back what is wished and not used, and keeps what orders that it can serve are about to use", () => {
    const holding = heard(loadHolding(undefined, "one"), 50n, { wished: 10n });
    expect(askFor(holding, standing(), 2).ask.held).toEqual(of(10n));
    expect(askFor(holding, standing({ committed: of(30n) }), 2).ask.held).toEqual(of(30n));
    const served = askFor(holding, standing({ committed: of(30n), wanted: of(15n) }), 2).ask;
    expect([served.held, served.needed]).toEqual([of(45n), {}]);
    const short = askFor(holding, standing({ committed: of(30n), wanted: of(40n) }), 2).ask;
    expect([short.held, short.needed]).toEqual([of(30n), of(40n)]);
  });

  test("fenced, it holds nothing any more; under a name that somebody else asks under it goes on as a stranger", () => {
    const asked = askFor(heard(loadHolding(undefined, "one"), 50n), standing(), 2);
    const fenced = applyRefusal(asked.holding, asked.ask.n, "child-fenced");
    expect(fenced).toMatchObject({ isFenced: true, held: {}, incarnation: "one" });
    expect(quotaOf(fenced as Holding, GROSS, 2)).toBeNull();
    const outdated = applyRefusal(asked.holding, asked.ask.n, "ask-outdated");
    expect(outdated).toMatchObject({ isFenced: true, held: {}, incarnation: "one~" });
    expect(applyRefusal(asked.holding, asked.ask.n - 1, "child-fenced")).toBeUndefined();
  });
});

describe("bounds", () => {
  test("bound escrow/children: one more than a thousand is refused", () => {
    const state = firm(1_000_000n);
    for (let each = 0; each < CHILDREN_MAX; each++) answered(state, ask(`account:${each}`, 1));
    expect(answered(state, ask("account:more", 1))).toBe("too-many");
    expect([state.children.size, grantsBounds[0]?.max]).toEqual([CHILDREN_MAX, CHILDREN_MAX]);
  });

  test("bound escrow/budgets: limits beyond it are refused while what was taken away is still held; so is an ask of more", () => {
    const state = firm(1n);
    answered(state, ask("account:a", 1, { needed: of(1n) }));
    const limits = Array.from({ length: BUDGETS_KEPT_MAX }, (_, each) => ({
      id: `l${each}`,
      kind: "max-gross-exposure",
      threshold: 1n,
    }));
    expect(hasRoomFor(state, budgetsPut("firm:f", limits, "equal", 0n))).toBe(false);
    expect(hasRoomFor(state, budgetsPut("firm:f", limits.slice(1), "equal", 0n))).toBe(true);
    const needed = Object.fromEntries([...limits, { id: "more" }].map(({ id }) => [`firm:f/${id}`, 1n]));
    expect(answered(state, ask("account:b", 1, { needed }))).toBe("too-many");
    expect(holdingBounds).toHaveLength(1);
  });
});
