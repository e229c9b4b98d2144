/** The public order book, as JSON text. */
import type { DepthReply } from "../../../src/contracts/depth.ts";
import { decimalText } from "../../../src/domain/decimal.ts";
import type { Instrument } from "../../../src/domain/instrument.ts";
import { PRICE_AGE_MS_MAX } from "../../../src/domain/price.ts";
import { type BookSideName, isCrossed, isLocked } from "../../../src/quant/book/book.ts";
import type { StitchedBook } from "../../../src/quant/book/stitch.ts";
import type { SymbolState } from "../state.ts";

type Scales = Pick<Instrument, "priceScale" | "sizeScale">;

export function depthText(
  { symbol, book }: Pick<SymbolState, "symbol" | "book">,
  scales: Scales,
  now: number,
  levels: number,
): string {
  const { ts, seq, state } = book.marks;
  const reply: DepthReply = {
    symbol,
    ts: ts === 0 ? null : ts,
    seq: seq ?? null,
    state,
    health: healthOf(book, scales, now),
    bids: levelTexts(book, "bids", levels, scales),
    asks: levelTexts(book, "asks", levels, scales),
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
