/** All bugs that can be planted. */
import { ACCOUNT_BUGS } from "./account-bugs.ts";
import type { PlantedBug } from "./bug.ts";
import { ESCROW_BUGS } from "./escrow-bugs.ts";
import { RUNTIME_BUGS } from "./runtime-bugs.ts";
import { SPLIT_BUGS } from "./split-bugs.ts";

export const BUGS: readonly PlantedBug[] = [...RUNTIME_BUGS, ...ACCOUNT_BUGS, ...ESCROW_BUGS, ...SPLIT_BUGS];

export function bugNamed(name: string): PlantedBug {
  const bug = BUGS.find((one) => one.name === name);
  if (bug === undefined)
    throw new Error(`no bug ${name}; there are ${BUGS.map((one) => one.name).join(", ")}`);
  return bug;
}
