/** What waits for its turn, the most urgent first, and how much of it may. */
import { BODY_BYTES_MAX } from "../../src/contracts/endpoint.ts";
import type { LaneBounds } from "../runtime/mailbox.ts";

/** Sixteen full bodies: some hundred milliseconds of work. */
const UNITS_MAX = 16 * BODY_BYTES_MAX;

export const LANES = {
  /** Trading states, and orders that only close. Served while the outbox refuses growth. */
  urgent: { depthMax: 4_096, unitsMax: UNITS_MAX, growth: false },
  /** In the order in which the venue reported them: a cancel must not overtake the fill before it. */
  executions: { depthMax: 4_096, unitsMax: UNITS_MAX, growth: false },
  orders: { depthMax: 4_096, unitsMax: UNITS_MAX, growth: true, unhurried: "in company" },
  /** Account, limits, strategies: seldom, and small. */
  account: { depthMax: 256, unitsMax: UNITS_MAX, growth: false },
  /** Reference data that changed; each hub sends one batch at a time. */
  prices: { depthMax: 64, unitsMax: UNITS_MAX, growth: false },
  /** Dry runs. Other reads are answered at once, from what is committed. */
  reads: { depthMax: 1_024, unitsMax: UNITS_MAX, growth: false },
} as const satisfies Record<string, LaneBounds>;

export type Lane = keyof typeof LANES;
