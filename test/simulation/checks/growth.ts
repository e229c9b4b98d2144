/**
 * E3 and E4 from the facts of all accounts: what an order lets grow stays within what its account holds, all together within what the firm has
 * granted, and nothing grows under a state, or beside a parent that is silent, for longer than is promised.
 */
import type { Fact } from "../../../actors/runtime/fact.ts";
import type { Copy } from "../world/copy.ts";
import type { World } from "../world/world.ts";
import type { EscrowChecks } from "./escrow.ts";
import type { Amounts } from "./granted.ts";
import type { Json, Ledger } from "./ledger.ts";
import { Silence } from "./silence.ts";

/** As the product promises it. */
const REACHED_MS = 5_000;
const NOTHING: Amounts = new Map();
const MONEY = 1e12;

/** In the currency, by what a limit of a node says of it. */
export type Used = Readonly<Record<Measure, number>>;
export const MEASURES = {
  gross: "gross-exposure",
  long: "long-notional",
  short: "short-notional",
  netLong: "net-exposure/long",
  netShort: "net-exposure/short",
} as const;
type Measure = keyof typeof MEASURES;
const EACH = Object.keys(MEASURES) as Measure[];
const UNUSED: Used = { gross: 0, long: 0, short: 0, netLong: 0, netShort: 0 };

/** Of an account: whoever stands above it, the nearest first, by id and kind. */
export type Above = readonly { readonly id: string; readonly kind: string }[];
type Grown = { readonly id: string; readonly at: number; readonly before: Used; readonly after: Used };

export class GrowthChecks {
  readonly #world: World;
  readonly #ledgerOf: (copy: Copy) => Ledger;
  readonly #escrow: EscrowChecks;
  readonly #above: (copy: Copy) => Above;
  readonly #silence: Silence;
  /** Since when a firm or desk lets nothing grow, by its object. */
  readonly #stopped = new Map<Copy, number>();
  readonly #used = new Map<Copy, Used>();
  readonly #held = new Map<Copy, Amounts>();
  /** Of the flush that is looked at. */
  #grown: Grown[] = [];
  #hasEnded = false;
  grown = 0;

  /** After the checks of escrow have been made: what a flush has changed of what is held is known then. */
  constructor(
    world: World,
    ledgerOf: (copy: Copy) => Ledger,
    escrow: EscrowChecks,
    above: (copy: Copy) => Above,
  ) {
    this.#world = world;
    this.#ledgerOf = ledgerOf;
    this.#escrow = escrow;
    this.#above = above;
    this.#silence = new Silence(world, (copy) => escrow.heldBy(copy) !== undefined);
    world.onFlush.push((copy) => this.#flushed(copy));
  }

  get accounts(): Copy[] {
    return this.#world.objects.all.filter(({ kind }) => kind === "risk-shard");
  }

  /** A copied disk uses what the original used: its first order has not grown all of that. */
  begin(copy: Copy): void {
    this.#used.set(copy, this.usedBy(copy));
  }

  /** After the ledger took it. */
  take(copy: Copy, [, at, kind, payload]: Fact): void {
    if (copy.kind === "firm" && kind === "firm-state-set") this.#stated(copy, JSON.parse(payload) as Json);
    if (copy.kind !== "risk-shard" || (kind !== "order-decided" && kind !== "execution-booked")) return;
    const before = this.#used.get(copy) ?? UNUSED;
    const after = this.usedBy(copy);
    this.#used.set(copy, after);
    if (kind === "execution-booked") this.#hasEnded = true;
    else if (EACH.some((measure) => after[measure] > before[measure])) {
      const order = JSON.parse(payload) as Json;
      if (!this.#closes(copy, order))
        this.#grown.push({ id: `${copy.label} ${order["clientOrderId"]}`, at, before, after });
    }
  }

  /** What working orders could make of it counts too. */
  usedBy(copy: Copy): Used {
    const ledger = this.#ledgerOf(copy);
    let [gross, long, short, high, low] = [0, 0, 0, 0, 0];
    for (const symbol of this.#world.market.listed.keys()) {
      const price = this.#world.market.priceOf(symbol);
      const position = ledger.position(symbol);
      const most = (position + ledger.worked(symbol, "buy")) * price;
      const least = (position - ledger.worked(symbol, "sell")) * price;
      gross += Math.max(Math.abs(most), Math.abs(least));
      long += Math.max(0, most);
      short += Math.max(0, -least);
      high += most;
      low += least;
    }
    return { gross, long, short, netLong: Math.max(0, high), netShort: Math.max(0, -low) };
  }

  /** Down to nothing at the most, with all that works on its side. What is short of one symbol grows net where what is long of another is closed. */
  #closes(copy: Copy, order: Json): boolean {
    const [ledger, symbol] = [this.#ledgerOf(copy), String(order["symbol"])];
    const position = ledger.position(symbol);
    const reach = order["side"] === "buy" ? position : -position;
    return reach + ledger.worked(symbol, order["side"] === "buy" ? "buy" : "sell") <= 0;
  }

  #stated(copy: Copy, fact: Json): void {
    if (fact["state"] === "active") this.#stopped.delete(copy);
    else if (!this.#stopped.has(copy)) this.#stopped.set(copy, this.#world.schedule.now);
  }

  #flushed(copy: Copy): void {
    const held = this.#escrow.heldBy(copy)?.held ?? NOTHING;
    for (const grown of this.#grown) {
      this.grown += 1;
      this.#holdTime(copy, grown);
      this.#holdOwn(copy, grown, held);
      this.#holdSums(copy, grown);
    }
    this.#grown = [];
    this.#hasEnded = false;
    this.#held.set(copy, held);
    this.#silence.flushed(copy);
  }

  /** E4. */
  #holdTime(copy: Copy, { id, at }: Grown): void {
    const above = this.#above(copy).map((node) => this.#world.objects.copyOf("firm", `t/${node.id}`));
    // The firm counts no silence.
    const clocks = [copy, ...above.slice(0, -1)];
    const grownAt = this.#silence.trueTime(copy, at);
    const isLate = (since: number, from = since): boolean =>
      grownAt > since + REACHED_MS + this.#silence.setBack(clocks, from);
    for (const node of above) {
      const since = this.#stopped.get(node);
      if (since !== undefined && isLate(since, since - REACHED_MS))
        this.#world.violate("E4 a state reaches all within its bound", `${id} under ${node.label}`);
    }
    const asOf = this.#silence.asOf(copy);
    if (asOf === undefined || isLate(asOf))
      this.#world.violate(
        "E4 nothing grows beside a silent parent",
        `${id}: heard ${grownAt - (asOf ?? 0)} ms ago`,
      );
    const [child, own] = [this.#escrow.childOf(copy), this.#escrow.heldBy(copy)?.incarnation];
    if (child !== undefined && child.incarnation !== own && isLate(child.since))
      this.#world.violate(
        "E4 of two copies one grows",
        `${id} as ${own}, and its parent knows ${child.incarnation}`,
      );
  }

  /** E3. A flush may have raised what is held, let the order through, ended another one, and then lowered it: that was granted then. */
  #holdOwn(copy: Copy, { id, at, before, after }: Grown, now: Amounts): void {
    const held = this.#held.get(copy) ?? NOTHING;
    const granted = this.#hasEnded && this.#isAlone(copy) ? this.#escrow.childOf(copy)?.granted : undefined;
    for (const measure of EACH) {
      if (after[measure] <= before[measure]) continue;
      for (const node of this.#above(copy)) {
        const budget = `${node.kind}:${node.id}/${MEASURES[measure]}`;
        const may = [held, now, granted ?? NOTHING].map((amounts) => amounts.get(budget) ?? 0n);
        const most = Math.max(...may.map(Number)) / MONEY;
        if (after[measure] > most && this.#isKnown(copy, node.id, budget, at))
          this.#world.violate(
            "E3 used within what is held",
            `${id}: ${after[measure]} of ${budget}, holds ${most}`,
          );
      }
    }
  }

  /** Of a limit that is new to it an account may not have heard yet, for as long as of a state. */
  #isKnown(copy: Copy, node: string, budget: string, at: number): boolean {
    const limit = this.#escrow.limitOf(node, budget);
    if (limit === undefined) return false;
    const wasHeld = [this.#held.get(copy), this.#escrow.heldBy(copy)?.held].some((held) => held?.has(budget));
    const since = limit.since + REACHED_MS + this.#silence.setBack([copy], limit.since - REACHED_MS);
    return wasHeld || this.#silence.trueTime(copy, at) > since;
  }

  #isAlone(copy: Copy): boolean {
    return !copy.isTwin && this.#world.objects.twinOf(copy) === undefined;
  }

  /**
   * E3 of all together, as far as orders decide it: what fills after an order's time have carried above what its account was granted is not
   * counted, and an account that has two copies is not counted at all.
   */
  #holdSums(copy: Copy, { id, before, after }: Grown): void {
    if (!this.#isAlone(copy)) return;
    const firm = this.#above(copy).at(-1);
    if (firm === undefined) return;
    for (const measure of EACH) {
      if (after[measure] <= before[measure]) continue;
      const budget = `${firm.kind}:${firm.id}/${MEASURES[measure]}`;
      const limit = this.#escrow.limitOf(firm.id, budget);
      if (limit === undefined) continue;
      let used = 0;
      for (const account of this.accounts)
        if (this.#isAlone(account)) {
          const granted = Number(this.#escrow.childOf(account)?.granted.get(budget) ?? 0n) / MONEY;
          used += Math.min(this.usedBy(account)[measure], granted);
        }
      const most = Math.max(Number(limit.all), Number(this.#escrow.grantedBy(firm.id, budget))) / MONEY;
      if (used > most)
        this.#world.violate("E3 used within the limit", `${id}: ${measure} ${used} of ${most}`);
    }
  }
}
