/** Bars of quotes as text: for readers one side of them, as facts all three. */
import type { BarState, QuoteSide, Resolution } from "../../../src/domain/bar.ts";
import { decimalText } from "../../../src/domain/decimal.ts";
import type { Instrument } from "../../../src/domain/instrument.ts";
import { barJson } from "../bars/bar-json.ts";
import { closedStateOf } from "../bars/bar-text.ts";
import type { Bar } from "../bars/bars.ts";
import type { ToldBar } from "../changes.ts";
import type { QuoteBarFact, SidePriceTexts } from "../events.ts";
import type { QuoteTrack, SymbolState } from "../state.ts";

type Scales = Pick<Instrument, "priceScale">;

/** JSON text of the public bar. Nothing was traded in it: its volume is zero, and `n` counts quotes. */
export function sideText(
  bar: Bar,
  side: QuoteSide,
  state: BarState,
  partial: boolean,
  scales: Scales,
): string {
  const { start: t, n, rev } = bar;
  const { o, h, l, c } = pricesOf(bar, side, scales);
  return barJson({ t, o, h, l, c, v: "0", n, vw: null, rev, state, partial, withdrawn: false });
}

export function quoteBarFact(state: SymbolState, { resolution, bar }: ToldBar, scales: Scales): QuoteBarFact {
  return {
    symbol: state.symbol,
    resolution,
    t: bar.start,
    bid: pricesOf(bar, "bid", scales),
    ask: pricesOf(bar, "ask", scales),
    mid: pricesOf(bar, "mid", scales),
    n: bar.n,
    rev: bar.rev,
    state: closedStateOf(bar),
    partial: isQuotePartial(state, resolution, bar.start),
  };
}

/** As of trades, by what is known of quotes: a gap that counts missing trades says nothing of them. */
export function isQuotePartial(
  { quotes, gaps }: SymbolState,
  resolution: Resolution,
  start: number,
): boolean {
  const { listeningSince, calendar } = quotes ?? NEVER;
  if (calendar === undefined || listeningSince === undefined || start <= listeningSince) return true;
  return gaps.marks(start, () => calendar.spanOf(resolution, start).end, "feed");
}

const NEVER: Partial<QuoteTrack> = {};

function pricesOf(bar: Bar, side: QuoteSide, { priceScale }: Scales): SidePriceTexts {
  const { o, h, l, c } = side === "mid" ? bar : (bar.sides?.[side] ?? bar);
  const text = (price: number): string =>
    side === "mid" ? halfText(price, priceScale) : decimalText(price, priceScale);
  return { o: text(o), h: text(h), l: text(l), c: text(c) };
}

/** Of twice a price: it may need one decimal more. */
const halfText = (twice: number, scale: number): string => decimalText(BigInt(twice) * 5n, scale + 1);
