/** Every planted bug hunted in a process of its own, and the table of where each was found. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import type { PlantedBug } from "./bug.ts";
import { BUGS } from "./bugs.ts";

const MAIN = join(import.meta.dirname, "../main.ts");
/** As many as the smallest machine has cores. */
const AT_ONCE = 2;

export type Found = { readonly bug: PlantedBug; readonly seed: number | undefined; readonly rule: string };

/** Of all bugs, or those of one load. Answers how many were not found. */
export async function printTable(seeds: number, from: number, load: string | undefined): Promise<number> {
  const found: Found[] = [];
  const left = BUGS.filter((bug) => load === undefined || bug.load === load);
  const hunters = Array.from({ length: AT_ONCE }, async () => {
    for (let bug = left.shift(); bug !== undefined; bug = left.shift())
      found.push(await hunt(bug, seeds, from));
  });
  await Promise.all(hunters);
  const rows = BUGS.flatMap((bug) => found.filter((one) => one.bug === bug)).map(rowOf);
  process.stdout.write(
    `| bug | what is wrong | load | found at seed | by |\n|---|---|---|---|---|\n${rows.join("\n")}\n`,
  );
  const missed = found.filter(({ seed }) => seed === undefined).length;
  process.stdout.write(`\n${found.length - missed} of ${found.length} found within ${seeds} seeds\n`);
  return missed;
}

const rowOf = ({ bug, seed, rule }: Found): string =>
  `| ${bug.name} | ${bug.says} | ${bug.load} | ${seed ?? "not found"} | ${rule} |`;

/** Up to the first seed that the bug breaks, and that is clean without it. */
async function hunt(bug: PlantedBug, seeds: number, from: number): Promise<Found> {
  const { name, load } = bug;
  const last = from + seeds - 1;
  let result: Found = { bug, seed: undefined, rule: "" };
  for (let next = from; next <= last && result.seed === undefined; ) {
    const left = ["--seeds", String(last - next + 1), "--from", String(next)];
    const text = await outputOf("--bug", name, "--load", load, ...left);
    const [, seed, rule = ""] = /^seed (\d+) BROKEN: ([^:]+)/m.exec(text) ?? [];
    if (seed === undefined) {
      result = { ...result, rule: lastLineOf(text) };
      break;
    }
    if (await isClean(load, seed)) result = { bug, seed: Number(seed), rule };
    else process.stderr.write(`${name}: seed ${seed} of ${load} is broken without it, too\n`);
    next = Number(seed) + 1;
  }
  process.stderr.write(`${name}: ${result.seed ?? "not found"} ${result.rule}\n`);
  return result;
}

const cleanSeeds = new Map<string, Promise<boolean>>();

/** Without any bug. Many are found at the same few seeds. */
function isClean(load: string, seed: string): Promise<boolean> {
  const key = `${load} ${seed}`;
  const known = cleanSeeds.get(key);
  if (known !== undefined) return known;
  const run = outputOf("--load", load, "--seed", seed).then((text) => / clean, /.test(text));
  cleanSeeds.set(key, run);
  return run;
}

const lastLineOf = (text: string): string => text.trim().split("\n").at(-1) ?? "";

/** What the simulator prints in a process of its own. */
function outputOf(...given: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    const all = ["--disable-warning=ExperimentalWarning", MAIN, ...given];
    const child = spawn(process.execPath, all, { stdio: ["ignore", "pipe", "pipe"] });
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
    });
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
    });
    child.on("close", () => resolve(text));
  });
}
