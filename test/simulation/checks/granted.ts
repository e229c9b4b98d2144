/**
 * E1 fact by fact: limits and grants of a node stand in its facts in the order in which they came to be, so that a grant is held against the
 * limit in force at that moment, also where one flush has both. Own sums; nothing of the product is asked.
 */
import type { Fact } from "../../../actors/runtime/fact.ts";
import type { Copy } from "../world/copy.ts";
import type { World } from "../world/world.ts";
import type { Json } from "./ledger.ts";

export type Amounts = ReadonlyMap<string, bigint>;
type Texts = Readonly<Record<string, string>>;
export type Limit = {
  readonly all: bigint;
  /** Of it, what growth does not get. */
  readonly reserve: bigint;
  /** Since when there is one under that id. */
  readonly since: number;
};
type Node = {
  reserve: bigint;
  /** By budget. */
  readonly limits: Map<string, Limit>;
  readonly granted: Map<string, Amounts>;
};

/** Money is kept in 10⁻¹² of the currency; a net limit has a budget for each of its sides. */
const MONEY = 10n ** 12n;
const SIDES: Readonly<Record<string, readonly string[]>> = { "max-net-exposure": ["/long", "/short"] };
const NONE: Amounts = new Map();

export class GrantedFacts {
  readonly #world: World;
  readonly #nodes = new Map<Copy, Node>();

  constructor(world: World) {
    this.#world = world;
  }

  /** Amounts that are not nothing, by child. */
  of(copy: Copy): ReadonlyMap<string, Amounts> {
    return this.#nodeOf(copy).granted;
  }

  /** Undefined where the node has no such limit. */
  limitOf(copy: Copy, budget: string): Limit | undefined {
    return this.#nodeOf(copy).limits.get(budget);
  }

  take(copy: Copy, [seq, , kind, payload]: Fact): void {
    if (copy.kind !== "firm") return;
    const node = this.#nodeOf(copy);
    const fact = JSON.parse(payload) as Json;
    if (kind === "firm-put") reserved(node, BigInt(String(fact["reserve"])));
    else if (kind === "firm-limits-put") limited(node, fact, this.#world.schedule.now);
    else if (kind === "child-left") left(node, fact);
    else if (kind === "quota-passed") passed(node, fact);
    else if (kind === "child-inherited")
      add(node.granted, String(fact["child"]), amountsIn(fact["amounts"] as Texts), 1n);
    else if (kind === "quota-granted") this.#granted(`${copy.label} at ${seq}`, node, fact);
  }

  #nodeOf(copy: Copy): Node {
    const known = this.#nodes.get(copy);
    if (known !== undefined) return known;
    const fresh: Node = { reserve: 0n, limits: new Map(), granted: new Map() };
    this.#nodes.set(copy, fresh);
    return fresh;
  }

  #granted(where: string, node: Node, fact: Json): void {
    const child = String(fact["child"]);
    const before = node.granted.get(child) ?? NONE;
    const after = amountsIn(fact["granted"] as Texts);
    node.granted.set(child, after);
    for (const [budget, amount] of after) {
      const limit = node.limits.get(budget);
      const rises = amount - (before.get(budget) ?? 0n);
      if (limit === undefined || rises <= 0n) continue;
      const sum = grantedIn(node.granted, budget);
      if (sum > limit.all)
        this.#world.violate(
          "E1 granted within the limit",
          `${where}, ${budget}: ${sum} of ${limit.all}, before ${sum - rises}`,
        );
      const [held, used] = [fact["held"], fact["used"]].map(
        (texts) => amountsIn(texts as Texts).get(budget) ?? 0n,
      );
      // What a desk has granted on counts as used there, and is not in its fact.
      if (isNode(child) || sum <= limit.all - limit.reserve) continue;
      if (amount > most(held ?? 0n, used ?? 0n))
        this.#world.violate(
          "E1 nothing grows into the reserve",
          `${where}, ${budget}: ${sum} of ${limit.all} less ${limit.reserve}, ${child} has ${amount} and uses ${used}`,
        );
    }
  }
}

export const grantedIn = (granted: ReadonlyMap<string, Amounts>, budget: string): bigint => {
  let sum = 0n;
  for (const amounts of granted.values()) sum += amounts.get(budget) ?? 0n;
  return sum;
};

/** Those that are not nothing. */
export function amountsIn(texts: Texts): Amounts {
  const amounts = new Map<string, bigint>();
  for (const budget in texts) {
    const amount = BigInt(texts[budget] ?? 0);
    if (amount !== 0n) amounts.set(budget, amount);
  }
  return amounts;
}

const isNode = (child: string): boolean => child.startsWith("desk:") || child.startsWith("split:");
const most = (one: bigint, other: bigint): bigint => (one > other ? one : other);

function limited(node: Node, fact: Json, now: number): void {
  const before = new Map(node.limits);
  node.limits.clear();
  for (const { id, kind, threshold } of fact["limits"] as { id: string; kind: string; threshold: string }[])
    for (const side of SIDES[kind] ?? [""]) {
      const all = kind === "max-order-rate" ? BigInt(threshold) : moneyIn(threshold);
      const budget = `${fact["node"]}/${id}${side}`;
      const since = before.get(budget)?.since ?? now;
      node.limits.set(budget, { all, reserve: (all * node.reserve) / 100n, since });
    }
}

/** From then on, of the limits that it has already. */
function reserved(node: Node, reserve: bigint): void {
  node.reserve = reserve;
  for (const [budget, limit] of node.limits)
    node.limits.set(budget, { ...limit, reserve: (limit.all * reserve) / 100n });
}

function moneyIn(text: string): bigint {
  const [whole = "0", part = ""] = text.split(".");
  return BigInt(whole) * MONEY + BigInt(part.padEnd(12, "0") || 0);
}

function left({ granted }: Node, fact: Json): void {
  const [child, heir] = [String(fact["child"]), fact["heir"]];
  const amounts = granted.get(child) ?? NONE;
  granted.delete(child);
  if (typeof heir === "string") add(granted, heir, amounts, 1n);
}

/** From one child to another at one moment. */
function passed({ granted }: Node, fact: Json): void {
  const amounts = amountsIn(fact["amounts"] as Texts);
  add(granted, String(fact["child"]), amounts, -1n);
  add(granted, String(fact["heir"]), amounts, 1n);
}

function add(granted: Node["granted"], child: string, amounts: Amounts, times: bigint): void {
  const sums = new Map(granted.get(child) ?? NONE);
  for (const [budget, amount] of amounts) {
    const sum = (sums.get(budget) ?? 0n) + times * amount;
    if (sum === 0n) sums.delete(budget);
    else sums.set(budget, sum);
  }
  granted.set(child, sums);
}
