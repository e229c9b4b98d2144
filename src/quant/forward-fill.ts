/**
 * Where bars are missing although trading was open: gaps are absent rows, and who reads may have them filled with the close before. Nothing is
 * filled before the first known bar, nor after the newest, nor where the market was closed.
 */
import type { BarCalendar, BarResolution } from "./bar-calendar.ts";

/** Only what filling needs to know of a bar. */
export type FillBar = { readonly t: number; readonly c: string };
export type FilledBar = {
  readonly t: number;
  readonly o: string;
  readonly h: string;
  readonly l: string;
  readonly c: string;
  readonly v: "0";
  readonly n: 0;
  readonly vw: null;
  readonly rev: 0;
  readonly state: "final";
  readonly filled: true;
};

/** The newest `limit` of the known rows and of the missing ones between them, ascending. */
export function forwardFilled<Row extends FillBar>(
  bars: readonly Row[],
  calendar: BarCalendar,
  resolution: BarResolution,
  /** [from, to): a bar before it tells the close, one behind it that the gap goes on. */
  { from, to, limit }: { readonly from: number; readonly to: number; readonly limit: number },
): (Row | FilledBar)[] {
  const newestFirst: (Row | FilledBar)[] = [];
  let until: number | undefined;
  for (const bar of bars.toReversed()) {
    if (until !== undefined) {
      const room = limit - newestFirst.length;
      for (const t of missingStarts(calendar, resolution, { after: bar.t, from, before: until, limit: room }))
        newestFirst.push(filledBar(t, bar.c));
    }
    if (newestFirst.length >= limit || bar.t < from) break;
    if (bar.t < to) newestFirst.push(bar);
    until = Math.min(calendar.spanOf(resolution, bar.t).start, to);
  }
  return newestFirst.reverse();
}

type Gap = { readonly after: number; readonly from: number; readonly before: number; readonly limit: number };

/** Starts of the bars that trading was open for behind the one at `after` and before `before`, the last first. */
function missingStarts(calendar: BarCalendar, resolution: BarResolution, gap: Gap): number[] {
  const starts: number[] = [];
  let { before } = gap;
  while (starts.length < gap.limit) {
    const { start, end } = calendar.spanOf(resolution, before - 1);
    if (start <= gap.after || start < gap.from) break;
    const isOpen = isOpenIn(calendar, start, end);
    if (isOpen) starts.push(start);
    before = isOpen ? start : Math.min(start, closeBefore(calendar, start));
  }
  return starts;
}

/** Whether anything trades in a bar's time, which is within one stretch or of whole days. */
function isOpenIn(calendar: BarCalendar, start: number, end: number): boolean {
  if (calendar.isOpen(start)) return true;
  for (let at = start; at < end; ) {
    const day = calendar.dayAt(at);
    if (day.stretches.some((stretch) => stretch.start < end && stretch.end > start)) return true;
    at = day.end;
  }
  return false;
}

/** When trading ended last before a moment at which it was closed; the day's beginning where it had not begun. */
function closeBefore(calendar: BarCalendar, at: number): number {
  const day = calendar.dayAt(at - 1);
  return day.stretches.findLast(({ end }) => end <= at)?.end ?? day.start;
}

const filledBar = (t: number, c: string): FilledBar => ({
  ...{ t, o: c, h: c, l: c, c },
  ...{ v: "0", n: 0, vw: null, rev: 0, state: "final", filled: true },
});
