/** What may wait in the mailbox of a firm or desk, the most urgent first. None of it is growth: what is given back and what is stopped comes the same way. */
import type { LaneBounds } from "../runtime/mailbox.ts";

export const LANES = {
  states: { depthMax: 100, unitsMax: 100_000, growth: false },
  /** Its own asks to its parent, and what comes back: one at a time. */
  parent: { depthMax: 16, unitsMax: 16 * 262_144, growth: false },
  /** Each child has one ask in flight, which may come twice. */
  asks: { depthMax: 2_000, unitsMax: 64_000_000, growth: false },
  changes: { depthMax: 100, unitsMax: 2_000_000, growth: true },
} as const satisfies Record<string, LaneBounds>;
