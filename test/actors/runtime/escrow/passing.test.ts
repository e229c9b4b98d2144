/** What symbols use that move from one part of a split account to another: passed on at the node, and nobody else's at any moment. */
import { describe, expect, test } from "vitest";
import type { QuotaReply } from "../../../../actors/runtime/escrow/messages.ts";
import { amountIn, LIMIT, Node, Part } from "./parts.ts";

/** Two parts of which the first uses so much, and holds all of it. */
function joined(used: bigint, limit = LIMIT): { node: Node; one: Part; other: Part } {
  const [node, one, other] = [new Node(limit), new Part("part:0"), new Part("part:1")];
  one.used = used;
  for (const part of [one, other]) heard(node, part);
  return { node, one, other };
}

function heard(node: Node, part: Part, at = 1_000): QuotaReply | string {
  const ask = part.asks(at);
  const reply = node.answers(ask, at);
  part.hears(reply, ask.n);
  return reply;
}

describe("what leaves with symbols", () => {
  test("is the other part's with the very ask by which the first one has it no longer", () => {
    const { node, one, other } = joined(2_000n);
    one.leaves(1, "part:1", 1_000n);
    other.used = 1_000n;
    one.wanted = LIMIT;
    const before = node.granted("part:1");
    heard(node, one);
    expect(node.granted("part:1")).toBe(before + 1_000n);
    expect(one.held + node.granted("part:1")).toBeLessThanOrEqual(LIMIT);
    heard(node, other);
    expect(other.held).toBeGreaterThanOrEqual(1_000n);
    expect(one.holding.passing).toBeUndefined();
  });

  test("is passed on once, however often it is said and whatever is not answered", () => {
    const { node, one } = joined(2_000n);
    const before = node.granted("part:1");
    one.leaves(1, "part:1", 1_000n);
    // It is granted more than it holds by each, which it never hears of.
    one.wanted = 900n;
    for (let lost = 0; lost < 3; lost++) {
      const ask = one.asks(1_000 + lost);
      expect(ask.passes).toMatchObject({ move: 1, to: "part:1" });
      for (let doubled = 0; doubled < 2; doubled++) node.answers(ask, 1_000 + lost);
      if (lost === 1) one.crashes();
    }
    expect(node.granted("part:1")).toBe(before + 1_000n);
    one.wanted = 0n;
    heard(node, one);
    expect(one.asks(2_000).passes).toBeUndefined();
    one.used = 900n;
    one.leaves(2, "part:1", 200n);
    heard(node, one);
    expect(node.granted("part:1")).toBe(before + 1_200n);
  });

  test("is not held again by an answer to an ask from before", () => {
    const { node, one } = joined(2_000n);
    const early = one.asks(1_000);
    one.leaves(1, "part:1", 1_000n);
    const { held } = one;
    one.hears(node.answers(early, 1_000), early.n);
    expect(one.held).toBe(held);
    expect(one.holding.passing).toBeDefined();
  });

  test("is not taken back by an ask of the other part from before it had the symbols, or before it could value them", () => {
    const { node, one, other } = joined(2_000n);
    const early = other.asks(1_000);
    one.leaves(1, "part:1", 1_000n);
    other.used = 1_000n;
    other.isBlind = true;
    heard(node, one);
    other.hears(node.answers(early, 1_001), early.n);
    heard(node, other);
    other.crashes();
    one.wanted = LIMIT;
    heard(node, one);
    expect(one.held).toBeLessThanOrEqual(2_000n);
    other.isBlind = false;
    heard(node, other);
    expect(other.held).toBeGreaterThanOrEqual(1_000n);
  });

  test("is kept for a part that its node has not heard yet", () => {
    const [node, one, other] = [new Node(), new Part("part:0"), new Part("part:1")];
    one.used = 2_500n;
    heard(node, one);
    one.leaves(1, "part:1", 2_000n);
    one.wanted = LIMIT;
    heard(node, one);
    expect(one.held).toBeLessThanOrEqual(1_000n);
    other.used = 2_000n;
    heard(node, other);
    expect(other.held).toBeGreaterThanOrEqual(2_000n);
  });

  test("is no more than was held, where prices have carried the use above it", () => {
    const { node, one, other } = joined(2_000n, 2_000n);
    one.used = 2_600n;
    one.leaves(1, "part:1", 2_300n);
    expect(one.held).toBe(0n);
    heard(node, one);
    expect(amountIn(node.state.children.get("part:1")?.granted)).toBe(2_000n);
    other.used = 2_300n;
    heard(node, other);
    expect([one.held, other.held]).toEqual([0n, 2_000n]);
  });
});
