/** All bugs that can be planted. */
import type { PlantedBug } from "./bug.ts";

export const BUGS: readonly PlantedBug[] = [];

export function bugNamed(name: string): PlantedBug {
  const bug = BUGS.find((one) => one.name === name);
  if (bug === undefined)
    throw new Error(`no bug ${name}; there are ${BUGS.map((one) => one.name).join(", ")}`);
  return bug;
}
