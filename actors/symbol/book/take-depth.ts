/** What a message about the order book does to it, and to what is measured of it. */
import type { BookSideName } from "../../../src/quant/book/book.ts";
import type { DepthChange } from "../../../src/quant/book/depth-change.ts";
import { touchOf } from "../../../src/quant/depth/depth-metrics.ts";
import { RESILIENCE_LEVELS } from "../../../src/quant/depth/resilience.ts";
import type { Changes } from "../changes.ts";
import type { SymbolState } from "../state.ts";

export function takeDepth(state: SymbolState, change: DepthChange, changes: Changes): void {
  const { book, instrument } = state;
  // No tick is taken before the instrument is known.
  if (instrument === undefined) return;
  const before = book.place.isLive && !change.isSnapshot ? sizesBefore(state, change) : undefined;
  const outcome = book.take(change, instrument);
  if (outcome === "repeat") return;
  changes.depth.push(change);
  if (book.marks.state !== "live") state.depthWindow.lost(change.ts);
  else if (outcome === "applied") measure(state, change, before);
}

/** Where nobody knows what stood before. */
const UNKNOWN = -1;

/** Of each level that is told, bids first. */
function sizesBefore({ book: { view } }: SymbolState, { bids, asks }: DepthChange): readonly number[] {
  const sizes: number[] = [];
  const look = (side: BookSideName, flat: readonly number[]): void => {
    const knownTo = view.knownTo(side);
    for (let at = 0; at < flat.length; at += 2) {
      const price = flat[at] ?? 0;
      sizes.push(isKnown(side, price, knownTo) ? view.sizeAt(side, price) : UNKNOWN);
    }
  };
  look("bids", bids);
  look("asks", asks);
  return sizes;
}

const isKnown = (side: BookSideName, price: number, knownTo: number | undefined): boolean =>
  knownTo === undefined || (side === "bids" ? price >= knownTo : price <= knownTo);

function measure(
  { book: { view }, depthWindow }: SymbolState,
  { ts, bids, asks }: DepthChange,
  before: readonly number[] | undefined,
): void {
  if (before !== undefined) {
    let rank = 0;
    for (const flat of [bids, asks])
      for (let at = 1; at < flat.length; at += 2) {
        const size = before[rank++] ?? UNKNOWN;
        if (size !== UNKNOWN) depthWindow.changed(ts, size, flat[at] ?? 0);
      }
  }
  depthWindow.observe({
    at: ts,
    touch: touchOf(view),
    bids: view.levels("bids", RESILIENCE_LEVELS),
    asks: view.levels("asks", RESILIENCE_LEVELS),
  });
}
