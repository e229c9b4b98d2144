/** What is used beyond what is granted: it is promised to who uses it, and nobody else grows into it. */
import { describe, expect, test } from "vitest";
import { applyGrants } from "../../../../actors/runtime/escrow/apply-grants.ts";
import { decideAsk, replyFor } from "../../../../actors/runtime/escrow/grants.ts";
import { initialGrants } from "../../../../actors/runtime/escrow/grants-state.ts";
import { aboveOf, loadHolding } from "../../../../actors/runtime/escrow/holding.ts";
import type { QuotaAsk, QuotaReply } from "../../../../actors/runtime/escrow/messages.ts";
import { callsFor } from "../../../../actors/runtime/escrow/shares.ts";
import { amountIn, LIMIT, Node, Part } from "./parts.ts";

const GROSS = "account:main/gross";

function heard(node: Node, part: Part, at = 1_000): QuotaReply | string {
  const ask = part.asks(at);
  const reply = node.answers(ask, at);
  part.hears(reply, ask.n);
  return reply;
}

const overOf = (reply: QuotaReply | string): readonly string[] =>
  typeof reply === "string" ? [reply] : (reply.over ?? []);

/** Two parts that hold all of the limit together; prices then carry the first beyond what it holds. */
function carried(by: bigint): { node: Node; one: Part; other: Part } {
  const [node, one, other] = [new Node(), new Part("part:0"), new Part("part:1")];
  [one.used, other.used] = [LIMIT / 2n, LIMIT / 2n];
  for (let round = 0; round < 3; round++) for (const part of [one, other]) heard(node, part);
  expect([one.held, other.held]).toEqual([one.used, other.used]);
  [other.used, one.used] = [500n, LIMIT / 2n + by];
  return { node, one, other };
}

describe("what is used beyond what is granted", () => {
  test("stops the growth of all, as long as with it more is out than there is", () => {
    const { node, one, other } = carried(900n);
    expect(overOf(heard(node, one))).toEqual([GROSS]);
    expect(overOf(heard(node, other))).toEqual([GROSS]);
    // It has given back by now what it does not use, and the first one is covered by it.
    heard(node, other);
    expect(overOf(heard(node, one))).toEqual([]);
    expect(overOf(heard(node, other))).toEqual([]);
    expect(one.held).toBeGreaterThanOrEqual(one.used);
  });

  test("calls back what others have to spare, and calls who uses it as soon as there is something for it", () => {
    const { node, one, other } = carried(700n);
    heard(node, one);
    expect([...callsFor(node.state, undefined, 1_000)]).toContain("part:1");
    heard(node, other);
    const ask = other.asks(1_001);
    node.answers(ask, 1_001);
    expect([...callsFor(node.state, undefined, 1_001)]).toContain("part:0");
  });

  test("is covered before anybody else grows", () => {
    const { node, one, other } = carried(700n);
    heard(node, one);
    other.wanted = 900n;
    heard(node, other);
    const free = LIMIT - node.granted("part:0") - node.granted("part:1");
    expect(other.held).toBe(LIMIT / 2n);
    expect(free).toBe(0n);
    other.wanted = 0n;
    heard(node, other);
    heard(node, one);
    other.wanted = LIMIT;
    heard(node, other);
    expect(one.held).toBeGreaterThanOrEqual(one.used);
    expect(one.held + other.held).toBeLessThanOrEqual(LIMIT);
  });

  test("goes with the symbols that use it, and an ask of their part from before does not hide it", () => {
    const [node, one, other] = [new Node(4_000n), new Part("part:0"), new Part("part:1")];
    one.used = 4_000n;
    heard(node, one);
    one.used = 6_000n;
    heard(node, one);
    const early = other.asks(1_000);
    one.leaves(1, "part:1", 5_000n);
    heard(node, one);
    expect(overOf(node.answers(early, 1_001))).toEqual([GROSS]);
    expect([node.granted("part:1"), node.state.uncovered.get(GROSS)]).toEqual([4_000n, 2_000n]);
    other.used = 5_000n;
    other.hears(node.answers(early, 1_001), early.n);
    heard(node, other);
    heard(node, other);
    expect(node.state.uncovered.get(GROSS)).toBe(2_000n);
    expect(amountIn(other.holding.held)).toBe(4_000n - node.granted("part:0"));
  });

  test("of a limit above a desk stops the growth of its children as soon as the desk has heard of it", () => {
    const above = { ...aboveOf({ ...loadHolding(undefined, "d"), held: { "firm:f/gross": 90n } }, 0) };
    const desk = initialGrants("desk:d", "equal");
    const ask: QuotaAsk = {
      ...{ child: "account:a", incarnation: "a!", n: 1, seq: 1, currency: "USD", priority: 100 },
      ...{ held: {}, committed: {}, used: {}, needed: { "firm:f/gross": 10n } },
    };
    const outcome = decideAsk(desk, ask, 0, above);
    if (outcome.kind !== "granted") throw new Error(outcome.kind);
    applyGrants(desk, outcome.event);
    expect(replyFor(desk, "account:a", above)?.over).toBeUndefined();
    const over = { ...loadHolding(undefined, "d"), over: ["firm:f/gross"], heardAt: 0 };
    expect(replyFor(desk, "account:a", aboveOf(over, 0))?.over).toEqual(["firm:f/gross"]);
  });
});
