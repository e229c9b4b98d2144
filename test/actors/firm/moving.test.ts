/** A desk that was loaded anew and moves: its parent before has back what it granted, under the name by which that one knows it. */
import { expect, test } from "vitest";
import { loadHolding, storedOf } from "../../../actors/runtime/escrow/holding.ts";
import { ONE } from "../../support/firm-bench.ts";
import { Tree, type TreeNode } from "../../support/firm-tree.ts";
import { envelope } from "../../support/runtime-fakes.ts";

const BUDGET = "firm:f/gross";

/** As after a load: it holds under a name that its parent has not heard. */
function loadAnew(desk: TreeNode): void {
  const { holding } = desk.node;
  if (holding !== undefined) desk.node.holding = loadHolding(storedOf(holding), "loaded");
}

async function desk(): Promise<{ tree: Tree; firm: TreeNode; moved: TreeNode }> {
  const tree = new Tree();
  const firm = await tree.put("firm", "f", undefined, "1000");
  const moved = await tree.put("desk", "d", "f");
  await tree.put("firm", "g", undefined, "1000");
  const child = tree.child("one", "d");
  await child.ask({ [BUDGET]: 100n * ONE });
  loadAnew(moved);
  tree.clock.pass(10_000);
  return { tree, firm, moved };
}

const move = (one: TreeNode, parent: string) =>
  one.people.put(envelope(), "desk", JSON.stringify({ currency: "USD", parent }));

test("a desk that moves right after a load is no child of its parent before any more", async () => {
  const { firm, moved } = await desk();
  expect(await move(moved, "g")).toMatchObject({ ok: true });
  await expect.poll(() => firm.node.grants.children.size).toBe(0);
  expect([firm.node.grants.granted.size, moved.node.leaving]).toEqual([0, undefined]);
});

test("it stays where it is while that one does not answer, so that nothing is lost of what it granted", async () => {
  const { firm, moved, tree } = await desk();
  firm.isAway = true;
  expect(await move(moved, "g")).toMatchObject({ ok: false, code: "parent-away" });
  expect(moved.node.terms.parent).toBe("f");
  firm.isAway = false;
  tree.clock.pass(1_000);
  expect(await move(moved, "g")).toMatchObject({ ok: true });
  await expect.poll(() => firm.node.grants.children.size).toBe(0);
});
