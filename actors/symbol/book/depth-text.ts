/** The public order book, as JSON text. */
import type { DepthReply } from "../../../src/contracts/depth.ts";
import { decimalText } from "../../../src/domain/decimal.ts";
import type { Instrument } from "../../../src/domain/instrument.ts";
import { PRICE_AGE_MS_MAX } from "../../../src/domain/price.ts";
import { type BookSideName, isCrossed, isLocked } from "../../../src/quant/book/book.ts";
import type { StitchedBook } from "../../../src/quant/book/stitch.ts";
import type { SweepAsked } from "../../../src/quant/depth/depth-metrics.ts";
import type { SymbolState } from "../state.ts";
import { type MeasuredState, measuredDepth } from "./measured-depth.ts";

type Scales = Pick<Instrument, "priceScale" | "sizeScale">;

export function depthText(
  state: MeasuredState & Pick<SymbolState, "symbol">,
  instrument: Instrument,
  now: number,
  levels: number,
  asked: readonly SweepAsked[],
): string {
  const { symbol, book } = state;
  const { ts, seq, state: bookState } = book.marks;
  const metrics = measuredDepth(state, instrument, levels, asked);
  const reply: DepthReply = {
    symbol,
    ts: ts === 0 ? null : ts,
    seq: seq ?? null,
    state: bookState,
    health: healthOf(book, instrument, now),
    bids: levelTexts(book, "bids", levels, instrument),
    asks: levelTexts(book, "asks", levels, instrument),
    ...(metrics === undefined ? {} : { metrics }),
  };
  return JSON.stringify(reply);
}

function healthOf(
  { view, marks, waiting }: StitchedBook,
  { priceScale }: Scales,
  now: number,
): DepthReply["health"] {
  const { ts, gaps, checksum, checksumFailures } = marks;
  // A tick may be ahead of our clock by two seconds: its age is 0.
  const ageMs = ts === 0 ? null : Math.max(0, now - ts);
  const knownTo = (side: BookSideName): string | null => {
    const price = view.knownTo(side);
    return price === undefined ? null : decimalText(price, priceScale);
  };
  return {
    crossed: isCrossed(view),
    locked: isLocked(view),
    stale: ageMs === null || ageMs > PRICE_AGE_MS_MAX,
    ...{ ageMs, gaps, checksum, checksumFailures },
    ...{ bidsKnownTo: knownTo("bids"), asksKnownTo: knownTo("asks") },
    waiting: waiting.length,
  };
}

function levelTexts(
  { view }: StitchedBook,
  side: BookSideName,
  most: number,
  { priceScale, sizeScale }: Scales,
): [string, string][] {
  const { prices, sizes } = view.levels(side, most);
  return prices.map((price, rank) => [
    decimalText(price, priceScale),
    decimalText(sizes[rank] ?? 0, sizeScale),
  ]);
}
