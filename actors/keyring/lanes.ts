/** What may wait in the keyring's mailbox, the most urgent first. */
import type { LaneBounds } from "../runtime/mailbox.ts";

export const LANES = {
  /** Revoking comes first, and is taken while there is any room for its fact. */
  revocations: { depthMax: 1_000, unitsMax: 100_000, growth: false },
  /** No fact comes of a ticket. */
  tickets: { depthMax: 5_000, unitsMax: 2_000_000, growth: false },
  creations: { depthMax: 500, unitsMax: 2_000_000, growth: true },
} as const satisfies Record<string, LaneBounds>;
