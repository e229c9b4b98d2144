/** A limit that is lowered is in force for all children that have heard of it, whatever they were granted of the one before. */
import { expect, test } from "vitest";
import { type Holding, loadHolding } from "../../../../actors/runtime/escrow/holding.ts";
import { withinLowered } from "../../../../actors/runtime/escrow/lowered.ts";
import type { Amounts, ParentBook } from "../../../../actors/runtime/escrow/messages.ts";

const GROSS = "firm:f/gross";
const NET = ["firm:f/net/long", "firm:f/net/short"] as const;

const book = (version: string, gross: string, net = "100"): ParentBook => ({
  version,
  states: [],
  limits: [
    {
      node: "firm:f",
      id: "gross",
      kind: "max-gross-exposure",
      threshold: gross,
      action: "reject",
      budgets: [GROSS],
    },
    { node: "firm:f", id: "net", kind: "max-net-exposure", threshold: net, action: "reject", budgets: NET },
  ],
});

const holding = (held: Amounts, after?: ParentBook): Holding => ({
  ...loadHolding(undefined, "one"),
  held,
  ...(after === undefined ? {} : { book: after }),
});

const HELD: Amounts = { [GROSS]: 70n, [NET[0]]: 40n, [NET[1]]: 30n };
const COMMITTED: Amounts = { [GROSS]: 20n, [NET[1]]: 35n };

const heldAfter = (before: ParentBook | undefined, after: ParentBook | undefined): Amounts =>
  withinLowered(holding(HELD, after), before, COMMITTED).held;

test("of a lowered limit no more is held than is committed, and nothing where nothing is", () => {
  expect(heldAfter(book("a", "100"), book("b", "99.5"))).toEqual({ ...HELD, [GROSS]: 20n });
});

test("of a limit with two sides both are lowered, and none is raised to what is used of it", () => {
  expect(heldAfter(book("a", "100"), book("b", "100", "9"))).toEqual({ [GROSS]: 70n, [NET[1]]: 30n });
});

test("numbers are compared, and not their text", () => {
  expect(heldAfter(book("a", "1000"), book("b", "999"))).toEqual({ ...HELD, [GROSS]: 20n });
  expect(heldAfter(book("a", "999"), book("b", "1000"))).toEqual(HELD);
  expect(heldAfter(book("a", "1000"), book("b", "1000.0"))).toEqual(HELD);
});

test("what is held of a limit that is raised, new, or the same stays", () => {
  expect(heldAfter(undefined, book("b", "1"))).toEqual(HELD);
  expect(heldAfter(book("a", "100"), undefined)).toEqual(HELD);
  expect(heldAfter(book("a", "100"), book("a", "1"))).toEqual(HELD);
  expect(heldAfter({ ...book("a", "100"), limits: [] }, book("b", "1"))).toEqual(HELD);
});
