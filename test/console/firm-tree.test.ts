import { describe, expect, test } from "vitest";
import { byConcern, fragmentOfNode, idOf, inTheirOrder, widthOf } from "../../src/console/firm-tree.ts";

const orderOf = (...nodes: readonly [node: string, parent?: string][]): [string, number][] =>
  inTheirOrder(nodes.map(([node, parent = null]) => ({ node, parent }))).map(({ item, depth }) => [
    item.node,
    depth,
  ]);

describe("the tree of firms and desks", () => {
  test("each desk stands behind the one above it, however the lists came", () =>
    expect(
      orderOf(
        ["desk:spot", "rates"],
        ["firm:acme"],
        ["firm:zeta"],
        ["desk:rates", "acme"],
        ["desk:bonds", "acme"],
      ),
    ).toEqual([
      ["firm:acme", 0],
      ["desk:rates", 1],
      ["desk:spot", 2],
      ["desk:bonds", 1],
      ["firm:zeta", 0],
    ]));

  test("who names a parent that is not listed, or itself, stands at the top and is not lost", () =>
    expect(orderOf(["desk:rates", "elsewhere"], ["desk:own", "own"])).toEqual([
      ["desk:rates", 0],
      ["desk:own", 0],
    ]));

  test.each([
    ["firm:acme", "#/firms/firm:acme"],
    ["desk:a.b-c", "#/firms/desk:a.b-c"],
    ["account:book-1", "#/accounts/book-1"],
  ])("%s is opened at %s", (node, fragment) => expect(fragmentOfNode(node)).toBe(fragment));

  test("the id of a node is what stands behind its kind", () => expect(idOf("desk:rates")).toBe("rates"));
});

describe("the bar of a child", () => {
  test.each([
    ["250", "1000", 25],
    ["0", "1000", 0],
    ["1500", "1000", 100],
    ["-5", "1000", 0],
    ["0", "0", 0],
    ["7", "0", 0],
  ])("%s of %s fills %d percent", (amount, whole, width) => expect(widthOf(amount, whole)).toBe(width));
});

test("who is fenced comes first, then who is silent, then who uses most, then who holds most", () => {
  const child = (name: string, used: string, granted: string, flags: object = {}) => ({
    ...{ child: name, used, granted, isSilent: false, isFenced: false },
    ...flags,
  });
  const sorted = byConcern([
    child("little", "1", "5"),
    child("holds", "1", "9"),
    child("much", "7", "8"),
    child("silent", "0", "0", { isSilent: true }),
    child("fenced", "0", "0", { isFenced: true, isSilent: true }),
    child("also-little", "1", "5"),
  ]);
  expect(sorted.map(({ child: name }) => name)).toEqual([
    ...["fenced", "silent", "much", "holds", "also-little", "little"],
  ]);
});
