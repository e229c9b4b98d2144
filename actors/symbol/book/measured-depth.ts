/** What a symbol's order book says of its depth. */
import type { DepthMetrics } from "../../../src/contracts/depth-metrics.ts";
import type { Instrument } from "../../../src/domain/instrument.ts";
import { depthMetrics, type SweepAsked } from "../../../src/quant/depth/depth-metrics.ts";
import type { SymbolState } from "../state.ts";

export type MeasuredState = Pick<SymbolState, "book" | "depthWindow" | "last">;

/** Undefined where the book is not live: what it says is of before the hole. */
export function measuredDepth(
  { book: { view, marks }, depthWindow, last }: MeasuredState,
  instrument: Instrument,
  levels: number,
  asked: readonly SweepAsked[],
): DepthMetrics | undefined {
  if (marks.state !== "live") return undefined;
  const measured = { ts: marks.ts, book: view, window: depthWindow, hasTrades: last !== undefined };
  return depthMetrics(measured, instrument, levels, asked);
}
