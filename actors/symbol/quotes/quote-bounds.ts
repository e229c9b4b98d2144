/** How much a symbol keeps of its bars of quotes: as much as of those of trades. */
import { RESOLUTIONS } from "../../../src/domain/bar.ts";
import type { Bound } from "../../runtime/bounds.ts";
import { OUTBOX_FACTS_MAX } from "../../runtime/outbox.ts";
import { BARS_KEPT, DAYS_MAX, MINUTES_MAX, REVISIONS_MAX, TRIM_SLACK } from "../limits.ts";

export const QUOTE_BOUNDS: readonly Bound[] = [
  {
    collection: "table:quote_bar",
    max: RESOLUTIONS.length * (BARS_KEPT + TRIM_SLACK) + OUTBOX_FACTS_MAX,
    unit: "rows",
    atBound:
      "Of each width the oldest leave, in order; older ones are read from Postgres. A row stays beyond it until Postgres has it; then the outbox's bound stops growth.",
  },
  {
    collection: "table:quote_bar_window",
    max: RESOLUTIONS.length,
    unit: "rows",
    atBound: "One row for each width by its key.",
  },
  { collection: "table:quote_track", max: 1, unit: "rows", atBound: "One row by its key." },
  {
    collection: "memory:quoteMinutes",
    max: MINUTES_MAX,
    unit: "entries",
    atBound: "Minutes of trading days that no quote can reach leave memory; they stay on disk.",
  },
  {
    collection: "memory:quoteDays",
    max: DAYS_MAX,
    unit: "entries",
    atBound: "Days that the week and the month do not need leave memory; they stay on disk.",
  },
  {
    collection: "memory:quoteRevisions",
    max: REVISIONS_MAX,
    unit: "entries",
    atBound: "An entry leaves with the minutes of its bar: nothing can change it any more.",
  },
];
