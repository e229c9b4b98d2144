/** Hours of a trading day as they are written: `09:00-11:30,12:30-15:30`, on the wall clock of the exchange. */
import { assert } from "../../domain/assert.ts";

/** In minutes from midnight of the trading day; below zero is the day before. */
export type Stretch = { readonly start: number; readonly end: number };

const DAY_MINUTES = 1_440;
const STRETCH = /^(\d{2}):(\d{2})-(\d{2}):(\d{2})$/;

/** A time that does not lie before the one after it is one of the day before: `17:00-16:00` opens on the evening before. */
export function stretchesOf(hours: string): readonly Stretch[] {
  const stretches: Stretch[] = [];
  let after = Number.POSITIVE_INFINITY;
  const earlier = (minute: number): number => {
    after = minute < after ? minute : minute - DAY_MINUTES;
    return after;
  };
  for (const text of hours.split(",").reverse()) {
    const times = STRETCH.exec(text);
    assert(times !== null, "hours are written HH:MM-HH:MM");
    const end = earlier(Number(times[3]) * 60 + Number(times[4]));
    const start = earlier(Number(times[1]) * 60 + Number(times[2]));
    stretches.unshift({ start, end });
  }
  return stretches;
}
