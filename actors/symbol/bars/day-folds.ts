/** Days folded over ranges of time: the close before an ex-date, and the parts of a week or month that an ex-date cuts. */

import { CLOSE_AGE_MS_MAX } from "../../../src/domain/corporate-action.ts";
import { decimalText } from "../../../src/domain/decimal.ts";
import type { Instrument } from "../../../src/domain/instrument.ts";
import type { EpochMs } from "../../../src/domain/time.ts";
import type { DayFold, DayFolds, DayRange } from "../messages.ts";
import type { SymbolState } from "../state.ts";
import { barsBeyond, barsShown } from "./bar-page.ts";
import type { BarRows } from "./bar-rows.ts";
import { type Bar, rollUp } from "./bars.ts";
import type { ImportedBars } from "./imported-bars.ts";

type Rows = Pick<BarRows, "page" | "oldest">;

export function dayFolds(
  state: SymbolState,
  rows: Rows,
  imported: Pick<ImportedBars, "until" | "oldestRow">,
  instrument: Instrument,
  ranges: readonly DayRange[],
): DayFolds {
  const folds = ranges.map((range) => foldIn(state, rows, instrument, range));
  return { folds, ...barsBeyond(state, rows, "1D", imported, ALWAYS) };
}

const ALWAYS = { from: 0, to: Number.MAX_SAFE_INTEGER, full: false };

/** Undefined where this object has no day shortly before: Postgres may. */
export const closeBefore = (
  state: SymbolState,
  rows: Rows,
  instrument: Instrument,
  at: number,
): string | undefined => foldIn(state, rows, instrument, [at - CLOSE_AGE_MS_MAX, at, true])?.c;

function foldIn(state: SymbolState, rows: Rows, instrument: Instrument, range: DayRange): DayFold | null {
  const [from, to, last] = range;
  const limit = last ? 1 : Number.MAX_SAFE_INTEGER;
  const days = barsShown(state, rows, "1D", { from, to, limit }).slice(-limit);
  const fold = rollUp(
    days.map(({ bar }) => bar),
    days[0]?.bar.start ?? (from as EpochMs),
    0,
  );
  return fold === undefined ? null : shown(fold, instrument);
}

function shown({ o, h, l, c, v, n, pv }: Bar, { priceScale, sizeScale }: Instrument): DayFold {
  const price = (value: number): string => decimalText(value, priceScale);
  const prices = { o: price(o), h: price(h), l: price(l), c: price(c) };
  return { ...prices, v: decimalText(v, sizeScale), pv: decimalText(pv, priceScale + sizeScale), n };
}
