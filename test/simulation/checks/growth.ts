/** E3 and E4 from the facts of all accounts: together they never use more than the firm's limits, and nothing grows under a state for long. */
import type { Fact } from "../../../actors/runtime/fact.ts";
import type { Copy } from "../world/copy.ts";
import type { World } from "../world/world.ts";
import type { Json, Ledger } from "./ledger.ts";

/** As the product promises it. */
const REACHED_MS = 5_000;

export type Used = { readonly gross: number; readonly long: number; readonly short: number };

export class GrowthChecks {
  readonly #world: World;
  readonly #ledgerOf: (copy: Copy) => Ledger;
  /** Of the whole firm, by measure: the most that its limit ever was. Undefined: there is none. */
  readonly #limitOf: (measure: keyof Used) => bigint | undefined;
  /** Since when a firm or desk lets nothing grow, by its object's name. */
  readonly #stopped = new Map<string, number>();
  /** Objects above an account. */
  readonly #above: (copy: Copy) => readonly string[];
  #before = new Map<Copy, Used>();

  constructor(
    world: World,
    ledgerOf: (copy: Copy) => Ledger,
    limitOf: (measure: keyof Used) => bigint | undefined,
    above: (copy: Copy) => readonly string[],
  ) {
    this.#world = world;
    this.#ledgerOf = ledgerOf;
    this.#limitOf = limitOf;
    this.#above = above;
  }

  get accounts(): Copy[] {
    return this.#world.objects.all.filter(({ kind }) => kind === "risk-shard");
  }

  /** After the ledger took it. */
  take(copy: Copy, [, at, kind, payload]: Fact): void {
    if (copy.kind === "firm" && kind === "firm-state-set") this.#stated(copy, JSON.parse(payload) as Json);
    if (copy.kind !== "risk-shard" || kind !== "order-decided") return;
    const fact = JSON.parse(payload) as Json;
    const before = this.#before.get(copy) ?? { gross: 0, long: 0, short: 0 };
    const after = this.usedBy(copy);
    this.#before.set(copy, after);
    if (fact["decision"] === "reject") return;
    this.#holdState(copy, before, after, at, fact);
    this.#holdSums(copy, before, after, fact);
  }

  /** What working orders could make of it counts too. */
  usedBy(copy: Copy): Used {
    const ledger = this.#ledgerOf(copy);
    let [gross, long, short] = [0, 0, 0];
    for (const symbol of this.#world.market.listed.keys()) {
      const price = this.#world.market.priceOf(symbol);
      const position = ledger.position(symbol);
      const high = (position + ledger.worked(symbol, "buy")) * price;
      const low = (position - ledger.worked(symbol, "sell")) * price;
      gross += Math.max(Math.abs(high), Math.abs(low));
      long += Math.max(0, high);
      short += Math.max(0, -low);
    }
    return { gross, long, short };
  }

  #stated({ name }: Copy, fact: Json): void {
    if (fact["state"] === "active") this.#stopped.delete(name);
    else if (!this.#stopped.has(name)) this.#stopped.set(name, this.#world.schedule.now);
  }

  #holdState(copy: Copy, before: Used, after: Used, at: number, fact: Json): void {
    if (after.gross <= before.gross || this.#world.faults.has("clock-step")) return;
    for (const name of this.#above(copy))
      if (at > (this.#stopped.get(name) ?? at) + REACHED_MS)
        this.#world.violate(
          "E4 a state reaches all within its bound",
          `${copy.label} ${fact["clientOrderId"]} under ${name}`,
        );
  }

  #holdSums(copy: Copy, before: Used, after: Used, fact: Json): void {
    if (this.#world.objects.all.some(({ isTwin }) => isTwin)) return;
    for (const measure of ["gross", "long", "short"] as const) {
      const limit = this.#limitOf(measure);
      if (limit === undefined || after[measure] <= before[measure]) continue;
      let used = 0;
      for (const account of this.accounts) used += this.usedBy(account)[measure];
      if (used > Number(limit) / 1e12)
        this.#world.violate(
          "E3 used within the limit",
          `${copy.label} ${fact["clientOrderId"]}: ${measure} ${used} of ${Number(limit) / 1e12}`,
        );
    }
  }
}
