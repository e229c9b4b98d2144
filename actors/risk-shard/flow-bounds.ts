/** Bounds of what limits on the flow of orders and executions count. */
import { FX_SYMBOLS_MAX } from "../../src/contracts/accounts.ts";
import type { Bound } from "../runtime/bounds.ts";
import { DAY_COUNTS_MAX, ORDER_CONTENTS_MAX, WORKING_ORDERS_MAX } from "./capacity.ts";

export const FLOW_BOUNDS: readonly Bound[] = [
  {
    collection: "table:day_count",
    max: DAY_COUNTS_MAX,
    unit: "rows",
    atBound:
      "Those of earlier days leave; where there is none, an order of a further member is `overloaded`.",
  },
  {
    collection: "table:order_content",
    max: ORDER_CONTENTS_MAX,
    unit: "rows",
    atBound:
      "Contents that no limit looks back to leave; where there is none, an order of a further content fails `history-full`, unless it only closes.",
  },
  {
    collection: "state:dayCounts",
    max: 2 * DAY_COUNTS_MAX,
    unit: "entries",
    atBound: "As its table; what was counted in a group joins those that leave when the group is written.",
  },
  {
    collection: "state:workingValues",
    max: 2 * WORKING_ORDERS_MAX + FX_SYMBOLS_MAX + 1,
    unit: "entries",
    atBound: "A symbol and a strategy for each working order at the most, and the account in each currency.",
  },
  {
    collection: "memory:workingPrices",
    max: WORKING_ORDERS_MAX,
    unit: "entries",
    atBound: "A price for each working order at the most.",
  },
  { collection: "state:contents", max: ORDER_CONTENTS_MAX, unit: "entries", atBound: "As its table." },
];
