/** Which wider bars follow from imported ones, and what they are. */
import { isDated, RESOLUTIONS, type Resolution } from "../domain/bar.ts";
import { DAY_MS, MINUTE_MS } from "../domain/time.ts";
import type { BarCalendar } from "./bar-calendar.ts";
import { foldBars } from "./bar-fold.ts";
import type { ImportTerms, ScaledBar } from "./imported-bar.ts";
import type { BarSpan } from "./span.ts";

/** Weeks and months are folds of days, all else of the imported width itself. */
type Parents = { readonly ofImported: readonly Resolution[]; readonly ofDays: readonly Resolution[] };

const DAYS: readonly Resolution[] = ["1W", "1M"];

export function parentsOf(resolution: Resolution): Parents {
  if (resolution === "1D") return { ofImported: [], ofDays: DAYS };
  if (isDated(resolution)) return { ofImported: [], ofDays: [] };
  const minutes = minutesOf(resolution);
  const isWhole = (width: Resolution): boolean =>
    !isDated(width) && minutesOf(width) > minutes && minutesOf(width) % minutes === 0;
  return { ofImported: RESOLUTIONS.filter((width) => width === "1D" || isWhole(width)), ofDays: DAYS };
}

/** Bars that a request may read again to fold them: a little more than a request may bring. */
const CHILDREN_MAX = 57_600;

/** Days that rows of one request may lie in, so that their bars can be read together: 40 of minutes. */
export const daysMax = (resolution: Resolution): number =>
  isDated(resolution)
    ? Number.POSITIVE_INFINITY
    : Math.floor((CHILDREN_MAX * minutesOf(resolution) * MINUTE_MS) / DAY_MS);

const minutesOf = (resolution: Resolution): number => Number(resolution);

/** What is read once and folded into several widths: bars of `from` in all spans of them. */
export type Level = {
  readonly from: Resolution;
  readonly stretches: readonly (readonly [from: number, to: number])[];
  readonly parents: ReadonlyMap<Resolution, readonly BarSpan[]>;
};
type Touched = Pick<ImportTerms, "resolution" | "calendar" | "now"> & {
  /** Starts of imported bars. */
  readonly starts: readonly number[];
  /** From where on a symbol has bars of its own, by width. */
  readonly own: Readonly<Partial<Record<Resolution, number>>>;
};

/** In this order: what the second folds, the first has made. A bar that is not over, or that is the symbol's own, is none of theirs. */
export function levelsOver(touched: Touched): Level[] {
  const { resolution, starts, calendar } = touched;
  const { ofImported, ofDays } = parentsOf(resolution);
  const days = isDated(resolution) ? [] : [...spansAt(calendar, "1D", starts)];
  const levels = [
    levelOf(touched, resolution, ofImported, days),
    levelOf(
      touched,
      "1D",
      ofDays,
      ofDays.flatMap((width) => [...spansAt(calendar, width, starts)]),
    ),
  ];
  return levels.filter(({ parents }) => parents.size > 0);
}

function levelOf(
  touched: Touched,
  from: Resolution,
  widths: readonly Resolution[],
  read: readonly BarSpan[],
): Level {
  const { calendar, starts, own, now } = touched;
  const parents = widths.map((width): [Resolution, readonly BarSpan[]] => {
    const isOurs = ({ start, closesAt }: BarSpan): boolean =>
      closesAt <= now && start < (own[width] ?? Number.POSITIVE_INFINITY);
    return [width, spansAt(calendar, width, starts).filter(isOurs)];
  });
  return {
    from,
    stretches: stretchesOf(read),
    parents: new Map(parents.filter(([, spans]) => spans.length > 0)),
  };
}

/** The bars of a width that hold these moments, each once. */
function spansAt(calendar: BarCalendar, width: Resolution, moments: readonly number[]): BarSpan[] {
  const spans = new Map<number, BarSpan>();
  for (const at of moments) {
    const span = calendar.spanOf(width, at);
    spans.set(span.start, span);
  }
  return [...spans.values()];
}

/** How many days of its instrument the bars lie in. */
export const daysTouched = (calendar: BarCalendar, starts: readonly number[]): number =>
  spansAt(calendar, "1D", starts).length;

/** As few stretches as hold all the spans, ascending. */
function stretchesOf(spans: readonly BarSpan[]): [from: number, to: number][] {
  const stretches: [number, number][] = [];
  for (const { start, end } of [...spans].sort((one, other) => one.start - other.start)) {
    const last = stretches.at(-1);
    if (last !== undefined && start <= last[1]) last[1] = Math.max(last[1], end);
    else stretches.push([start, end]);
  }
  return stretches;
}

/** The newest bar of each width that such an import may make, by its start. */
export function newestOf(
  resolution: Resolution,
  calendar: BarCalendar,
  at: number,
): Partial<Record<Resolution, number>> {
  const { ofImported, ofDays } = parentsOf(resolution);
  const widths = [resolution, ...ofImported, ...ofDays];
  return Object.fromEntries(widths.map((width) => [width, calendar.spanOf(width, at).start]));
}

/** One bar for each span that has children; these ascend. Without the weight of each child that traded its own is not known. */
export function foldsOver(children: readonly ScaledBar[], spans: readonly BarSpan[]): ScaledBar[] {
  return spans.flatMap((span) => {
    const inside = children.slice(placeOf(children, span.start), placeOf(children, span.end));
    const bar = foldBars(inside, span.start, 0);
    if (bar === undefined) return [];
    return [{ ...bar, isWeighed: inside.every(({ isWeighed, v }) => isWeighed || v === 0n) }];
  });
}

function placeOf(bars: readonly ScaledBar[], start: number): number {
  let [low, high] = [0, bars.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((bars[middle]?.start ?? start) < start) low = middle + 1;
    else high = middle;
  }
  return low;
}
