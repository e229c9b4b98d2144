/** What may wait in the directory's mailbox, the most urgent first. */
import type { LaneBounds } from "../runtime/mailbox.ts";

export const LANES = {
  /** Batches of up to 1,000 facts from up to 32 shards at a time each. */
  news: { depthMax: 1_000, unitsMax: 64_000_000, growth: false },
  /** Sixteen of the largest bodies; seldom. */
  templates: { depthMax: 64, unitsMax: 16 * 1_048_576, growth: true },
  admissions: { depthMax: 2_000, unitsMax: 1_000_000, growth: true },
} as const satisfies Record<string, LaneBounds>;
