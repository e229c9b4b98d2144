/** From rules and overlays to the dates that are kept. */
import { createHash } from "node:crypto";
import { type CalendarData, knownDay } from "../../src/quant/calendars/calendar-data.ts";
import { dateText, weekdayOf, yearOf } from "../../src/quant/calendars/dates.ts";
import type { CalendarRules, Changed, Closure } from "./calendar-rules.ts";

/** Hex digits of a hash: enough that no two states of one calendar share them. */
const VERSION_DIGITS = 12;

export function compiled(rules: CalendarRules): CalendarData {
  const { id, name, timeZone, from, to, unknown = [], regular, sources, notes } = rules;
  const overlay = datesOf(rules, rules.overlay);
  const closures = datesOf(rules, rules.closures, (day) => isRegularDay(rules, day));
  const changes = datesOf(
    rules,
    rules.changes,
    (day) => isRegularDay(rules, day) && !closures.has(day) && !overlay.has(day),
  );
  const facts = {
    ...{ id, name, timeZone, from, to, unknown, regular },
    closed: linesOf(closures, ({ reason }) => reason),
    changed: linesOf(new Map([...changes, ...overlay]), headOf),
    ...{ sources, notes },
  };
  const hash = createHash("sha256").update(JSON.stringify(facts)).digest("hex");
  return { ...facts, version: hash.slice(0, VERSION_DIGITS) };
}

const headOf = ({ kind, hours, reason }: Changed): string => `${kind} ${hours} ${reason}`;

/** Covered dates that pass, each with the first entry that names it. */
function datesOf<Entry extends Closure>(
  { from, to }: CalendarRules,
  entries: readonly Entry[],
  passes: (day: number) => boolean = () => true,
): Map<number, Entry> {
  const [first, end] = [knownDay(from), knownDay(to)];
  const found = new Map<number, Entry>();
  for (const entry of entries) {
    for (let year = yearOf(first); year <= yearOf(end); year++) {
      for (const day of entry.days(year)) {
        if (first <= day && day < end && !found.has(day) && passes(day)) found.set(day, entry);
      }
    }
  }
  return found;
}

function isRegularDay({ regular }: CalendarRules, day: number): boolean {
  const row = regular.findLast(({ since }) => knownDay(since) <= day);
  return row?.days[weekdayOf(day) - 1] === "1";
}

/** Dates under what they share, in order of the first of them. */
function linesOf<Entry>(found: ReadonlyMap<number, Entry>, head: (entry: Entry) => string): string {
  const lines = new Map<string, string[]>();
  for (const [day, entry] of [...found].sort(([one], [other]) => one - other)) {
    const key = head(entry);
    lines.set(key, [...(lines.get(key) ?? []), dateText(day)]);
  }
  return [...lines].map(([key, days]) => `${key}: ${days.join(" ")}`).join("\n");
}
