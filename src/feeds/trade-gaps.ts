/**
 * Which trades a live feed has missed. The ids of a symbol's trades are consecutive, so a jump names exactly what did not
 * come. While two connections overlap, one may bring what the other has jumped over: a hole is a gap only once no other
 * connection can fill it.
 */

import type { GapTick } from "./tick.ts";

export type TradeGap = {
  readonly symbol: string;
  readonly firstId: number;
  readonly lastId: number;
  readonly missing: number;
  /** The missing trades happened between these moments, both included. */
  readonly from: number;
  readonly to: number;
};
export type NumberedTrade = { readonly symbol: string; readonly ts: number; readonly id: number };

/** More holes at once than overlapping connections make; beyond it the oldest is told without waiting. */
const HOLES_PER_SYMBOL_MAX = 100;

type Hole = { readonly noticedAt: number; readonly gap: TradeGap };
type Heard = { lastId: number; lastTs: number; holes: Hole[] };

export class TradeGaps {
  readonly #heard = new Map<string, Heard>();
  readonly #overflow: TradeGap[] = [];

  /** `repeat` is a trade that came before. */
  hear(trade: NumberedTrade, now: number): "new" | "repeat" {
    const heard = this.#heard.get(trade.symbol);
    if (heard === undefined) {
      this.#heard.set(trade.symbol, { lastId: trade.id, lastTs: trade.ts, holes: [] });
      return "new";
    }
    if (trade.id <= heard.lastId) return fill(heard, trade.id) ? "new" : "repeat";
    if (trade.id > heard.lastId + 1) this.#open(heard, trade, now);
    heard.lastId = trade.id;
    heard.lastTs = trade.ts;
    return "new";
  }

  /** Takes out the holes that were noticed at this moment or before: nothing will fill them any more. */
  noticedUntil(at: number): TradeGap[] {
    const gaps = this.#overflow.splice(0);
    for (const heard of this.#heard.values()) {
      gaps.push(...heard.holes.filter((hole) => hole.noticedAt <= at).map(({ gap }) => gap));
      heard.holes = heard.holes.filter((hole) => hole.noticedAt > at);
    }
    return gaps;
  }

  #open(heard: Heard, { symbol, id, ts }: NumberedTrade, now: number): void {
    const range = rangeOf(symbol, heard.lastId + 1, id - 1);
    // Trades of one millisecond, or reported out of order: the earlier bound comes first.
    const [from, to] = heard.lastTs <= ts ? [heard.lastTs, ts] : [ts, heard.lastTs];
    heard.holes.push({ noticedAt: now, gap: { ...range, from, to } });
    if (heard.holes.length <= HOLES_PER_SYMBOL_MAX) return;
    const oldest = heard.holes.shift();
    if (oldest !== undefined) this.#overflow.push(oldest.gap);
  }
}

/** Whether the id was missing; what is left of its hole lies before and after it. */
function fill(heard: Heard, id: number): boolean {
  const at = heard.holes.findIndex(({ gap }) => gap.firstId <= id && id <= gap.lastId);
  const hole = heard.holes[at];
  if (hole === undefined) return false;
  const { symbol, firstId, lastId, from, to } = hole.gap;
  const rest = [rangeOf(symbol, firstId, id - 1), rangeOf(symbol, id + 1, lastId)]
    .filter(({ missing }) => missing > 0)
    .map((range) => ({ noticedAt: hole.noticedAt, gap: { ...range, from, to } }));
  heard.holes.splice(at, 1, ...rest);
  return true;
}

/** As the platform is told of it, when it is over. */
export const gapTick = ({ symbol, from, to, missing }: TradeGap, reason: string): GapTick => ({
  ...{ type: "gap", symbol, ts: to, from, to, reason, missing },
});

export const rangeOf = (symbol: string, firstId: number, lastId: number) => ({
  ...{ symbol, firstId, lastId },
  missing: lastId - firstId + 1,
});
