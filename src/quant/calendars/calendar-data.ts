/** What is kept of a calendar: its regular hours, and every date that differs from them. `npm run calendars` makes it. */
import { assert } from "../../domain/assert.ts";
import { dayOfText } from "./dates.ts";
import { type Stretch, stretchesOf } from "./hours.ts";

export const CHANGE_KINDS = ["early-close", "late-open", "special"] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

/** Weekdays as `1111100`, Monday first. */
export type RegularHours = { readonly since: string; readonly days: string; readonly hours: string };

export type CalendarData = {
  readonly id: string;
  readonly name: string;
  readonly timeZone: string;
  /** The first trading date that is known, and the first that is not. */
  readonly from: string;
  readonly to: string;
  /** Dates within of which we know that they are not as the rules say, but not how: they are not covered. Ascending. */
  readonly unknown: readonly string[];
  /** Ascending; the first one holds from `from` on. */
  readonly regular: readonly RegularHours[];
  /** Lines of `reason: date date …`. */
  readonly closed: string;
  /** Lines of `kind hours reason: date date …`; such a date may be one without regular hours. */
  readonly changed: string;
  readonly sources: readonly string[];
  /** What the calendar does not tell. */
  readonly notes: readonly string[];
  /** Another one where any fact is another one. */
  readonly version: string;
};

/** One day's own hours. */
export type Change = {
  readonly kind: ChangeKind;
  readonly stretches: readonly Stretch[];
  readonly reason: string;
};

export const knownDay = (date: string): number => {
  const day = dayOfText(date);
  assert(day !== undefined, "dates of a calendar exist");
  return day;
};

export function closuresOf({ closed }: CalendarData): ReadonlyMap<number, string> {
  const closures = new Map<number, string>();
  for (const { head, days } of linesOf(closed)) for (const day of days) closures.set(day, head);
  return closures;
}

export function changesOf({ changed }: CalendarData): ReadonlyMap<number, Change> {
  const changes = new Map<number, Change>();
  for (const { head, days } of linesOf(changed)) {
    const [kind = "", hours = "", ...reason] = head.split(" ");
    assert(isChangeKind(kind), "a change is of a known kind");
    const change = { kind, stretches: stretchesOf(hours), reason: reason.join(" ") };
    for (const day of days) changes.set(day, change);
  }
  return changes;
}

const isChangeKind = (text: string): text is ChangeKind => CHANGE_KINDS.some((kind) => kind === text);

function linesOf(text: string): { head: string; days: number[] }[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const colon = line.lastIndexOf(": ");
      return {
        head: line.slice(0, colon),
        days: line
          .slice(colon + 2)
          .split(" ")
          .map(knownDay),
      };
    });
}
