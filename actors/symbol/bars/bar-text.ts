/** Bars and late ticks as text: for readers, and as facts. */
import type { BarState, Resolution } from "../../../src/domain/bar.ts";
import { decimalText } from "../../../src/domain/decimal.ts";
import type { Instrument } from "../../../src/domain/instrument.ts";
import { vwapText } from "../../../src/quant/vwap.ts";
import type { ToldBar } from "../changes.ts";
import type { BarFact, LateTick, LateTicksFact, TickLate } from "../events.ts";
import { LATE_PER_FACT_MAX } from "../limits.ts";
import type { SymbolState } from "../state.ts";
import { barJson } from "./bar-json.ts";
import type { Bar } from "./bars.ts";

type Scales = Pick<Instrument, "priceScale" | "sizeScale">;

/** JSON text of the public bar. */
export function barText(bar: Bar, state: BarState, partial: boolean, scales: Scales): string {
  const { start: t, n, rev, withdrawn = false } = bar;
  const { o, h, l, c, v } = pricesOf(bar, scales);
  const vw = vwapText(bar, scales.priceScale);
  return barJson({ t, o, h, l, c, v, n, vw, rev, state, partial, withdrawn });
}

export function barFact(state: SymbolState, told: ToldBar, scales: Scales): BarFact {
  const { resolution, bar } = told;
  return {
    symbol: state.symbol,
    resolution,
    t: bar.start,
    ...pricesOf(bar, scales),
    n: bar.n,
    pv: decimalText(bar.pv, scales.priceScale + scales.sizeScale),
    vw: vwapText(bar, scales.priceScale),
    rev: bar.rev,
    state: closedStateOf(bar),
    partial: isPartial(state, resolution, bar.start),
    ...(bar.withdrawn === true ? { withdrawn: true } : {}),
  };
}

export const closedStateOf = ({ rev }: Pick<Bar, "rev">): Exclude<BarState, "forming"> =>
  rev > 0 ? "revised" : "final";

/**
 * The bar in which we began to listen, and any before it: what was traded earlier in it is not known to us. And each that an unfilled gap
 * overlaps.
 */
export const isPartial = (
  { listeningSince, gaps, calendar }: SymbolState,
  resolution: Resolution,
  start: number,
): boolean =>
  listeningSince === undefined ||
  start <= listeningSince ||
  gaps.marks(start, () => calendar.spanOf(resolution, start).end);

/** In order, so many in a fact that its text stays small. */
export function lateTicksFacts(symbol: string, late: readonly TickLate[], scales: Scales): LateTicksFact[] {
  const facts: LateTicksFact[] = [];
  for (let from = 0; from < late.length; from += LATE_PER_FACT_MAX) {
    const ticks = late.slice(from, from + LATE_PER_FACT_MAX).map((one) => lateTick(one, scales));
    facts.push({ symbol, ticks });
  }
  return facts;
}

function pricesOf({ o, h, l, c, v }: Bar, { priceScale, sizeScale }: Scales) {
  return {
    o: decimalText(o, priceScale),
    h: decimalText(h, priceScale),
    l: decimalText(l, priceScale),
    c: decimalText(c, priceScale),
    v: decimalText(v, sizeScale),
  };
}

function lateTick({ tick, watermark }: TickLate, { priceScale, sizeScale }: Scales): LateTick {
  const { ts, key } = tick;
  const named =
    key === undefined ? {} : key.space === "" ? { id: String(key.name) } : namedBySource(key.space, key.name);
  if (tick.kind === "amendment-told") {
    const { price, size } = tick;
    return {
      type: tick.how,
      ts,
      watermark,
      ...(price === undefined ? {} : { price: decimalText(price, priceScale) }),
      ...(size === undefined ? {} : { size: decimalText(size, sizeScale) }),
      ...named,
    };
  }
  if (tick.kind === "trade-taken") {
    const { price, size } = tick;
    return {
      type: "trade",
      ts,
      watermark,
      price: decimalText(price, priceScale),
      size: decimalText(size, sizeScale),
      ...named,
    };
  }
  return {
    type: "quote",
    ts,
    watermark,
    bid: decimalText(tick.bid, priceScale),
    bidSize: decimalText(tick.bidSize, sizeScale),
    ask: decimalText(tick.ask, priceScale),
    askSize: decimalText(tick.askSize, sizeScale),
    ...named,
  };
}

const namedBySource = (source: string, seq: string | number) => ({ source, seq: Number(seq) });
