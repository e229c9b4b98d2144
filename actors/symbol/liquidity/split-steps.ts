/** What splits and bonus issues do to the volumes and closes of the sessions before them. */

import { factorsOf, isInMode, type Step } from "../../../src/quant/adjustment.ts";
import type { BarCalendar } from "../../../src/quant/bar-calendar.ts";
import { dayOfText } from "../../../src/quant/calendars/dates.ts";
import type { ActionRecord } from "../actions/corporate-action-rules.ts";

/** Of those that stand and hold by then. */
export function splitSteps(
  records: Iterable<ActionRecord>,
  calendar: BarCalendar,
  until: number,
): readonly Step[] {
  const steps: Step[] = [];
  for (const record of records) {
    if (record.revokedAt !== undefined || !isInMode(record.type, "split")) continue;
    const from = calendar.daySpanOn(dayOfText(record.exDate) ?? 0).start;
    const factored = factorsOf(record, undefined);
    if (from <= until && factored.ok) steps.push({ from, factors: factored.factors });
  }
  return steps;
}
