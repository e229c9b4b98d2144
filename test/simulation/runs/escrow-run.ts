/** Accounts below a firm and a desk: their own limits are wide, and those of the firm bind. Prices stand still, so that sums are exact. */
import { EscrowChecks } from "../checks/escrow.ts";
import { type Above, GrowthChecks, MEASURES } from "../checks/growth.ts";
import type { Json } from "../checks/ledger.ts";
import { DESK, FIRM, Firms } from "../load/firms.ts";
import type { Told } from "../load/trader.ts";
import { Cuts } from "../world/cuts.ts";
import type { World } from "../world/world.ts";
import { TradingRun } from "./trading-run.ts";

const PARENTS: Readonly<Record<string, string>> = { a: FIRM, b: FIRM, c: DESK, d: DESK };
const FUND: Above = [{ kind: "firm", id: FIRM }];
const ABOVE: Readonly<Record<string, Above>> = {
  [FIRM]: FUND,
  [DESK]: [{ kind: "desk", id: DESK }, ...FUND],
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
  readonly cuts: Cuts;
  #hasFirm = false;
  #isOpened = false;
  #probes = 0;

  constructor(world: World) {
    const terms = (account: string) => ({ parent: PARENTS[account], priority: 1 + account.charCodeAt(0) });
    super(world, { accounts: Object.keys(PARENTS), terms, ruled: false, loose: true });
    world.market.isStill = true;
    this.cuts = new Cuts(world, world.spare);
    this.escrow = new EscrowChecks(world, this.record);
    this.growth = new GrowthChecks(
      world,
      (copy) => this.ledgerOf(copy),
      this.escrow,
      ({ name }) => ABOVE[PARENTS[name.slice(2)] ?? FIRM] ?? FUND,
    );
    this.record.onFact.push((copy, fact) => this.growth.take(copy, fact));
    this.firms = new Firms(world, this.trading.outside);
  }

  override get told(): Readonly<Record<string, number>> {
    const { looks } = this.escrow;
    return { ...super.told, probes: this.#probes, looks, grown: this.growth.grown, cuts: this.cuts.fired };
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
    return (["gross", "long", "netLong"] as const).every((measure) =>
      (ABOVE[DESK] ?? []).every(({ kind, id }) => {
        const limit = this.escrow.limitOf(id, `${kind}:${id}/${MEASURES[measure]}`);
        if (limit === undefined) return true;
        const accounts = this.growth.accounts.filter(
          ({ name }) => id === FIRM || PARENTS[name.slice(2)] === DESK,
        );
        const used = accounts.reduce((sum, copy) => sum + this.growth.usedBy(copy)[measure], 0);
        return used + wanted <= Number(limit.all - limit.reserve) / 1e12;
      }),
    );
  }
}
