/** Accounts below a firm and a desk: their own limits are wide, and those of the firm bind. Prices stand still, so that sums are exact. */
import { EscrowChecks } from "../checks/escrow.ts";
import { GrowthChecks, type Used } from "../checks/growth.ts";
import type { Json } from "../checks/ledger.ts";
import { DESK, FIRM, Firms } from "../load/firms.ts";
import type { Told } from "../load/trader.ts";
import type { World } from "../world/world.ts";
import { TradingRun } from "./trading-run.ts";

const PARENTS: Readonly<Record<string, string>> = { a: FIRM, b: FIRM, c: DESK, d: DESK };
const BUDGETS: Readonly<Record<keyof Used, string>> = {
  gross: `firm:${FIRM}/gross-exposure`,
  long: `firm:${FIRM}/long-notional`,
  short: `firm:${FIRM}/short-notional`,
};
/** Every order asks: these seconds hold as many events as the longer ones of accounts without a firm. */
const SAFETY_MS = 6_000;
/** Quotas are where they are needed within this time. */
const PROBE_MS = 20_000;
const PROBE_AGAIN_MS = 500;

export class EscrowRun extends TradingRun {
  readonly escrow: EscrowChecks;
  readonly growth: GrowthChecks;
  readonly firms: Firms;
  #hasFirm = false;
  #isOpened = false;
  #probes = 0;

  constructor(world: World) {
    const terms = (account: string) => ({ parent: PARENTS[account], priority: 1 + account.charCodeAt(0) });
    super(world, { accounts: Object.keys(PARENTS), terms, ruled: false, loose: true });
    world.market.isStill = true;
    this.escrow = new EscrowChecks(world);
    this.growth = new GrowthChecks(
      world,
      (copy) => this.ledgerOf(copy),
      (measure) => this.escrow.mostOf(BUDGETS[measure]),
      ({ name }) => (PARENTS[name.slice(2)] === DESK ? [`t/${DESK}`, `t/${FIRM}`] : [`t/${FIRM}`]),
    );
    this.record.onFact.push((copy, fact) => this.growth.take(copy, fact));
    this.firms = new Firms(world, this.trading.outside);
  }

  override get told(): Readonly<Record<string, number>> {
    return { ...super.told, probes: this.#probes, looks: this.escrow.looks };
  }

  protected override get safetyMs(): number {
    return SAFETY_MS;
  }

  protected override get isReady(): boolean {
    return this.#hasFirm;
  }

  protected override begin(): void {
    void this.firms.begin().then(() => {
      this.#hasFirm = true;
      this.trading.begin();
    });
  }

  protected override heal(): void {
    void this.firms.close().then(() => {
      this.#isOpened = true;
    });
  }

  protected override get isQuiet(): boolean {
    return this.#hasFirm && this.#isOpened && !this.firms.isBusy && super.isQuiet;
  }

  protected override async holdOne(account: string): Promise<void> {
    await super.holdOne(account);
    const { world } = this;
    if (world.objects.all.some(({ isTwin }) => isTwin)) return;
    for (const child of this.escrow.fenced) world.violate("E4 nobody is fenced for nothing", child);
    await this.#probe(account);
  }

  /** Where the limits above leave room for one more, whoever has the quota gives it back. */
  async #probe(account: string): Promise<void> {
    const { world } = this;
    const until = world.schedule.now + PROBE_MS;
    for (const symbol of world.market.listed.keys()) {
      if (!this.#hasRoom(world.market.priceOf(symbol))) continue;
      for (let code = await this.#tryOne(account, symbol); code !== undefined; ) {
        if (world.schedule.now > until || !this.#hasRoom(world.market.priceOf(symbol))) {
          if (this.#hasRoom(world.market.priceOf(symbol)))
            world.violate("E5 quotas reach who needs them", `${account}: ${code}`);
          return;
        }
        await world.pause(PROBE_AGAIN_MS);
        code = await this.#tryOne(account, symbol);
      }
    }
  }

  /** Why not, if not. */
  async #tryOne(account: string, symbol: string): Promise<string | undefined> {
    const { outside } = this.trading;
    const id = outside.nextId("probe");
    const order = { clientOrderId: id, symbol, side: "buy", type: "market", qty: "1" };
    const given = [JSON.stringify({ orders: [order] }), "telling"];
    this.#probes += 1;
    const told: Told = await outside.ask({
      ...{ kind: "risk-shard", name: `t/${account}`, method: "orders", given, label: id },
    });
    if (!told.reply.ok) return told.reply.code;
    const [decision] = (JSON.parse(told.reply.value) as { decisions: Json[] }).decisions;
    return decision?.["decision"] === "reject" ? String(decision["code"]) : undefined;
  }

  /** Of the firm and the desk both, for something of that price bought by each account at once. */
  #hasRoom(price: number): boolean {
    const wanted = price * Object.keys(PARENTS).length;
    return ["gross-exposure", "long-notional", "net-exposure/long"].every((id) =>
      [FIRM, DESK].every((node) => {
        const name = node === FIRM ? `firm:${FIRM}` : `desk:${DESK}`;
        const limit = this.escrow.limitOf(node, `${name}/${id}`);
        if (limit === undefined) return true;
        const measure = id.startsWith("gross") ? "gross" : "long";
        const accounts = this.growth.accounts.filter(
          ({ name: one }) => node === FIRM || PARENTS[one.slice(2)] === DESK,
        );
        const used = accounts.reduce((sum, copy) => sum + this.growth.usedBy(copy)[measure], 0);
        return used + wanted <= Number(limit) / 1e12;
      }),
    );
  }
}
