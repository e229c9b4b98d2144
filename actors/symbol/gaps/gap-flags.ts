/** Bars that were told before a gap makes partial, or its filling makes whole: said once more to Postgres, with nothing but that. */

import { RESOLUTIONS, type Resolution } from "../../../src/domain/bar.ts";
import type { Gap } from "../../../src/domain/gap.ts";
import { MINUTE_MS } from "../../../src/domain/time.ts";
import type { BarRows } from "../bars/bar-rows.ts";
import { isPartial } from "../bars/bar-text.ts";
import type { BarFlagsFact } from "../events.ts";
import { BARS_KEPT, FLAGS_PER_FACT_MAX } from "../limits.ts";
import { isQuotePartial } from "../quotes/quote-bar-text.ts";
import type { SymbolState } from "../state.ts";

type Rows = Pick<BarRows, "toldStarts">;
type Flagged = BarFlagsFact["bars"][number];

/** At the most: one for each entry, and as many as its bars need. Of all wider widths together there are fewer bars than minutes. */
export const factsOfGaps = (gaps: readonly Gap[]): number =>
  gaps.reduce((facts, { from, to }) => {
    const minutes = Math.min((to - from) / MINUTE_MS, RESOLUTIONS.length * BARS_KEPT);
    // Of trades and of quotes.
    return facts + 2 + 2 * Math.ceil((2 * minutes + 2 * RESOLUTIONS.length) / FLAGS_PER_FACT_MAX);
  }, 1);

export function barFlagFacts(
  state: SymbolState,
  rows: { readonly trades: Rows; readonly quotes: Rows },
  gaps: readonly Gap[],
): BarFlagsFact[] {
  const told = gaps.filter(({ kind }) => kind !== "silence");
  const ofQuotes = state.quotes === undefined ? [] : told.filter(({ kind }) => kind === "feed");
  return [
    ...flagged(state, rows.trades, told, isPartial),
    ...flagged(state, rows.quotes, ofQuotes, isQuotePartial).map(
      (fact): BarFlagsFact => ({ ...fact, series: "quotes" }),
    ),
  ];
}

function flagged(
  state: SymbolState,
  rows: Rows,
  gaps: readonly Gap[],
  isPartialIn: typeof isPartial,
): BarFlagsFact[] {
  const bars = { partial: new Map<string, Flagged>(), whole: new Map<string, Flagged>() };
  for (const gap of gaps) {
    for (const resolution of RESOLUTIONS) {
      for (const start of startsIn(state, rows, resolution, gap)) {
        const flag = isPartialIn(state, resolution, start) ? bars.partial : bars.whole;
        flag.set(`${resolution} ${start}`, [resolution, start]);
      }
    }
  }
  return [...factsOf(state, true, bars.partial), ...factsOf(state, false, bars.whole)];
}

/** From the bar in which it begins to the one in which it ends. */
const startsIn = (
  { calendar }: SymbolState,
  rows: Rows,
  resolution: Resolution,
  { from, to }: Gap,
): readonly number[] => rows.toldStarts(resolution, calendar.spanOf(resolution, from).start, to);

function factsOf(
  { symbol }: SymbolState,
  partial: boolean,
  bars: ReadonlyMap<string, Flagged>,
): BarFlagsFact[] {
  const all = [...bars.values()];
  const facts: BarFlagsFact[] = [];
  for (let from = 0; from < all.length; from += FLAGS_PER_FACT_MAX)
    facts.push({ symbol, partial, bars: all.slice(from, from + FLAGS_PER_FACT_MAX) });
  return facts;
}
