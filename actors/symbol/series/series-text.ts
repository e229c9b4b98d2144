/** Bars of series as text, for readers and subscribers. */
import type { SeriesBarObject } from "../../../src/contracts/series.ts";
import { decimalText } from "../../../src/domain/decimal.ts";
import type { Instrument } from "../../../src/domain/instrument.ts";
import { dateText } from "../../../src/quant/calendars/dates.ts";
import type { Gathered } from "../../../src/quant/series/gathered.ts";
import { vwapText } from "../../../src/quant/vwap.ts";
import type { KeptBar } from "./kept-bar.ts";
import type { Standing } from "./kept-series.ts";

type Scales = Pick<Instrument, "priceScale" | "sizeScale">;

/** JSON text of the public bar; undefined while it has no price. */
export function seriesBarText(
  bar: KeptBar,
  { isOpen, isPartial }: Standing,
  scales: Scales,
): string | undefined {
  const { held, rev } = bar;
  const prices = pricesOf(held, bar.line, scales);
  if (prices === undefined) return undefined;
  const shown: SeriesBarObject = {
    ...placeOf(bar, held),
    ...prices,
    v: decimalText(held.v, scales.sizeScale),
    n: held.n,
    vw: vwapText(held, scales.priceScale),
    rev,
    state: isOpen ? "forming" : rev > 0 ? "revised" : "final",
    ...(isPartial ? { partial: true } : {}),
    ...(bar.direction === undefined ? {} : { direction: bar.direction }),
  };
  return JSON.stringify(shown);
}

/** The same of a bar that is none any more; undefined where it is one, or was told as none before. */
export function withdrawnText(bar: KeptBar, scales: Scales): string | undefined {
  const held = bar.gone ? bar.held : bar.had;
  const prices = held === undefined ? undefined : pricesOf(held, bar.line, scales);
  if (held === undefined || prices === undefined) return undefined;
  const shown: SeriesBarObject = {
    ...placeOf(bar, held),
    ...prices,
    ...{ v: "0", n: 0, vw: null, rev: bar.rev, state: "revised", withdrawn: true },
  };
  return JSON.stringify(shown);
}

const placeOf = ({ day, i }: KeptBar, { first, last }: Gathered) => ({
  ...{ t: first[0], end: last[0], day: dateText(day), i },
});

/** A brick that forms begins on its line, wherever its first trade was. */
function pricesOf({ prices, extremes }: Gathered, line: number | undefined, { priceScale }: Scales) {
  if (prices === undefined || extremes === undefined) return undefined;
  const o = line ?? prices.o;
  return {
    o: decimalText(o, priceScale),
    h: decimalText(Math.max(extremes.h, o), priceScale),
    l: decimalText(Math.min(extremes.l, o), priceScale),
    c: decimalText(prices.c, priceScale),
  };
}
