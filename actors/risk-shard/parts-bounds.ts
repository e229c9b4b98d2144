/** What a part of a split account has beside the account. */
import type { Bound } from "../runtime/bounds.ts";
import { IDEMPOTENCY_KEYS_MAX } from "../runtime/idempotency.ts";
import { ENDED_ORDERS_MAX, ENDED_ORDERS_SLACK_MAX, POSITIONS_MAX, WORKING_ORDERS_MAX } from "./capacity.ts";
import { PART_PAGES_MAX } from "./parts-rows.ts";

/** Lines that left after the close, and lines that came. */
const MOVED_LINES_MAX = 2 * (POSITIONS_MAX + WORKING_ORDERS_MAX);

export const PART_BOUNDS: readonly Bound[] = [
  { collection: "table:part_standing", max: 1, unit: "rows", atBound: "One row by its key." },
  {
    collection: "table:moved_line",
    max: MOVED_LINES_MAX,
    unit: "rows",
    atBound: "One for each line of the last close, and of now: all of them leave with the next close.",
  },
  {
    collection: "state:moved-lines",
    max: MOVED_LINES_MAX,
    unit: "entries",
    atBound: "As its table.",
  },
  {
    collection: "table:part_page",
    max: PART_PAGES_MAX,
    unit: "rows",
    atBound: "A further page is refused `too-many`: the move is given up, and a smaller one takes its place.",
  },
  {
    collection: "memory:leavingOrders",
    max: IDEMPOTENCY_KEYS_MAX + WORKING_ORDERS_MAX + ENDED_ORDERS_MAX + ENDED_ORDERS_SLACK_MAX,
    unit: "entries",
    atBound: "Ids of orders that are known here, and only while their symbols leave.",
  },
];
