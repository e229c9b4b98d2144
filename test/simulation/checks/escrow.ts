/**
 * E1 and E2 over what is durable everywhere, after each flush anywhere: what a parent has granted stays within its limits, and no child holds
 * more than its parent has granted it. Read from the disks, by sums of its own.
 */
import type { Copy } from "../world/copy.ts";
import type { World } from "../world/world.ts";

type Amounts = ReadonlyMap<string, bigint>;
type Texts = Readonly<Record<string, string>>;
type Child = { readonly granted: Amounts; readonly isFenced: boolean };
type Node = {
  readonly name: string;
  readonly version: number;
  readonly limits: Amounts;
  readonly reserved: Amounts;
  readonly children: ReadonlyMap<string, Child>;
};
/** `as`: the parent's name for it. */
type Held = { readonly parent: string; readonly as: string; readonly held: Amounts };

/** Money is kept in 10⁻¹² of the currency; a net limit has a budget for each of its sides. */
const MONEY = 10n ** 12n;
const SIDES: Readonly<Record<string, readonly string[]>> = { "max-net-exposure": ["/long", "/short"] };

const ACCOUNT_TEXT = "SELECT group_concat(payload) AS text FROM above WHERE part = 'holding'";
const NODE_TEXT = `SELECT (SELECT group_concat(body) FROM node) || ifnull((SELECT group_concat(body) FROM holding), '')
  || ifnull((SELECT group_concat(child || body) FROM child), '') AS text`;

export class EscrowChecks {
  readonly #world: World;
  readonly #nodes = new Map<string, Node>();
  readonly #held = new Map<string, Held>();
  /** Nobody can say which of two copies of a child is meant. */
  readonly #twinned = new Set<string>();
  /** The most that a budget ever was. */
  readonly #most = new Map<string, bigint>();
  looks = 0;
  /** Most flushes leave all of it as it was. */
  readonly #seen = new Map<Copy, string>();
  readonly #texts = new Map<Copy, ReturnType<Copy["disk"]["database"]["prepare"]>>();

  constructor(world: World) {
    this.#world = world;
    world.onFlush.push((copy) => this.#look(copy));
  }

  mostOf(budget: string): bigint {
    return this.#most.get(budget) ?? 0n;
  }

  limitOf(node: string, budget: string): bigint | undefined {
    const found = this.#nodes.get(node);
    const limit = found?.limits.get(budget);
    return limit === undefined ? undefined : limit - (found?.reserved.get(budget) ?? 0n);
  }

  /** Children that somebody has to admit. */
  get fenced(): string[] {
    return [...this.#nodes.values()].flatMap(({ children }) =>
      [...children].filter(([, { isFenced }]) => isFenced).map(([child]) => child),
    );
  }

  #look(copy: Copy): void {
    if (copy.isTwin || (copy.kind !== "firm" && copy.kind !== "risk-shard")) return;
    const child = childName(copy);
    if (this.#world.objects.twinOf(copy) !== undefined) this.#twinned.add(child);
    const text = this.#textOf(copy);
    if (text === this.#seen.get(copy)) return;
    this.#seen.set(copy, text);
    this.looks += 1;
    const held = heldOf(copy);
    if (held === undefined) this.#held.delete(child);
    else this.#held.set(child, held);
    if (copy.kind === "firm") this.#lookAtNode(copy);
    this.#holdChildren();
  }

  #textOf(copy: Copy): string {
    const known = this.#texts.get(copy);
    const statement = known ?? copy.disk.database.prepare(copy.kind === "firm" ? NODE_TEXT : ACCOUNT_TEXT);
    this.#texts.set(copy, statement);
    return String((statement.get() as { text: string | null }).text);
  }

  #lookAtNode(copy: Copy): void {
    const id = copy.name.slice(copy.name.indexOf("/") + 1);
    const before = this.#nodes.get(id);
    const node = nodeOf(copy);
    if (node === undefined) return;
    this.#nodes.set(id, node);
    for (const [budget, limit] of node.limits) {
      if (limit > this.mostOf(budget)) this.#most.set(budget, limit);
      this.#holdBudget(node, before, budget, limit);
    }
  }

  /** E1. What is used already may reach into the reserve, so the whole limit is what never is exceeded. */
  #holdBudget(node: Node, before: Node | undefined, budget: string, limit: bigint): void {
    const granted = grantedIn(node, budget);
    if (granted <= limit) return;
    // What was granted before the limit was lowered may be on disk with it.
    const earlier = before === undefined ? 0n : grantedIn(before, budget);
    if (before !== undefined && before.version !== node.version && granted <= this.mostOf(budget)) return;
    if (granted > earlier)
      this.#world.violate(
        "E1 granted within the limit",
        `${budget}: ${granted} of ${limit}, before ${earlier}`,
      );
  }

  /** E2. */
  #holdChildren(): void {
    for (const [child, { parent, as, held }] of this.#held) {
      if (this.#twinned.has(child)) continue;
      const granted = this.#nodes.get(parent)?.children.get(as)?.granted;
      for (const [budget, amount] of held)
        if (amount > (granted?.get(budget) ?? 0n))
          this.#world.violate(
            "E2 held within what was granted",
            `${child} holds ${amount} of ${budget}, ${parent} granted ${granted?.get(budget) ?? 0n}`,
          );
    }
  }
}

const childName = ({ kind, name }: Copy): string => {
  const id = name.slice(name.indexOf("/") + 1);
  return kind === "firm" ? `desk:${id}` : `account:${id}`;
};

const grantedIn = ({ children }: Node, budget: string): bigint =>
  [...children.values()].reduce((sum, { granted }) => sum + (granted.get(budget) ?? 0n), 0n);

const amountsIn = (texts: Texts): Amounts =>
  new Map(Object.entries(texts).map(([budget, text]) => [budget, BigInt(text)]));

function rowsOf<Row>({ disk: { database } }: Copy, table: string, statement: string): Row[] {
  const known = database.prepare("SELECT 1 FROM sqlite_master WHERE name = ?").get(table);
  return known === undefined ? [] : (database.prepare(statement).all() as Row[]);
}

function heldOf(copy: Copy): Held | undefined {
  const [text] =
    copy.kind === "risk-shard"
      ? rowsOf<{ text: string }>(copy, "above", "SELECT payload AS text FROM above WHERE part = 'holding'")
      : rowsOf<{ text: string }>(copy, "holding", "SELECT body AS text FROM holding");
  if (text === undefined) return undefined;
  const { parent, held } = JSON.parse(text.text) as { parent?: string; held: Texts };
  const above = parent ?? parentOf(copy) ?? "";
  const as = above.endsWith("/split") ? `part:${copy.name.split("/")[2] ?? 0}` : childName(copy);
  return { parent: above, as, held: amountsIn(held) };
}

type Terms = { readonly parent?: string; readonly reserve: string };
type NodeBody = { readonly name: string; readonly terms: Terms; readonly version: number };

const bodyOf = (copy: Copy): NodeBody | undefined => {
  const [row] = rowsOf<{ body: string }>(copy, "node", "SELECT body FROM node");
  return row === undefined ? undefined : (JSON.parse(row.body) as NodeBody);
};
const parentOf = (copy: Copy): string | undefined => bodyOf(copy)?.terms.parent;

function nodeOf(copy: Copy): Node | undefined {
  const body = bodyOf(copy);
  if (body === undefined) return undefined;
  const sets = rowsOf<{ version: number; limits: string }>(
    copy,
    "limit_version",
    "SELECT * FROM limit_version",
  );
  const set = sets.find(({ version }) => version === body.version)?.limits ?? "[]";
  const limits = new Map<string, bigint>();
  for (const { id, kind, threshold } of JSON.parse(set) as { id: string; kind: string; threshold: string }[])
    for (const side of SIDES[kind] ?? [""])
      limits.set(`${body.name}/${id}${side}`, BigInt(threshold) * (kind === "max-order-rate" ? 1n : MONEY));
  const percent = BigInt(body.terms.reserve);
  const reserved = new Map([...limits].map(([budget, limit]) => [budget, (limit * percent) / 100n]));
  const children = rowsOf<{ child: string; body: string }>(
    copy,
    "child",
    "SELECT child, body FROM child",
  ).map(({ child, body: text }) => {
    const { granted, isFenced } = JSON.parse(text) as { granted: Texts; isFenced: boolean };
    return [child, { granted: amountsIn(granted), isFenced }] as const;
  });
  return { name: body.name, version: body.version, limits, reserved, children: new Map(children) };
}
