/** What may wait in a label book's mailbox, the most urgent first. */
import type { LaneBounds } from "../runtime/mailbox.ts";

export const LANES = {
  /** Deleting is taken while there is any room for its fact. */
  deletions: { depthMax: 1_000, unitsMax: 100_000, growth: false },
  /** In characters of bodies: a thousand of the largest. */
  changes: { depthMax: 2_000, unitsMax: 10_000_000, growth: true },
} as const satisfies Record<string, LaneBounds>;
