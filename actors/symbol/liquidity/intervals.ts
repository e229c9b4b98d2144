/** Volumes of a session's intervals, from its bars of that width: those without a bar are 0. */
import { MINUTE_MS } from "../../../src/domain/time.ts";
import { INTERVAL_MINUTES } from "../../../src/quant/liquidity/statistics.ts";
import type { TradingDay } from "../../../src/quant/trading-days.ts";
import type { Bar } from "../bars/bars.ts";

/** Of the width that the statistics are told of. */
const INTERVAL_MS = INTERVAL_MINUTES * MINUTE_MS;

/** Counted from where trading begins; the last before a break or the close may be short. What is traded outside of the hours is in none. */
export function intervalVolumes({ stretches }: TradingDay, bars: readonly Bar[]): readonly bigint[] {
  return stretches.flatMap(({ start, end }) => {
    const volumes = Array.from({ length: Math.ceil((end - start) / INTERVAL_MS) }, () => 0n);
    for (const bar of bars) {
      if (bar.start < start || bar.start >= end) continue;
      const at = Math.floor((bar.start - start) / INTERVAL_MS);
      volumes[at] = (volumes[at] ?? 0n) + bar.v;
    }
    return volumes;
  });
}
