/** What may wait in the directory's mailbox, the most urgent first. */
import type { LaneBounds } from "../runtime/mailbox.ts";

export const LANES = {
  operations: { depthMax: 100, unitsMax: 10_000, growth: true },
  /** One of each gateway every two seconds, and some that were sent again. */
  reports: { depthMax: 1_000, unitsMax: 100_000, growth: false },
  /** Whoever connects: all clients of two gateways that restart at once. */
  assignments: { depthMax: 8_000, unitsMax: 2_000_000, growth: false },
} as const satisfies Record<string, LaneBounds>;
