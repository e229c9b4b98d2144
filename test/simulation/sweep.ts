/** Seeds one after the other, up to the first that breaks something. */
import { LOADS, type Load, type Outcome, runSeed } from "./run.ts";

export type SweepOptions = {
  readonly load: string;
  readonly first: number;
  readonly last: number;
  readonly isTraced: boolean;
  readonly isTwice: boolean;
};

export async function sweep({ load: named, first, last, isTraced, isTwice }: SweepOptions): Promise<number> {
  if (!Object.hasOwn(LOADS, named))
    throw new Error(`no load ${named}; there are ${Object.keys(LOADS).join(", ")}`);
  const load = named as Load;
  const startedAt = Date.now();
  const sums = new Map<string, number>();
  for (let seed = first; seed <= last; seed++) {
    const outcome = await runSeed(load, seed, isTraced);
    for (const line of outcome.trace) say(line);
    if (outcome.violations.length > 0) return broken(outcome);
    if (isTwice && (await runSeed(load, seed)).hash !== outcome.hash) return unlike(seed);
    addTo(sums, outcome);
    if (first === last) say(`hash ${outcome.hash}`);
    for (const stray of new Set(outcome.stray)) say(`seed ${seed} stray: ${stray}`);
  }
  for (const [name, count] of [...sums].sort()) say(`${name}: ${count}`);
  say(`${load}, seeds ${first} to ${last}: clean, in ${Date.now() - startedAt} ms`);
  return 0;
}

function addTo(sums: Map<string, number>, { fired, told, steps, virtualMs, stray }: Outcome): void {
  const counts = [
    ...fired,
    ...Object.entries(told).map(([what, count]) => [`told ${what}`, count] as const),
    ...([
      ["steps", steps],
      ["virtual ms", virtualMs],
      ["stray", stray.length],
    ] as const),
  ];
  for (const [name, count] of counts) sums.set(name, (sums.get(name) ?? 0) + count);
}

function unlike(seed: number): number {
  say(`seed ${seed} BROKEN: R8 the same seed is another run the second time`);
  return 1;
}

function broken({ seed, violations, hash }: Outcome): number {
  for (const violation of violations) say(`seed ${seed} BROKEN: ${violation}`);
  say(`hash ${hash}; again with --seed ${seed} --trace`);
  return 1;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
