/** What may wait in the directory's mailbox, the most urgent first. */
import { BULK_BODY_BYTES_MAX } from "../../src/contracts/endpoint.ts";
import type { LaneBounds } from "../runtime/mailbox.ts";

export const LANES = {
  /** An actor's first question after its start: 10,000 may come at once after a deploy. No fact comes of it, so it is no growth. */
  holds: { depthMax: 20_000, unitsMax: 1_000_000, growth: false },
  /** Two full bulk bodies, or many single ones. */
  puts: { depthMax: 1_000, unitsMax: 2 * BULK_BODY_BYTES_MAX, growth: true },
} as const satisfies Record<string, LaneBounds>;
