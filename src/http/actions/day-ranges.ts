/** Ranges of days: which part of each Postgres is asked for, and what bars of days fold to in them. */
import type { DayFold, DayRange } from "../../../actors/symbol/messages.ts";
import type { BarObject } from "../../contracts/bars.ts";
import { foldOfDays } from "../../quant/adjusted-bar.ts";

export type Folds = readonly (DayFold | null)[];
export type Ranges = readonly DayRange[];

/** What may stand before `olderThan`, beside what the actor has found; a range that has all is left without time. */
export const partsBefore = (olderThan: number, ranges: Ranges, found: Folds): Ranges =>
  ranges.map(([from, to, last], place): DayRange => {
    // A last day that was found is newer than all that is there.
    if (last) return [from, found[place] === null ? Math.min(to, olderThan) : from, last];
    return [from, Math.min(to, olderThan)];
  });

/** `days` ascend. */
export const foldsIn = (ranges: Ranges, days: readonly BarObject[]): Folds =>
  ranges.map(([from, to, last]) => {
    const inside = days.filter(({ t }) => from <= t && t < to);
    return foldOfDays(last ? inside.slice(-1) : inside);
  });
