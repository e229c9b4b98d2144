/** One seed: load and faults, then load's end and no faults, and what must hold at each step and in the end. */
import { priceHubOf } from "../../actors/price-hub/address.ts";
import { factsIn } from "../../actors/runtime/fact-text.ts";
import type { Symbol } from "../../src/domain/ids.ts";
import { instrumentOf } from "../support/instruments.ts";
import { Acknowledged } from "./checks/acknowledged.ts";
import {
  holdAccount,
  holdAlarms,
  holdFence,
  holdMirror,
  holdStrategy,
  standingOf,
  unsettled,
} from "./checks/converged.ts";
import { Ledger } from "./checks/ledger.ts";
import { FactRecord } from "./checks/record.ts";
import { Trading } from "./load/trading.ts";
import { SHELLS } from "./shells.ts";
import { Chaos } from "./world/chaos.ts";
import type { Copy } from "./world/copy.ts";
import { modelShells } from "./world/market.ts";
import { World } from "./world/world.ts";

const SAFETY_MS = 12_000;
/** Once the faults are over everything is settled within this time. */
export const CONVERGED_MS = 60_000;
const SYMBOLS: readonly (readonly [symbol: string, price: number])[] = [
  ["XNAS:AAPL", 100_00],
  ["XNAS:MSFT", 50_00],
];
const ACCOUNTS = ["a", "b"];

export type Outcome = {
  readonly seed: number;
  readonly violations: readonly string[];
  readonly hash: string;
  readonly steps: number;
  readonly virtualMs: number;
  readonly fired: ReadonlyMap<string, number>;
  readonly told: Readonly<Record<string, number>>;
  readonly trace: readonly string[];
  readonly stray: readonly string[];
};

export async function runSeed(seed: number, isTraced = false): Promise<Outcome> {
  let market: World["market"];
  const shells = { ...modelShells(() => market), ...SHELLS };
  const world = new World({ seed, shells, read: factsIn, isTraced });
  market = world.market;
  const startedAt = world.schedule.now;
  const run = new TradingRun(world);
  try {
    await run.safety();
    await run.convergence();
  } finally {
    await world.end();
    run.chaos.end();
  }
  const { violations, steps, faults, trace, stray } = world;
  const virtualMs = world.schedule.now - startedAt;
  return {
    seed,
    violations,
    hash: world.hash(),
    steps,
    virtualMs,
    fired: faults.fired,
    told: run.told,
    trace,
    stray,
  };
}

class TradingRun {
  readonly chaos: Chaos;
  readonly #world: World;
  readonly #record: FactRecord;
  readonly #acknowledged: Acknowledged;
  readonly #trading: Trading;
  readonly #ledgers = new Map<string, Ledger>();

  constructor(world: World) {
    this.#world = world;
    this.#record = new FactRecord(world);
    this.#record.onFact.push((copy, fact) => {
      if (copy.kind === "risk-shard") this.#ledgerOf(copy).take(fact);
    });
    this.chaos = new Chaos(world, (from) => this.#copied(from));
    this.#acknowledged = new Acknowledged(world, (copy) => this.#ledgerOf(copy));
    this.#trading = new Trading(world, ACCOUNTS, this.#acknowledged);
    for (const [symbol, price] of SYMBOLS)
      world.market.list(instrumentOf({ symbol }), price, priceHubOf(symbol as Symbol));
  }

  get told(): Readonly<Record<string, number>> {
    return this.#acknowledged.told as unknown as Readonly<Record<string, number>>;
  }

  async safety(): Promise<void> {
    this.#trading.begin();
    await this.#world.runUntil(this.#world.schedule.now + SAFETY_MS);
  }

  async convergence(): Promise<void> {
    const world = this.#world;
    this.#trading.close();
    world.faults.isOn = false;
    const until = world.schedule.now + CONVERGED_MS + this.#setClocks();
    const isDone = (): boolean => this.#isQuiet();
    while (world.violations.length === 0 && !isDone() && world.schedule.now < until)
      await world.runUntil(world.schedule.now + 1_000);
    if (world.violations.length > 0) return;
    if (!isDone())
      world.violate(
        "R13 converged",
        [...unsettled(world), ...this.#trading.outside.waiting].slice(0, 5).join("; "),
      );
    await this.#hold();
    for (const copy of world.objects.all) world.objects.crash(copy, "in the end");
    await this.#hold();
  }

  async #hold(): Promise<void> {
    const world = this.#world;
    if (world.violations.length > 0) return;
    holdMirror(world, this.#record);
    holdFence(world, this.#record);
    holdAlarms(world);
    let held = 0;
    for (const account of ACCOUNTS)
      void this.#holdAccount(account).then(
        () => held++,
        (error: unknown) => world.violate("R13 everything answers", `${account}: ${error}`),
      );
    await world.runUntil(world.schedule.now + CONVERGED_MS, () => held === ACCOUNTS.length);
    if (held < ACCOUNTS.length && world.violations.length === 0)
      world.violate("R13 everything answers", "not within a minute");
  }

  /** Of an account with two copies the mirror and the fence are held; what it shows depends on who is asked. */
  async #holdAccount(account: string): Promise<void> {
    const world = this.#world;
    const copy = world.objects.copyOf("risk-shard", `t/${account}`);
    if (world.objects.twinOf(copy) !== undefined) return;
    const { outside, strategies } = this.#trading;
    const ledger = this.#ledgerOf(copy);
    await holdAccount(world, copy.name, ledger, outside.envelope());
    for (const strategy of strategies.get(account) ?? [])
      await holdStrategy(world, strategy, ledger, outside.envelope());
  }

  #isQuiet(): boolean {
    if (unsettled(this.#world).length > 0) return false;
    if (this.#world.objects.all.some(({ disk }) => disk.isPending)) return false;
    return this.#trading.isQuiet || this.#onlyFencedWait();
  }

  /** Who asks a frozen copy waits for a person. */
  #onlyFencedWait(): boolean {
    return this.#world.objects.all.some((copy) => !copy.isTwin && standingOf(copy)?.lost === true);
  }

  /** All go right again. One that is set back makes its timers late by as much. */
  #setClocks(): number {
    const { objects } = this.#world;
    const debtMs = Math.max(0, ...objects.all.map(({ skewMs }) => skewMs));
    for (const copy of objects.all) if (copy.skewMs !== 0) objects.stepClock(copy, -copy.skewMs);
    return debtMs;
  }

  #ledgerOf(copy: Copy): Ledger {
    const known = this.#ledgers.get(copy.label);
    if (known !== undefined) return known;
    const ledger = new Ledger((rule, detail) => this.#world.violate(rule, `${copy.label}: ${detail}`));
    this.#ledgers.set(copy.label, ledger);
    return ledger;
  }

  #copied(from: Copy): (twin: Copy) => void {
    const facts = this.#record.of(from).length;
    return (twin) => {
      this.#record.copied(from, facts, twin);
      for (const fact of this.#record.of(twin)) this.#ledgerOf(twin).take(fact);
    };
  }
}
