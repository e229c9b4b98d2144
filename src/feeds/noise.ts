/** Randomness that can be asked for anywhere: the same (seed, name, index) always gives the same number. */
import { stableHash } from "../domain/hash.ts";

/** A source of numbers in [0, 1) for one purpose; indices may be asked in any order. */
export type Noise = (index: number) => number;

export function noise(seed: number, name: string): Noise {
  const key = stableHash(`${seed}/${name}`);
  return (index) => mix(mix(key ^ (index >>> 0)) ^ Math.floor(index / 2 ** 32)) / 2 ** 32;
}

/** Noise joined by smooth curves, in [-1, 1]: what lies between two lattice points, one per whole number. */
export function curve(source: Noise, at: number): number {
  const left = Math.floor(at);
  const part = at - left;
  const eased = part * part * (3 - 2 * part);
  const from = source(left);
  return (from + (source(left + 1) - from) * eased) * 2 - 1;
}

// The finaliser of MurmurHash3: every bit of the input reaches every bit of the output.
function mix(value: number): number {
  let hash = value >>> 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
