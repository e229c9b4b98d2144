/** A page of a series' bars, the newest of those that are asked for. */
import type { Instrument } from "../../../src/domain/instrument.ts";
import type { SeriesBarPage, SeriesBarQuery } from "../messages.ts";
import type { KeptBar } from "./kept-bar.ts";
import type { KeptSeries } from "./kept-series.ts";
import { seriesBarText } from "./series-text.ts";

type Scales = Pick<Instrument, "priceScale" | "sizeScale">;

/** Ascending; `next` names the oldest of the page where there are older ones. */
export function seriesPage(kept: KeptSeries, query: SeriesBarQuery, scales: Scales): SeriesBarPage {
  const isAsked = rangeOf(query);
  const page: KeptBar[] = [];
  const bars: string[] = [];
  for (const bar of kept.bars.all.toReversed()) {
    if (bar.gone || !isAsked(bar)) continue;
    const text = seriesBarText(bar, kept.standingOf(bar), scales);
    if (text === undefined) continue;
    const last = page.at(-1);
    if (page.length === query.limit && last !== undefined)
      return { bars: bars.reverse(), next: `${last.day}.${last.i}` };
    page.push(bar);
    bars.push(text);
  }
  return { bars: bars.reverse() };
}

function rangeOf({
  from = 0,
  to = Number.MAX_SAFE_INTEGER,
  before,
}: SeriesBarQuery): (bar: KeptBar) => boolean {
  const [day = Number.MAX_SAFE_INTEGER, i = 0] = before?.split(".").map(Number) ?? [];
  return (bar) => {
    const t = bar.held.first[0];
    return t >= from && t < to && (bar.day < day || (bar.day === day && bar.i < i));
  };
}
