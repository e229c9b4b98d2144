/** Plays the generated market to the platform at the speed of the clock. */

import { Unreachable } from "../../src/client/refused.ts";
import { SIM_STEP_MS, simSteps } from "../../src/feeds/sim.ts";
import { SIM_PROFILES } from "../../src/feeds/sim-profiles.ts";
import type { FeedTick } from "../../src/feeds/tick.ts";
import { type ApiClient, pause } from "../client.ts";
import { TickPoster } from "../replay/tick-poster.ts";
import { emptyTotals, number, totalsText } from "../replay/totals.ts";

export type SimFeed = {
  readonly client: ApiClient;
  readonly signal: AbortSignal;
  readonly note: (text: string) => void;
  readonly onRegistered: () => void;
};

/** The same market for everybody: what one person sees, another can look up. */
const SEED = 1;
/** A live feed that fell behind drops what nobody needs any more. */
const BACKLOG_MS_MAX = 30_000;
const REPORT_EVERY_MS = 60_000;

/** Runs until the signal. Steps are counted from 1970, so that a restart goes on with the market where it is by now. */
export async function runSim({ client, signal, note, onRegistered }: SimFeed): Promise<void> {
  for (const { instrument } of SIM_PROFILES) await client.registerInstrument(instrument);
  onRegistered();
  const totals = emptyTotals();
  const poster = new TickPoster({ client, signal, totals, source: `sim-${SEED}` });
  let next = stepAt(Date.now());
  let reportAt = Date.now() + REPORT_EVERY_MS;
  for (;;) {
    await pause(Math.max(1, next * SIM_STEP_MS - Date.now()), signal);
    const newest = stepAt(Date.now());
    const first = Math.max(next, newest - BACKLOG_MS_MAX / SIM_STEP_MS);
    if (first > next) note(`Sim: ${number(first - next)} steps left out, the platform is behind.`);
    await post(poster, ticksBetween(first, newest), note);
    next = newest + 1;
    if (Date.now() < reportAt) continue;
    reportAt = Date.now() + REPORT_EVERY_MS;
    note(`Sim: ${totalsText(totals)}.`);
  }
}

const stepAt = (at: number): number => Math.floor(at / SIM_STEP_MS);

function ticksBetween(first: number, last: number): FeedTick[] {
  const ticks: FeedTick[] = [];
  for (const step of simSteps({
    ...{ seed: SEED, profiles: SIM_PROFILES, origin: 0, firstStep: first, depth: true },
  })) {
    if (step.step > last) break;
    ticks.push(...step.ticks);
  }
  return ticks;
}

// A platform that does not answer for a while loses some of a made-up market, and the feed goes on.
async function post(
  poster: TickPoster,
  ticks: readonly FeedTick[],
  note: (text: string) => void,
): Promise<void> {
  if (ticks.length === 0) return;
  try {
    await poster.post(ticks);
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    note(`Sim: ${number(ticks.length)} ticks lost. ${error.message}`);
  }
}
