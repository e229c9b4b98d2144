/** One seed: load and faults, then load's end and no faults. */
import { factsIn } from "../../actors/runtime/fact-text.ts";
import { BelowRun } from "./runs/below-run.ts";
import { EscrowRun } from "./runs/escrow-run.ts";
import { SplitRun } from "./runs/split-run.ts";
import { TradingRun } from "./runs/trading-run.ts";
import { SHELLS, TEMPLATES } from "./shells.ts";
import { modelShells } from "./world/market.ts";
import { World } from "./world/world.ts";

export const LOADS = { trading: TradingRun, escrow: EscrowRun, split: SplitRun, below: BelowRun } as const;
export type Load = keyof typeof LOADS;

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

export async function runSeed(load: Load, seed: number, isTraced = false): Promise<Outcome> {
  let market: World["market"];
  const shells = { ...modelShells(() => market), ...SHELLS };
  const world = new World({ seed, shells, templates: TEMPLATES, read: factsIn, isTraced });
  market = world.market;
  const startedAt = world.schedule.now;
  const run = new LOADS[load](world);
  try {
    await run.safety();
    await run.convergence();
  } finally {
    await world.end();
    run.chaos.end();
  }
  const { violations, steps, faults, trace, stray } = world;
  const virtualMs = world.schedule.now - startedAt;
  const { told } = run;
  return { seed, violations, hash: world.hash(), steps, virtualMs, fired: faults.fired, told, trace, stray };
}
