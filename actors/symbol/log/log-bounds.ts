/** How large the trade log and what belongs to it may grow, and what happens there. */
import type { Bound } from "../../runtime/bounds.ts";
import { DAY_VOLUME_SOURCES_MAX, LATE_PENDING_MAX } from "../limits.ts";
import { LOG_LINES_MAX, LOG_SLOT_LINES } from "./log-rows.ts";

/** Every slot but the newest is full. */
const SLOTS_MAX = Math.ceil(LOG_LINES_MAX / LOG_SLOT_LINES) + 1;
const OLDEST_SOURCE = "The source that was heard longest ago leaves: its next volume says where it stands.";
const FOLDED = "As many are folded at once; more of the same turn are not folded, and counted.";

export const LOG_BOUNDS: readonly Bound[] = [
  {
    collection: "table:trade_log",
    max: SLOTS_MAX,
    unit: "rows",
    atBound:
      "The oldest lines leave: their trades cannot be amended any more, and older moments are read from Postgres.",
  },
  {
    collection: "memory:logSlots",
    max: SLOTS_MAX,
    unit: "entries",
    atBound: "As the table of the trade log.",
  },
  { collection: "table:trade_log_reach", max: 1, unit: "rows", atBound: "One row by its key." },
  { collection: "table:day_volume", max: DAY_VOLUME_SOURCES_MAX, unit: "rows", atBound: OLDEST_SOURCE },
  { collection: "state:dayVolumes", max: DAY_VOLUME_SOURCES_MAX, unit: "entries", atBound: OLDEST_SOURCE },
  { collection: "table:late_pending", max: LATE_PENDING_MAX, unit: "rows", atBound: FOLDED },
  { collection: "state:latePending", max: LATE_PENDING_MAX, unit: "entries", atBound: FOLDED },
];
