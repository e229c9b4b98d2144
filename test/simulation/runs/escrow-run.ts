/** Accounts below a firm and a desk: their own limits are wide, and those of the firm bind. Prices stand still, so that sums are exact. */
import { EscrowChecks } from "../checks/escrow.ts";
import { type Above, GrowthChecks } from "../checks/growth.ts";
import { Probes } from "../checks/probes.ts";
import { DESK, FIRM, Firms } from "../load/firms.ts";
import type { Copy } from "../world/copy.ts";
import { Cuts } from "../world/cuts.ts";
import type { World } from "../world/world.ts";
import { TradingRun } from "./trading-run.ts";

const PARENTS: Readonly<Record<string, string>> = { a: FIRM, b: FIRM, c: DESK, d: DESK };
const FUND: Above = [{ kind: "firm", id: FIRM }];
const DESK_AND_FUND: Above = [{ kind: "desk", id: DESK }, ...FUND];
const above = (account: string): Above => (PARENTS[account] === DESK ? DESK_AND_FUND : FUND);
/** Every order asks: these seconds hold as many events as the longer ones of accounts without a firm. */
const SAFETY_MS = 6_000;
/** Where links are cut fewer are answered, and the silence has to be over for something to show. */
const CUT_SAFETY_MS = 10_000;

export class EscrowRun extends TradingRun {
  readonly escrow: EscrowChecks;
  readonly growth: GrowthChecks;
  readonly firms: Firms;
  readonly cuts: Cuts;
  readonly #probes: Probes;
  #hasFirm = false;
  #isOpened = false;

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
      ({ name }) => above(name.slice(2)),
    );
    this.record.onFact.push((copy, fact) => this.growth.take(copy, fact));
    this.firms = new Firms(world, this.trading.outside);
    const tree = { accounts: Object.keys(PARENTS), above };
    this.#probes = new Probes(world, this.trading.outside, this, tree);
  }

  override get told(): Readonly<Record<string, number>> {
    const { looks } = this.escrow;
    return {
      ...super.told,
      probes: this.#probes.tried,
      looks,
      grown: this.growth.grown,
      cuts: this.cuts.fired,
    };
  }

  protected override get safetyMs(): number {
    return this.cuts.isOn ? CUT_SAFETY_MS : SAFETY_MS;
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

  protected override hasTwin(twin: Copy): void {
    this.growth.begin(twin);
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
    const twinned = world.objects.all
      .filter(({ isTwin }) => isTwin)
      .map(({ name }) => `account:${name.slice(2)}`);
    for (const child of this.escrow.fenced)
      if (!twinned.includes(child)) world.violate("E4 nobody is fenced for nothing", child);
    // What was granted to an account of two copies stays there until a person has admitted one of them.
    if (twinned.length > 0) return;
    await this.#probes.probe(account);
  }
}
