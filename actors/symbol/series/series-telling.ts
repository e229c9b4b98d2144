/** What subscribers of a series hear: each bar as it forms and ends, and each revision. */
import type { Instrument } from "../../../src/domain/instrument.ts";
import type { Sockets } from "../../runtime/sockets.ts";
import type { KeptBar } from "./kept-bar.ts";
import type { KeptSeries } from "./kept-series.ts";
import { SERIES_BARS_PER_TURN_MAX } from "./series-limits.ts";
import { seriesBarText, withdrawnText } from "./series-text.ts";

type Scales = Pick<Instrument, "priceScale" | "sizeScale">;

/** JSON text of the newest bar, the data of a snapshot. */
export function newestText(kept: KeptSeries | undefined, scales: Scales): string {
  const newest = kept?.bars.all.findLast(({ gone, held }) => !gone && held.prices !== undefined);
  if (kept === undefined || newest === undefined) return "null";
  return seriesBarText(newest, kept.standingOf(newest), scales) ?? "null";
}

/** Of one turn, each once: what was told before and has changed as `rev`. */
export function tellBars(
  sockets: Pick<Sockets, "publish" | "leaveOut">,
  topic: string,
  kept: KeptSeries,
  changed: readonly KeptBar[],
  scales: Scales,
): void {
  if (changed.length > SERIES_BARS_PER_TURN_MAX) {
    sockets.leaveOut(topic);
    return;
  }
  for (const bar of changed) {
    const isBar = !bar.gone && bar.held.prices !== undefined;
    const text = isBar ? seriesBarText(bar, kept.standingOf(bar), scales) : withdrawnText(bar, scales);
    if (text !== undefined)
      sockets.publish(topic, bar.rev === 0 ? "bar" : "rev", text, `${bar.day}.${bar.i}`);
  }
}
