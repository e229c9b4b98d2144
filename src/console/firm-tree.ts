/** Firms and desks as a tree: who stands below whom, and how much of a limit is with whom. */
import { fragmentOf } from "./location.ts";

/** As the API names them: `firm:acme`, `desk:rates`. Both share their ids, so a parent is called by its id alone. */
type Node = { readonly node: string; readonly parent: string | null };

export type Placed<One> = { readonly item: One; readonly depth: number };

/** `rates` of `desk:rates`. */
export const idOf = (node: string): string => node.slice(node.indexOf(":") + 1);

/** Each node behind the one above it; who names a parent that is not listed stands at the top. */
export function inTheirOrder<One extends Node>(nodes: readonly One[]): Placed<One>[] {
  const listed = new Set(nodes.map(({ node }) => idOf(node)));
  const below = new Map<string, One[]>();
  for (const one of nodes) {
    const above = one.parent ?? "";
    const place = listed.has(above) && above !== idOf(one.node) ? above : "";
    below.set(place, [...(below.get(place) ?? []), one]);
  }
  const placed: Placed<One>[] = [];
  const put = (place: string, depth: number): void => {
    for (const item of below.get(place) ?? []) {
      placed.push({ item, depth });
      put(idOf(item.node), depth + 1);
    }
  };
  put("", 0);
  return placed;
}

/** Where a node or an account is opened. */
export const fragmentOfNode = (node: string): string =>
  node.startsWith("account:") ? fragmentOf("accounts", idOf(node)) : fragmentOf("firms", node);

/** How far a bar is filled, in percent: it is drawn and never read. Nothing of nothing is empty. */
export function widthOf(amount: string, whole: string): number {
  const share = (Number(amount) / Number(whole)) * 100;
  return Number.isFinite(share) ? Math.max(0, Math.min(100, share)) : 0;
}

/** Who has most first; what is silent or fenced before all others, since somebody has to look at it. */
export function byConcern<Child extends Concern>(children: readonly Child[]): Child[] {
  const rank = ({ isFenced, isSilent }: Concern): number => (isFenced ? 0 : isSilent ? 1 : 2);
  return children.toSorted(
    (one, other) =>
      rank(one) - rank(other) ||
      Number(other.used) - Number(one.used) ||
      Number(other.granted) - Number(one.granted) ||
      (one.child < other.child ? -1 : 1),
  );
}
type Concern = {
  readonly child: string;
  readonly used: string;
  readonly granted: string;
  readonly isSilent: boolean;
  readonly isFenced: boolean;
};
