/** Accounts that trade by themselves: what they are put through, and what must hold at each step and in the end. */

import { priceHubOf } from "../../../actors/price-hub/address.ts";
import type { Fact } from "../../../actors/runtime/fact.ts";
import type { Symbol } from "../../../src/domain/ids.ts";
import { instrumentOf } from "../../support/instruments.ts";
import { Acknowledged } from "../checks/acknowledged.ts";
import {
  holdAccount,
  holdFence,
  holdMirror,
  holdSilent,
  holdStrategy,
  standingOf,
  unsettled,
} from "../checks/converged.ts";
import { Ledger } from "../checks/ledger.ts";
import { FactRecord } from "../checks/record.ts";
import { FlushChecks } from "../checks/timers.ts";
import { Trading, type TradingPlan } from "../load/trading.ts";
import { Chaos } from "../world/chaos.ts";
import type { Copy } from "../world/copy.ts";
import type { World } from "../world/world.ts";

const SAFETY_MS = 12_000;
/** Before that somebody sets up what the load needs, under the same faults. */
const READY_MS = 40_000;
/** Once the faults are over everything is settled within this time. */
const CONVERGED_MS = 60_000;
const LOOK_MS = 1_000;
const SYMBOLS: readonly (readonly [symbol: string, price: number])[] = [
  ["XNAS:AAPL", 100],
  ["XNAS:MSFT", 50],
];

const TRADING: TradingPlan = { accounts: ["a", "b"], terms: () => ({}), ruled: true, loose: false };

export class TradingRun {
  readonly chaos: Chaos;
  readonly trading: Trading;
  protected readonly world: World;
  protected readonly record: FactRecord;
  readonly #acknowledged: Acknowledged;
  readonly #ledgers = new Map<string, Ledger>();

  constructor(world: World, plan: TradingPlan = TRADING) {
    this.world = world;
    this.record = new FactRecord(world);
    this.record.onFact.push((copy, fact) => {
      if (copy.kind === "risk-shard") this.ledgerOf(copy).take(fact);
      if (copy.kind === "strategy") this.#holdNoDrift(copy, fact);
    });
    new FlushChecks(world, this.record);
    this.chaos = new Chaos(world, (from) => this.#copied(from));
    this.#acknowledged = new Acknowledged(world, (copy) => this.ledgerOf(copy));
    this.trading = new Trading(world, plan, this.#acknowledged);
    for (const [symbol, price] of SYMBOLS)
      world.market.list(instrumentOf({ symbol }), price, priceHubOf(symbol as Symbol));
  }

  get told(): Readonly<Record<string, number>> {
    return this.#acknowledged.told;
  }

  async safety(): Promise<void> {
    this.begin();
    await this.world.runUntil(this.world.schedule.now + READY_MS, () => this.isReady);
    await this.world.runUntil(this.world.schedule.now + this.safetyMs);
  }

  protected get safetyMs(): number {
    return SAFETY_MS;
  }

  async convergence(): Promise<void> {
    const { world } = this;
    this.trading.close();
    world.faults.isOn = false;
    this.heal();
    const debtMs = this.#setClocks();
    await this.#settle(debtMs);
    await this.#hold();
    for (const copy of world.objects.all) world.objects.crash(copy, "in the end");
    await this.#settle(debtMs);
    await this.#hold();
  }

  async #settle(debtMs: number): Promise<void> {
    const { world } = this;
    const until = world.schedule.now + CONVERGED_MS + debtMs;
    while (world.violations.length === 0 && !this.#isSettled() && world.schedule.now < until)
      await world.runUntil(world.schedule.now + LOOK_MS);
    if (world.violations.length === 0 && !this.#isSettled())
      world.violate("R13 converged", this.#inTheWay().slice(0, 5).join("; "));
  }

  protected get isReady(): boolean {
    return true;
  }

  protected begin(): void {
    this.trading.begin();
  }

  /** What was known of the original is known of it. */
  protected hasTwin(_twin: Copy): void {}

  /** The faults are over. */
  protected heal(): void {}

  /** Whoever asked has an answer. */
  protected get isQuiet(): boolean {
    return this.trading.isQuiet;
  }

  /** Of an account with two copies the mirror and the fence are held; what it shows depends on who is asked. */
  protected async holdOne(account: string): Promise<void> {
    const { world } = this;
    const copy = world.objects.copyOf("risk-shard", `t/${account}`);
    if (world.objects.twinOf(copy) !== undefined) return;
    const { outside, strategies, silent } = this.trading;
    const ledger = this.ledgerOf(copy);
    await holdAccount(world, copy.name, ledger, outside.envelope());
    for (const order of silent) if (order.account === account) holdSilent(world, order, ledger);
    for (const strategy of strategies.get(account) ?? [])
      await holdStrategy(world, strategy, ledger, outside.envelope());
  }

  async #hold(): Promise<void> {
    const { world } = this;
    if (world.violations.length > 0) return;
    holdMirror(world, this.record);
    holdFence(world, this.record);
    const { accounts } = this.trading;
    let held = 0;
    for (const account of accounts)
      void this.holdOne(account).then(
        () => held++,
        (error: unknown) => world.violate("R13 everything answers", `${account}: ${error}`),
      );
    await world.runUntil(world.schedule.now + CONVERGED_MS, () => held === accounts.length);
    if (held < accounts.length && world.violations.length === 0)
      world.violate("R13 everything answers", "not within a minute");
  }

  #isSettled(): boolean {
    if (unsettled(this.world).length > 0) return false;
    if (this.world.objects.all.some(({ disk }) => disk.isPending)) return false;
    return (this.isQuiet && this.#haveEnded()) || this.#isFrozen();
  }

  /** Orders of which nobody says a word, and whose time is over. */
  #haveEnded(): boolean {
    return this.trading.silent.every(({ account, id, ends }) => {
      const copy = this.world.objects.copyOf("risk-shard", `t/${account}`);
      return !ends || this.ledgerOf(copy).orders.get(id)?.isWorking !== true;
    });
  }

  #inTheWay(): string[] {
    return [...unsettled(this.world), ...this.trading.outside.waiting];
  }

  /** Who asks a frozen copy waits for a person. */
  #isFrozen(): boolean {
    return this.world.objects.all.some((copy) => !copy.isTwin && standingOf(copy)?.lost === true);
  }

  /** All go right again. One that is set back makes its timers late by as much. */
  #setClocks(): number {
    const { objects } = this.world;
    const debtMs = Math.max(0, ...objects.all.map(({ skewMs }) => skewMs));
    for (const copy of objects.all) if (copy.skewMs !== 0) objects.stepClock(copy, -copy.skewMs);
    return debtMs;
  }

  protected ledgerOf(copy: Copy): Ledger {
    const known = this.#ledgers.get(copy.label);
    if (known !== undefined) return known;
    const ledger = new Ledger((rule, detail) => this.world.violate(rule, `${copy.label}: ${detail}`));
    this.#ledgers.set(copy.label, ledger);
    return ledger;
  }

  /** Heard once each, news of a fill leads to what the account says it led to. Of an account with two copies a strategy hears both. */
  #holdNoDrift({ name, label }: Copy, [, , kind, payload]: Fact): void {
    if (kind !== "position-drift") return;
    const account = this.world.objects.copyOf("risk-shard", name.replace(/-\w+$/, ""));
    if (this.world.objects.twinOf(account) === undefined)
      this.world.violate("R2 a strategy hears each fact once", `${label}: ${payload}`);
  }

  #copied(from: Copy): (twin: Copy) => void {
    const facts = this.record.of(from).length;
    return (twin) => {
      this.record.copied(from, facts, twin);
      for (const fact of this.record.of(twin)) this.ledgerOf(twin).take(fact);
      this.hasTwin(twin);
    };
  }
}
