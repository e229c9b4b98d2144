/**
 * `npm run test:faults`: the built product under load while something breaks it, one scenario after the other. What was acknowledged is
 * kept in a file outside; in the end a program of its own holds it against the API and Postgres.
 * `-- --only kills,poison --seed 1 --kills 20 --outage 60 --soak 600`; with `--keep` folders and logs stay, also where nothing was found.
 */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { abuse } from "./faults/abuse.ts";
import { escrow } from "./faults/escrow.ts";
import { kills } from "./faults/kills.ts";
import { poison } from "./faults/poison.ts";
import { postgresAway } from "./faults/postgres-away.ts";
import type { Scenario, Verdict } from "./faults/scenario.ts";
import { seeded } from "./faults/seeded.ts";
import { soak } from "./faults/soak.ts";
import { socketKills } from "./faults/socket-kills.ts";
import { sockets } from "./faults/sockets.ts";
import { split } from "./faults/split.ts";
import { staleCopy } from "./faults/stale-copy.ts";

const SCENARIOS: readonly Scenario[] = [
  kills,
  postgresAway,
  poison,
  staleCopy,
  socketKills,
  escrow,
  split,
  sockets,
  abuse,
  soak,
];

const { values } = parseArgs({
  options: {
    only: { type: "string", default: SCENARIOS.map(({ name }) => name).join(",") },
    seed: { type: "string", default: "1" },
    kills: { type: "string", default: "20" },
    outage: { type: "string", default: "60" },
    soak: { type: "string", default: "600" },
    keep: { type: "boolean", default: false },
  },
});
const wanted = values.only.split(",").map((name) => {
  const found = SCENARIOS.find((scenario) => scenario.name === name);
  if (found !== undefined) return found;
  throw new Error(`no scenario ${name}; there are ${SCENARIOS.map((one) => one.name).join(", ")}`);
});
const folder = mkdtempSync(join(tmpdir(), "outcry-faults-"));
const broken: string[] = [];
for (const scenario of wanted) if (!(await passes(scenario))) broken.push(scenario.name);
say(
  broken.length === 0 ? "0 lost, 0 doubled" : `BROKEN: ${broken.join(", ")}; what they left is in ${folder}`,
);
if (broken.length === 0 && !values.keep) rmSync(folder, { recursive: true, force: true });
process.exit(broken.length === 0 ? 0 : 1);

async function passes(scenario: Scenario): Promise<boolean> {
  const startedAt = Date.now();
  const own = join(folder, scenario.name);
  mkdirSync(own);
  say(`${scenario.name}: ${scenario.promise}`);
  const { figures, faults, skipped } = await verdictOf(scenario, own);
  const seconds = Math.round((Date.now() - startedAt) / 1_000);
  if (skipped !== undefined) {
    say(`  skipped: ${skipped}`);
    return true;
  }
  say(`  ${JSON.stringify({ seed: Number(values.seed), seconds, ...figures })}`);
  for (const fault of faults) say(`  FAULT ${fault}`);
  if (faults.length === 0 && !values.keep) rmSync(own, { recursive: true, force: true });
  return faults.length === 0;
}

/** A scenario that throws has broken its promise too: the others still run. */
async function verdictOf(scenario: Scenario, own: string): Promise<Verdict> {
  try {
    return await scenario.run({
      ...{ folder: own, random: seeded(Number(values.seed)) },
      ...{ kills: Number(values.kills), outageSeconds: Number(values.outage) },
      soakSeconds: Number(values.soak),
      say: (line) => say(`  ${line}`),
    });
  } catch (error) {
    return { figures: {}, faults: [error instanceof Error ? (error.stack ?? error.message) : String(error)] };
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
