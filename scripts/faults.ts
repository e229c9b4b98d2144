/**
 * `npm run test:faults`: kill -9 of the whole local platform, at random moments under tick and order load. What was acknowledged is kept in a
 * file outside; afterwards a program of its own compares it with the API and with Postgres. `-- --kills 12 --seed 1`.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { AcknowledgedFile } from "./faults/acknowledged.ts";
import { Load } from "./faults/load.ts";
import { seeded } from "./faults/seeded.ts";
import { freePort, Stack } from "./faults/stack.ts";

const { values } = parseArgs({
  options: { kills: { type: "string", default: "12" }, seed: { type: "string", default: "1" } },
});
const kills = Number(values.kills);
const random = seeded(Number(values.seed));
/** Between a start and its kill: some kills meet the first writes after a recovery, some a long run of groups. */
const LIFE_MS_MIN = 300;
const LIFE_MS_MAX = 6_000;

const folder = mkdtempSync(join(tmpdir(), "outcry-faults-"));
const options = { data: join(folder, "data"), port: await freePort() };
const acknowledged = new AcknowledgedFile(join(folder, "acknowledged.ndjson"));
const startedAt = Date.now();
let stack = await Stack.start(options);
const load = new Load(() => stack.api, acknowledged, random);
await load.prepare();
const running = load.run();
// A load that breaks must end the run, not hang it.
running.catch(() => process.exitCode ?? 1);

const recoveries: number[] = [];
for (let kill = 1; kill <= kills; kill++) {
  await Promise.race([
    running,
    new Promise((resolve) => setTimeout(resolve, LIFE_MS_MIN + random() * (LIFE_MS_MAX - LIFE_MS_MIN))),
  ]);
  await stack.kill();
  const killedAt = Date.now();
  stack = await Stack.start(options);
  recoveries.push(Date.now() - killedAt);
  process.stdout.write(
    `kill ${kill} of ${kills}: ready again after ${recoveries.at(-1)} ms, ${acknowledged.lines} acknowledged so far\n`,
  );
}
await new Promise((resolve) => setTimeout(resolve, LIFE_MS_MAX));
load.stop();
await running;
acknowledged.close();

const compare = join(import.meta.dirname, "faults/compare.ts");
const compared = spawnSync(
  process.execPath,
  [compare, join(folder, "acknowledged.ndjson"), join(options.data, "dev.json")],
  { encoding: "utf8" },
);
await stack.stop();
process.stdout.write(compared.stdout);
process.stderr.write(compared.status === 0 ? "" : compared.stderr);
const seconds = Math.round((Date.now() - startedAt) / 1_000);
const slowest = Math.max(...recoveries);
const verdict =
  compared.status === 0 ? "nothing lost, nothing doubled" : `FAILED; everything is kept in ${folder}`;
process.stdout.write(
  `${kills} kills, seed ${values.seed}, ${seconds} s, slowest recovery ${slowest} ms: ${verdict}\n`,
);
if (compared.status === 0) rmSync(folder, { recursive: true, force: true });
process.exit(compared.status ?? 1);
