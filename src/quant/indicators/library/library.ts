/** The rest of the package trading-signals behind our registry, as `ts-<name>`. */
import type { Definition } from "../definition.ts";
import { MORE_OSCILLATORS } from "./more-oscillators.ts";
import { OSCILLATORS } from "./oscillators.ts";
import { RUNNING_TOTALS } from "./running-totals.ts";
import { SPREADS } from "./spreads.ts";
import { TRENDS } from "./trends.ts";

export const LIBRARY: readonly Definition[] = [
  ...OSCILLATORS,
  ...MORE_OSCILLATORS,
  ...TRENDS,
  ...SPREADS,
  ...RUNNING_TOTALS,
];
