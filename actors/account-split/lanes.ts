/** What may wait in a coordinator's mailbox, the most urgent first. */
import type { LaneBounds } from "../runtime/mailbox.ts";

export const LANES = {
  /** What the split itself has found out: one at a time. */
  steps: { depthMax: 16, unitsMax: 16, growth: false },
  /** Calls of people. */
  calls: { depthMax: 256, unitsMax: 256, growth: false },
} as const satisfies Record<string, LaneBounds>;
