/** What a live feed says of itself. */
import type { TradeGap } from "../../src/feeds/trade-gaps.ts";
import { number, type Totals, totalsText } from "../replay/totals.ts";

export type Faults = {
  frames: number;
  malformed: number;
  /** Trades that two connections brought, or one twice. */
  repeats: number;
  gaps: number;
  /** Trades. */
  missing: number;
  quotesLeftOut: number;
  /** Changes of order books. */
  depthsLeftOut: number;
};

export const emptyFaults = (): Faults => ({
  ...{ frames: 0, malformed: 0, repeats: 0, gaps: 0, missing: 0, quotesLeftOut: 0, depthsLeftOut: 0 },
});

/** `GAP BINANCE:BTCUSDT: 62 trades not received, ids 100 to 161, between 2026-11-22T01:02:03.004Z and …` */
export function gapText({ symbol, firstId, lastId, missing, from, to }: TradeGap, why: string): string {
  const trades =
    missing === 1
      ? `1 trade ${why}, id ${firstId}`
      : `${number(missing)} trades ${why}, ids ${firstId} to ${lastId}`;
  return `GAP ${symbol}: ${trades}, between ${timeText(from)} and ${timeText(to)}.`;
}

export const leftOutText = (quotes: number, depths: number): string =>
  `${number(quotes)} quotes left out that newer ones follow, and ${number(depths)} changes of order books: the platform is behind.`;

export function reportText(totals: Totals, faults: Faults & { connectionsLost: number }): string {
  const { frames, malformed, repeats, gaps, missing, connectionsLost } = faults;
  const venue = `${number(frames)} frames (${number(malformed)} malformed, ${number(repeats)} repeats)`;
  const missed = `gaps ${number(gaps)} (${number(missing)} trades)`;
  return `${venue} · ${totalsText(totals)} · ${missed} · connections lost ${number(connectionsLost)}.`;
}

const timeText = (at: number): string => new Date(at).toISOString();
