/**
 * E1 and E2 over what is durable everywhere, after each flush anywhere: what a parent has granted stands on its disk as its facts say, a desk
 * grants on no more than it holds, and no child holds more than its parent has granted it. Read from the disks, by sums of its own.
 */
import type { Copy } from "../world/copy.ts";
import type { World } from "../world/world.ts";
import { type Amounts, amountsIn, GrantedFacts, grantedIn, type Limit } from "./granted.ts";
import type { FactRecord } from "./record.ts";

type Texts = Readonly<Record<string, string>>;
type Child = {
  readonly text: string;
  readonly granted: Amounts;
  readonly isFenced: boolean;
  readonly incarnation: string;
  /** Since when that incarnation is the confirmed one. */
  readonly since: number;
};
type Node = { readonly copy: Copy; readonly name: string; children: ReadonlyMap<string, Child> };
/** `as`: the parent's name for it. */
export type Held = {
  readonly parent: string;
  readonly as: string;
  readonly held: Amounts;
  readonly incarnation: string | undefined;
};

type Statement = ReturnType<Copy["disk"]["database"]["prepare"]>;
type Looks = {
  readonly node: Statement | undefined;
  readonly children: Statement | undefined;
  readonly holding: Statement;
};
type NodeBody = { readonly name: string; readonly terms: { readonly parent?: string } };

const NOTHING: Amounts = new Map();
const ACCOUNT_HOLDING = "SELECT payload AS text FROM above WHERE part = 'holding'";
const DESK_HOLDING = "SELECT body AS text FROM holding";
const NODE = "SELECT body AS text FROM node";
const CHILDREN = "SELECT child, body AS text FROM child";

export class EscrowChecks {
  readonly granted: GrantedFacts;
  readonly #world: World;
  readonly #nodes = new Map<string, Node>();
  readonly #held = new Map<Copy, Held>();
  looks = 0;
  /** Most flushes leave all of it as it was. */
  readonly #seen = new Map<Copy, string>();
  readonly #looks = new Map<Copy, Looks>();

  constructor(world: World, record: FactRecord) {
    this.#world = world;
    this.granted = new GrantedFacts(world);
    record.onFact.push((copy, fact) => this.granted.take(copy, fact));
    world.onFlush.push((copy) => this.#look(copy));
  }

  /** Of a budget of that node. */
  limitOf(node: string, budget: string): Limit | undefined {
    const copy = this.#nodes.get(node)?.copy;
    return copy === undefined ? undefined : this.granted.limitOf(copy, budget);
  }

  /** What its children have in all. */
  grantedBy(node: string, budget: string): bigint {
    const found = this.#nodes.get(node);
    return found === undefined ? 0n : sumOf(found.children, budget);
  }

  heldBy(copy: Copy): Held | undefined {
    return this.#held.get(copy);
  }

  /** What its parent has on its disk of it. */
  childOf(copy: Copy): Child | undefined {
    const held = this.#held.get(copy);
    return held === undefined ? undefined : this.#nodes.get(held.parent)?.children.get(held.as);
  }

  /** Children that somebody has to admit. */
  get fenced(): string[] {
    return [...this.#nodes.values()].flatMap(({ children }) =>
      [...children].filter(([, { isFenced }]) => isFenced).map(([child]) => child),
    );
  }

  #look(copy: Copy): void {
    if (copy.kind !== "firm" && copy.kind !== "risk-shard") return;
    const looks = this.#looksOf(copy);
    const node = textOf(looks.node);
    const rows = (looks.children?.all() ?? []) as { child: string; text: string }[];
    const holding = textOf(looks.holding);
    const text = `${node} ${holding} ${rows.map(({ child, text: body }) => child + body).join()}`;
    if (text === this.#seen.get(copy)) return;
    this.#seen.set(copy, text);
    this.looks += 1;
    const body = node === undefined ? undefined : (JSON.parse(node) as NodeBody);
    if (holding === undefined) this.#held.delete(copy);
    else this.#held.set(copy, heldIn(copy, holding, body));
    if (body !== undefined) this.#lookAtNode(copy, body, rows);
    this.#holdChildren();
  }

  #looksOf(copy: Copy): Looks {
    const known = this.#looks.get(copy);
    if (known !== undefined) return known;
    const { database } = copy.disk;
    const isFirm = copy.kind === "firm";
    const looks = {
      node: isFirm ? database.prepare(NODE) : undefined,
      children: isFirm ? database.prepare(CHILDREN) : undefined,
      holding: database.prepare(isFirm ? DESK_HOLDING : ACCOUNT_HOLDING),
    };
    this.#looks.set(copy, looks);
    return looks;
  }

  #lookAtNode(copy: Copy, { name }: NodeBody, rows: readonly { child: string; text: string }[]): void {
    const id = idOf(copy);
    const before = this.#nodes.get(id)?.children;
    const children = new Map(
      rows.map(({ child, text }) => [child, this.#childIn(text, before?.get(child))] as const),
    );
    this.#nodes.set(id, { copy, name, children });
    this.#holdOnDisk(copy, children);
    this.#holdGrantedOn(copy, name, children);
  }

  #childIn(text: string, before: Child | undefined): Child {
    if (before?.text === text) return before;
    const { granted, isFenced, incarnation } = JSON.parse(text) as {
      granted: Texts;
      isFenced: boolean;
      incarnation: string;
    };
    const since = before?.incarnation === incarnation ? before.since : this.#world.schedule.now;
    return { text, granted: amountsIn(granted), isFenced, incarnation, since };
  }

  /** E1. The limits are held against the facts: what is on disk is what they say. */
  #holdOnDisk(copy: Copy, children: ReadonlyMap<string, Child>): void {
    for (const [child, told] of this.granted.of(copy)) {
      const onDisk = children.get(child)?.granted ?? NOTHING;
      for (const budget of new Set([...told.keys(), ...onDisk.keys()]))
        if (told.get(budget) !== onDisk.get(budget))
          this.#world.violate(
            "E1 what is granted is durable",
            `${copy.label}, ${child}: told ${told.get(budget)} of ${budget}, on disk ${onDisk.get(budget)}`,
          );
    }
  }

  /** E1 of what comes from above. */
  #holdGrantedOn(copy: Copy, name: string, children: ReadonlyMap<string, Child>): void {
    const above = this.#held.get(copy);
    if (above === undefined) return;
    const budgets = new Set([...children.values()].flatMap(({ granted }) => [...granted.keys()]));
    for (const budget of budgets) {
      const [sum, held] = [sumOf(children, budget), above.held.get(budget) ?? 0n];
      if (!budget.startsWith(`${name}/`) && sum > held)
        this.#world.violate("E1 a desk grants what it holds", `${name}, ${budget}: ${sum} of ${held}`);
    }
  }

  /** E2. Of two copies nobody can say which is meant; what both may do meanwhile is held by what they let through. */
  #holdChildren(): void {
    for (const [copy, { parent, as, held }] of this.#held) {
      if (copy.isTwin || this.#world.objects.twinOf(copy) !== undefined) continue;
      const granted = this.#nodes.get(parent)?.children.get(as)?.granted;
      for (const [budget, amount] of held)
        if (amount > (granted?.get(budget) ?? 0n))
          this.#world.violate(
            "E2 held within what was granted",
            `${as} holds ${amount} of ${budget}, ${parent} granted ${granted?.get(budget) ?? 0n}`,
          );
    }
  }
}

const idOf = ({ name }: Copy): string => name.slice(name.indexOf("/") + 1);

const textOf = (statement: Statement | undefined): string | undefined =>
  (statement?.get() as { text: string } | undefined)?.text;

const sumOf = (children: ReadonlyMap<string, Child>, budget: string): bigint =>
  grantedIn(new Map([...children].map(([child, { granted }]) => [child, granted])), budget);

/** The quotas of a split account ask in its place. */
const nodeOf = (id: string): string => (id.endsWith("/split") ? `split:${id.split("/")[0]}` : `desk:${id}`);

function heldIn(copy: Copy, text: string, body: NodeBody | undefined): Held {
  const stored = JSON.parse(text) as {
    parent?: string;
    held: Texts;
    incarnation?: string;
    identity?: { incarnation: string };
  };
  const parent = stored.parent ?? body?.terms.parent ?? "";
  const own = copy.kind === "firm" ? nodeOf(idOf(copy)) : `account:${idOf(copy)}`;
  const as = parent.endsWith("/split") ? `part:${copy.name.split("/")[2] ?? 0}` : own;
  const incarnation = stored.incarnation ?? stored.identity?.incarnation;
  return { parent, as, held: amountsIn(stored.held), incarnation };
}
