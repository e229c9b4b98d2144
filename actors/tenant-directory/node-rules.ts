/** Which firms and desks may stand where: one id for one of them, no circle, and no more desks below one another than can be asked in turn. */
import { DESK_DEPTH_MAX, type NodeKind } from "../../src/domain/firm.ts";
import type { RefusalCode } from "../../src/domain/refusals.ts";
import { NODES_MAX } from "./bounds.ts";

export type Placed = { readonly kind: NodeKind; readonly parent: string };
type Tree = ReadonlyMap<string, Placed>;
export type NodeAdmission = { readonly kind: NodeKind; readonly id: string; readonly parent?: string };
type Refused = { readonly ok: false; readonly code: RefusalCode; readonly detail: string };

/** Undefined where it may stand there. */
export function nodeRefusal(tree: Tree, { kind, id, parent }: NodeAdmission): Refused | undefined {
  const present = tree.get(id);
  if (present !== undefined && present.kind !== kind)
    return refused("name-taken", `this id is that of a ${present.kind}`);
  if (present === undefined && tree.size >= NODES_MAX)
    return refused("too-many", `a tenant has at most ${NODES_MAX} firms and desks`);
  if (parent === undefined) return undefined;
  if (!tree.has(parent)) return refused("parent-unknown", "there is no such firm or desk");
  const above = [parent, ...ancestorsOf(tree, parent)];
  if (above.includes(id)) return refused("parent-cycle", "the parent is this desk, or is below it");
  const desks = above.filter((one) => tree.get(one)?.kind === "desk").length;
  if (desks + heightOf(tree, id) > DESK_DEPTH_MAX)
    return refused("parent-depth", `at most ${DESK_DEPTH_MAX} desks stand below one another`);
  return undefined;
}

/** The nearest first. What stands on disk has no circle, but for one that was never meant to stand there none is looked for twice. */
function ancestorsOf(tree: Tree, id: string): string[] {
  const above: string[] = [];
  for (let next = tree.get(id)?.parent ?? ""; next !== "" && !above.includes(next); )
    next = above.push(next) > 0 ? (tree.get(next)?.parent ?? "") : "";
  return above;
}

/** Of desks, itself counted. */
function heightOf(tree: Tree, id: string): number {
  const depths = [...tree.keys()].map((one) => ancestorsOf(tree, one).indexOf(id) + 1);
  return 1 + Math.max(0, ...depths);
}

const refused = (code: RefusalCode, detail: string): Refused => ({ ok: false, code, detail });
