/**
 * A firm over accounts a and b, and the node of a's quotas while a is split: the real objects of all three, over disks in memory. Account a, its
 * second part and b are children as the protocol has it. Calls are lost before or after they are done, and come late a second time.
 */
import { NOTHING } from "../../../actors/runtime/escrow/amounts.ts";
import {
  applyRefusal,
  applyReply,
  askFor,
  giveUp,
  type Holding,
  isCurrent,
  loadHolding,
  type StoredHolding,
  storedOf,
} from "../../../actors/runtime/escrow/holding.ts";
import type { Amounts } from "../../../actors/runtime/escrow/messages.ts";
import { ONE } from "../../support/firm-bench.ts";
import { Tree, type TreeNode } from "../../support/firm-tree.ts";
import { envelope } from "../../support/runtime-fakes.ts";
import { Draw } from "../runtime/escrow/draw.ts";

export const BUDGET = "firm:f/gross";
export const SPLIT = "a/split";

/** What an account has on its disk; which parent it is a child of, and under which name, is there too. */
type Disk = { parent: string; child: string; stored: StoredHolding | undefined; used: bigint };

export class Account {
  readonly disk: Disk;
  holding: Holding;
  wants = 0n;
  /** It is about to leave, and asks its parent no more; and that one has said that it has left. */
  isSilent = false;
  hasLeft = false;
  readonly #world: HandoverWorld;

  constructor(world: HandoverWorld, parent: string, child: string) {
    this.#world = world;
    this.disk = { parent, child, stored: undefined, used: 0n };
    this.holding = loadHolding(undefined, world.drawn());
    this.#store();
  }

  get used(): bigint {
    return this.disk.used;
  }

  get held(): bigint {
    return this.holding.held[BUDGET] ?? 0n;
  }

  #store(): void {
    this.disk.stored = storedOf(this.holding);
  }

  crash(): void {
    this.holding = loadHolding(this.disk.stored, this.#world.drawn());
    this.isSilent = false;
    this.hasLeft = false;
    this.wants = 0n;
    this.#store();
  }

  /** Another parent, under which it is nobody yet. */
  moveTo(parent: string, child: string): void {
    Object.assign(this.disk, { parent, child });
    this.holding = loadHolding(undefined, this.#world.drawn());
    this.isSilent = false;
    this.hasLeft = false;
    this.#store();
  }

  /** Lowered on its own disk before anybody hears of it. */
  empty(): string {
    const { heardAt: _, ...silent } = giveUp(this.holding);
    this.holding = { ...silent, held: NOTHING, wished: NOTHING };
    this.isSilent = true;
    this.#store();
    return this.holding.incarnation;
  }

  reduce(amount: bigint): void {
    this.disk.used = this.used > amount ? this.used - amount : 0n;
  }

  /** Only within what it holds, and only where it was heard. */
  grow(amount: bigint): boolean {
    const { clock } = this.#world.tree;
    if (!isCurrent(this.holding, clock.now()) || this.used + amount > this.held) return false;
    this.disk.used += amount;
    return true;
  }

  async called(): Promise<string> {
    await this.ask();
    return this.holding.book?.version ?? "";
  }

  async ask(): Promise<void> {
    if (this.isSilent) return;
    const { tree } = this.#world;
    const uses: Amounts = this.used === 0n ? {} : { [BUDGET]: this.used };
    const wanted: Amounts = this.wants === 0n ? {} : { [BUDGET]: this.wants };
    const standing = {
      ...{ child: this.disk.child, seq: 1, currency: "USD", priority: 100, isInUse: true },
      ...{ committed: uses, used: uses, wanted },
    };
    const { holding, ask } = askFor(this.holding, standing, tree.clock.now());
    this.holding = holding;
    this.#store();
    const { parent } = this.disk;
    const reply = await this.#world.call(() => tree.at(parent).desk.ask(envelope(), ask));
    // It may have died, or gone over to another parent, since.
    if (this.holding.incarnation !== ask.incarnation || this.holding.inFlight?.n !== ask.n) return;
    const after =
      reply === undefined
        ? giveUp(this.holding)
        : reply.ok
          ? applyReply(this.holding, reply.value)
          : applyRefusal(this.holding, ask.n, reply.code);
    this.holding = after ?? this.holding;
    this.#store();
  }
}

export class HandoverWorld {
  readonly tree = new Tree();
  readonly draw: Draw;
  readonly a: Account;
  readonly b: Account;
  readonly part: Account;
  isRough = true;
  readonly #late: (() => Promise<unknown>)[] = [];
  #drawn = 0;

  constructor(seed: number) {
    this.draw = new Draw(seed);
    this.a = new Account(this, "f", "account:a");
    this.b = new Account(this, "f", "account:b");
    this.part = new Account(this, SPLIT, "part:1");
    this.tree.carried = async (call) => {
      const value = await this.call(call);
      if (value === undefined) throw new Error("lost");
      return value;
    };
    const { children } = this.tree;
    children.set("account:b", this.b);
    for (const name of ["account:a", "part:0"]) children.set(name, this.a);
    children.set("part:1", this.part);
  }

  drawn(): string {
    return `i${this.#drawn++}`;
  }

  get firm(): TreeNode {
    return this.tree.at("f");
  }

  get split(): TreeNode {
    return this.tree.at(SPLIT);
  }

  /** Undefined where its answer is lost, whatever has become of it; now and then it comes late once more. */
  async call<Value>(call: () => Promise<Value>): Promise<Value | undefined> {
    if (!this.isRough) return call();
    if (this.draw.chance(0.1)) this.#late.push(call);
    if (this.draw.chance(0.08)) return undefined;
    const value = await call().catch(() => undefined);
    return this.draw.chance(0.08) ? undefined : value;
  }

  async late(): Promise<void> {
    const [call] = this.#late.splice(this.draw.below(this.#late.length), 1);
    await call?.().catch(() => undefined);
  }

  /** What goes on behind the replies. */
  async rest(): Promise<void> {
    for (let each = 0; each < 4; each++) await new Promise<void>((resolve) => setTimeout(resolve, 0));
  }

  async begin(limit: bigint): Promise<void> {
    const isRough = this.isRough;
    this.isRough = false;
    await this.tree.put("firm", "f", undefined, String(limit / ONE));
    for (const account of [this.a, this.b]) await account.ask();
    this.isRough = isRough;
  }

  /** By sums of its own, over what is on the disks: E1 and E2, and that what a uses is never nobody's at the firm. */
  check(limit: bigint): void {
    const firm = rowsOf(this.firm);
    const all = sumOf(firm);
    must(all <= limit, `E1: the firm grants ${all} of ${limit}`);
    const place = (firm.get("account:a") ?? 0n) + (firm.get("split:a") ?? 0n);
    const used = this.a.used + this.part.used;
    must(used <= place, `a uses ${used}, ${place} is granted in its place`);
    must(used + this.b.used <= limit, `all use ${used + this.b.used} of ${limit}`);
    const below = rowsOf(this.split);
    const held = this.split.desk.turns.node?.holding?.held[BUDGET] ?? 0n;
    must(sumOf(below) <= held, `E1: the split's node grants ${sumOf(below)} of ${held}`);
    must(held <= (firm.get("split:a") ?? 0n), `E2: the split's node holds ${held}`);
    for (const { disk, held: holds } of [this.a, this.b, this.part]) {
      const granted = (disk.parent === "f" ? firm : below).get(disk.child) ?? 0n;
      must(holds <= granted, `E2: ${disk.child} holds ${holds} of ${granted}`);
    }
  }

  get fenced(): readonly string[] {
    return [this.firm, this.split].flatMap(({ desk }) =>
      [...(desk.turns.node?.grants.children.values() ?? [])].flatMap((child) =>
        child.isFenced ? [child.child] : [],
      ),
    );
  }
}

type Row = { readonly child: string; readonly body: string };

/** As they are on disk. */
function rowsOf({ sql }: TreeNode): ReadonlyMap<string, bigint> {
  const rows = sql.exec<Row>("SELECT child, body FROM child");
  return new Map(
    rows.map(({ child, body }) => {
      const { granted } = JSON.parse(body) as { granted: Record<string, string> };
      return [child, BigInt(granted[BUDGET] ?? "0")];
    }),
  );
}

const sumOf = (rows: ReadonlyMap<string, bigint>): bigint =>
  [...rows.values()].reduce((sum, one) => sum + one, 0n);

function must(holds: boolean, rule: string): void {
  if (!holds) throw new Error(rule);
}
