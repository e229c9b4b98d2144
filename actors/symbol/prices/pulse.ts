/** How the feed of a symbol stands, for whoever watches over streams that say nothing. */
import type { Pulse } from "../../runtime/streams/link.ts";
import type { SymbolState } from "../state.ts";

type Fed = Pick<SymbolState, "watermark" | "endedAt" | "calendar">;

export const pulseOf = ({ watermark, endedAt, calendar }: Fed, now: number): Pulse => ({
  lastTs: watermark === 0 ? null : watermark,
  isOpen: calendar.isOpen(now),
  isAway: watermark > 0 && endedAt >= watermark,
});
