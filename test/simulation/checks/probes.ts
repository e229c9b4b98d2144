/** E5: once the faults are over, what nobody uses of the limits above reaches whoever needs it, one lot at first and then all there is. */
import type { Outside, Told } from "../load/trader.ts";
import type { World } from "../world/world.ts";
import type { EscrowChecks } from "./escrow.ts";
import { type Above, type GrowthChecks, MEASURES } from "./growth.ts";
import type { Json } from "./ledger.ts";

/** Quotas are where they are needed within this time: after faults somebody may still wait before he asks again. */
const PROBE_MS = 20_000;
/** Once all have heard each other nobody waits for more than a call of those who have some. */
const AT_ONCE_MS = 1_500;
/** No order counts in a window of rates any more. */
const WINDOW_MS = 2_500;
const PROBE_AGAIN_MS = 500;
const MONEY = 1e12;

type Side = "buy" | "sell";
type Wanted = {
  readonly account: string;
  readonly symbol: string;
  readonly side: Side;
  readonly withinMs: number;
};
const GROWS = { buy: ["gross", "long", "netLong"], sell: ["gross", "short", "netShort"] } as const;

export type ProbedTree = { readonly accounts: readonly string[]; readonly above: (account: string) => Above };

export class Probes {
  tried = 0;
  readonly #world: World;
  readonly #outside: Outside;
  readonly #escrow: EscrowChecks;
  readonly #growth: GrowthChecks;
  readonly #tree: ProbedTree;
  #ready = 0;

  constructor(
    world: World,
    outside: Outside,
    checks: { readonly escrow: EscrowChecks; readonly growth: GrowthChecks },
    tree: ProbedTree,
  ) {
    this.#world = world;
    this.#outside = outside;
    this.#escrow = checks.escrow;
    this.#growth = checks.growth;
    this.#tree = tree;
  }

  /** All accounts at once want one lot of each symbol; then one buys all that is left, one sells it, and each gives it up again. */
  async probe(account: string): Promise<void> {
    const { accounts } = this.#tree;
    for (const symbol of this.#world.market.listed.keys())
      await this.#one({ account, symbol, side: "buy", withinMs: PROBE_MS }, (room) =>
        room >= accounts.length ? 1 : 0,
      );
    this.#ready += 1;
    if (this.#ready % accounts.length !== 0) return;
    const { random, market } = this.#world;
    for (const side of ["buy", "sell"] as const) {
      await this.#world.pause(WINDOW_MS);
      const [one, symbol] = [random.pick(accounts), random.pick([...market.listed.keys()])];
      const id = await this.#one({ account: one, symbol, side, withinMs: AT_ONCE_MS }, (room) => room);
      if (id !== undefined) await this.#giveUp(one, id);
    }
  }

  /** The order that was let through, if there was room for one. `lots`: of so many that there is room for. */
  async #one(wanted: Wanted, lots: (room: number) => number): Promise<string | undefined> {
    const { account, symbol, side, withinMs } = wanted;
    const world = this.#world;
    const until = world.schedule.now + withinMs;
    for (;;) {
      const qty = lots(this.#room(account, symbol, side));
      if (qty < 1) return undefined;
      const id = this.#outside.nextId("probe");
      const order = { clientOrderId: id, symbol, side, type: "market", qty: String(qty) };
      const code = await this.#order(account, order);
      if (code === undefined) return id;
      if (world.schedule.now > until && lots(this.#room(account, symbol, side)) >= qty) {
        world.violate("E5 quotas reach who needs them", `${account} ${side} ${qty} ${symbol}: ${code}`);
        return undefined;
      }
      await world.pause(PROBE_AGAIN_MS);
    }
  }

  /** Why not, if not. */
  async #order(account: string, order: Json): Promise<string | undefined> {
    this.tried += 1;
    const given = [JSON.stringify({ orders: [order] }), "telling"];
    const label = String(order["clientOrderId"]);
    const { reply }: Told = await this.#outside.ask({
      ...{ kind: "risk-shard", name: `t/${account}`, method: "orders", given, label },
    });
    if (!reply.ok) return reply.code;
    const [decision] = (JSON.parse(reply.value) as { decisions: Json[] }).decisions;
    return decision?.["decision"] === "reject" ? String(decision["code"]) : undefined;
  }

  async #giveUp(account: string, clientOrderId: string): Promise<void> {
    const execId = this.#outside.nextId("x");
    const report = { execId, ts: this.#world.schedule.now - 60_000, type: "cancel", clientOrderId };
    const given = [JSON.stringify({ executions: [report] })];
    await this.#outside.ask({
      ...{ kind: "risk-shard", name: `t/${account}`, method: "executions", given, label: execId },
    });
  }

  /** Lots, of the least of all limits above the account that such an order uses. */
  #room(account: string, symbol: string, side: Side): number {
    let room = Number.POSITIVE_INFINITY;
    for (const { kind, id } of this.#tree.above(account))
      for (const measure of GROWS[side]) {
        const limit = this.#escrow.limitOf(id, `${kind}:${id}/${MEASURES[measure]}`);
        if (limit === undefined) continue;
        const below = this.#growth.accounts.filter(({ name }) =>
          this.#tree.above(name.slice(2)).some((node) => node.id === id),
        );
        const used = below.reduce((sum, copy) => sum + this.#growth.usedBy(copy)[measure], 0);
        room = Math.min(room, Number(limit.all - limit.reserve) / MONEY - used);
      }
    return Number.isFinite(room) ? Math.floor(room / this.#world.market.priceOf(symbol)) : 1;
  }
}
