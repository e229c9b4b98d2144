/** What waits to be a limit, or stands in place of one for a while, the size that it never passes, and what happens there. */
import type { Bound } from "../runtime/bounds.ts";
import { PENDING_LIMITS_MAX } from "./capacity.ts";

const atBound =
  "A further override, and a set that would wait, is refused `too-many`; limits can be put at once, and what waits can be ended.";

export const PLAN_BOUNDS: readonly Bound[] = [
  { collection: "table:limit_pending", max: PENDING_LIMITS_MAX, unit: "rows", atBound },
  { collection: "state:pendingLimits", max: PENDING_LIMITS_MAX, unit: "entries", atBound },
];
