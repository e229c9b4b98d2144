/** What a message about the order book does to it. */
import type { DepthChange } from "../../../src/quant/book/depth-change.ts";
import type { Changes } from "../changes.ts";
import type { SymbolState } from "../state.ts";

export function takeDepth({ book, instrument }: SymbolState, change: DepthChange, changes: Changes): void {
  // No tick is taken before the instrument is known.
  if (instrument === undefined) return;
  if (book.take(change, instrument) !== "repeat") changes.depth.push(change);
}
