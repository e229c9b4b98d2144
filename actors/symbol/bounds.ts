/** How large a symbol's collections may grow, and what happens there. */
import { BODY_BYTES_MAX, BULK_BODY_BYTES_MAX } from "../../src/contracts/endpoint.ts";
import { RESOLUTIONS } from "../../src/domain/bar.ts";
import { CORPORATE_ACTIONS_MAX } from "../../src/domain/corporate-action.ts";
import { CALENDARS_REMEMBERED_MAX, DAYS_REMEMBERED_MAX } from "../../src/quant/bar-calendar.ts";
import { YEARS_OF_ZONE_MAX } from "../../src/quant/trading-days.ts";
import type { Bound } from "../runtime/bounds.ts";
import { historyBound } from "../runtime/history.ts";
import type { LaneBounds } from "../runtime/mailbox.ts";
import { OUTBOX_FACTS_MAX } from "../runtime/outbox.ts";
import { BOOK_BOUNDS } from "./book/book-bounds.ts";
import { INDICATOR_BOUNDS } from "./indicators/indicator-bounds.ts";
import {
  BARS_KEPT,
  DAYS_MAX,
  GAPS_KEPT,
  LATE_FACTS_KEPT,
  MINUTES_MAX,
  QUOTE_KEYS,
  REVISIONS_MAX,
  TRADE_KEYS,
  TRIM_SLACK,
  WAITING_CHANGES_MAX,
} from "./limits.ts";
import { LIQUIDITY_BOUNDS } from "./liquidity/liquidity-bounds.ts";
import { LOG_BOUNDS } from "./log/log-bounds.ts";
import { QUOTE_BOUNDS } from "./quotes/quote-bounds.ts";
import { SERIES_BARS_MAX, SERIES_MAX } from "./series/series-limits.ts";
import { SLOT_KEYS_MAX } from "./ticks/taken-keys.ts";

const RESOLUTION_COUNT = RESOLUTIONS.length;
const WHILE_UNARCHIVED = "A row stays beyond it until Postgres has it; then the outbox's bound stops growth.";

export const BOUNDS: readonly Bound[] = [
  { collection: "table:symbol_state", max: 1, unit: "rows", atBound: "One row by its key." },
  { collection: "table:instrument", max: 1, unit: "rows", atBound: "One row by its key." },
  {
    collection: "table:bar",
    max: RESOLUTION_COUNT * (BARS_KEPT + TRIM_SLACK) + OUTBOX_FACTS_MAX,
    unit: "rows",
    atBound: `Of each width the oldest leave, in order; older bars are read from Postgres. ${WHILE_UNARCHIVED}`,
  },
  {
    collection: "table:bar_window",
    max: RESOLUTION_COUNT,
    unit: "rows",
    atBound: "One row for each width by its key.",
  },
  {
    collection: "table:imported_bars",
    max: RESOLUTION_COUNT,
    unit: "rows",
    atBound: "One row for each width by its key.",
  },
  {
    collection: "table:taken_trade",
    max: Math.ceil((TRADE_KEYS.max + SLOT_KEYS_MAX) / SLOT_KEYS_MAX),
    unit: "rows",
    atBound: "The oldest names leave: a repeat of such a trade would count again.",
  },
  {
    collection: "table:taken_quote",
    max: Math.ceil((QUOTE_KEYS.max + SLOT_KEYS_MAX) / SLOT_KEYS_MAX) + 1,
    unit: "rows",
    atBound: "The oldest names leave: a repeat of such a quote would count again, and change nothing newer.",
  },
  ...QUOTE_BOUNDS,
  ...INDICATOR_BOUNDS,
  ...LIQUIDITY_BOUNDS,
  ...BOOK_BOUNDS,
  {
    collection: "table:gap",
    max: GAPS_KEPT,
    unit: "rows",
    atBound:
      "The oldest entry leaves, of more than 200 silences the oldest silence; Postgres has them. Bars that only such a gap marks are not marked here any more.",
  },
  {
    collection: "table:corporate_action",
    max: CORPORATE_ACTIONS_MAX,
    unit: "rows",
    atBound:
      "A further action is refused `too-many`; nothing leaves, since a revoked action stays in the record.",
  },
  {
    collection: "memory:corporateActions",
    max: CORPORATE_ACTIONS_MAX,
    unit: "entries",
    atBound: "As the table of corporate actions.",
  },
  historyBound("late_ticks", LATE_FACTS_KEPT),
  ...LOG_BOUNDS,
  {
    collection: "state:minutes",
    max: MINUTES_MAX,
    unit: "entries",
    atBound: "Minutes of trading days that no trade can reach leave memory; they stay on disk.",
  },
  {
    collection: "state:days",
    max: DAYS_MAX,
    unit: "entries",
    atBound: "Days that the week and the month do not need leave memory; they stay on disk.",
  },
  {
    collection: "state:revisions",
    max: REVISIONS_MAX,
    unit: "entries",
    atBound: "An entry leaves with the minutes of its bar: nothing can change it any more.",
  },
  {
    collection: "state:gaps",
    max: GAPS_KEPT,
    unit: "entries",
    atBound: "As the table of gaps.",
  },
  {
    collection: "state:tradeKeys",
    max: TRADE_KEYS.max + SLOT_KEYS_MAX,
    unit: "entries",
    atBound: "As the table of taken trades.",
  },
  {
    collection: "state:quoteKeys",
    max: QUOTE_KEYS.max + SLOT_KEYS_MAX,
    unit: "entries",
    atBound: "As the table of taken quotes.",
  },
  {
    collection: "table:series",
    max: SERIES_MAX,
    unit: "rows",
    atBound: "A further series is refused `too-many`.",
  },
  {
    collection: "table:series_bar",
    max: SERIES_MAX * SERIES_BARS_MAX,
    unit: "rows",
    atBound: "Of each series the oldest bars leave; they are nowhere else.",
  },
  {
    collection: "memory:seriesBars",
    max: SERIES_MAX * SERIES_BARS_MAX,
    unit: "entries",
    atBound: "As the table of the bars of series.",
  },
  {
    collection: "memory:days",
    max: DAYS_REMEMBERED_MAX,
    unit: "entries",
    atBound: "The day asked for longest ago leaves and is worked out again when needed.",
  },
  {
    collection: "memory:zoneYears",
    max: YEARS_OF_ZONE_MAX,
    unit: "entries",
    atBound: "The year opened first leaves and is read again when needed.",
  },
  {
    collection: "memory:calendars",
    max: CALENDARS_REMEMBERED_MAX,
    unit: "entries",
    atBound: "The one opened first leaves what its isolate shares; who holds it keeps it.",
  },
  {
    collection: "memory:waitingChanges",
    max: WAITING_CHANGES_MAX,
    unit: "entries",
    atBound: "The oldest leave and the update says `sampled`.",
  },
];

export const LANES = {
  /** Reference data: one directory sends it, batch after batch. */
  reference: { depthMax: 64, unitsMax: BULK_BODY_BYTES_MAX, growth: false },
  /** Corporate actions: a few a year, or a history of them once, one call each. */
  actions: { depthMax: 256, unitsMax: BODY_BYTES_MAX, growth: true },
  /** One for each import of history; the work of it is Postgres's. */
  imports: { depthMax: 64, unitsMax: 0, growth: false },
  /** Series are put by hand, a handful a symbol; each may build a day again. */
  series: { depthMax: 16, unitsMax: 1_024, growth: false },
  /** The alarm's; one at a time. */
  closings: { depthMax: 4, unitsMax: 0, growth: false },
  /** Two full bulk bodies, or many small ones; an edge that is refused rejects these ticks as `overloaded`. */
  ticks: { depthMax: 1_000, unitsMax: 2 * BULK_BODY_BYTES_MAX, growth: true, unhurried: true },
  /** Behind the ticks that wait. Ends of one symbol are rare, and the bars that they tell were counted when they began. */
  ends: { depthMax: 16, unitsMax: 0, growth: false },
} as const satisfies Record<string, LaneBounds>;
