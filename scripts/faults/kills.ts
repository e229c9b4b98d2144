/** kill -9 of the whole platform, at random moments under load. */
import { faultsOf } from "./compared.ts";
import type { Scenario, ScenarioOptions, Verdict } from "./scenario.ts";
import { Trial } from "./trial.ts";

/** Between a start and its kill: some kills meet the first writes after a recovery, some a long run of groups. */
const LIFE_MS_MIN = 300;
const LIFE_MS_MAX = 4_000;

export const kills: Scenario = {
  name: "kills",
  promise: "what was acknowledged is there after kill -9 of everything, once",
  run,
};

async function run(options: ScenarioOptions): Promise<Verdict> {
  const trial = await Trial.begin(options);
  const recoveries: number[] = [];
  try {
    for (let kill = 1; kill <= options.kills; kill++) {
      await trial.pass(LIFE_MS_MIN + options.random() * (LIFE_MS_MAX - LIFE_MS_MIN));
      recoveries.push(await trial.killAndRestart());
      options.say(
        `kill ${kill} of ${options.kills}: ready after ${recoveries.at(-1)} ms, ${trial.acknowledged.lines} acknowledged so far`,
      );
    }
    await trial.pass(LIFE_MS_MAX);
    await trial.quiet();
    const compared = await trial.compare();
    recoveries.sort((one, other) => one - other);
    const figures = {
      kills: recoveries.length,
      recoveryMs: { median: recoveries[recoveries.length >> 1], slowest: recoveries.at(-1) },
      refusals: Object.fromEntries(trial.load.refusals),
      ...compared,
    };
    const parked = compared.letters.map((letter) => `parked: ${JSON.stringify(letter)}`);
    return { figures, faults: [...faultsOf(compared), ...parked] };
  } finally {
    await trial.end();
  }
}
