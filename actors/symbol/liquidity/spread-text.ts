/** Times of spreads as text, and back. */
import type { SpreadTimes } from "../../../src/quant/liquidity/spread-times.ts";
import { noSpreads, type SpreadTrack } from "./spread-state.ts";

export const timesText = (times: SpreadTimes): string => JSON.stringify([...times].flat());

export function timesFrom(text: string): Map<number, number> {
  // SAFETY: only `timesText` makes it.
  const flat = JSON.parse(text) as readonly number[];
  const times = new Map<number, number>();
  for (let at = 0; at < flat.length; at += 2) times.set(flat[at] ?? 0, flat[at + 1] ?? 0);
  return times;
}

type Encoded = readonly [day: number, closesAt: number | null, until: number, times: string];

export function trackText({ day, closesAt, until, times }: SpreadTrack): string {
  const encoded: Encoded = [day, Number.isFinite(closesAt) ? closesAt : null, until, timesText(times)];
  return JSON.stringify(encoded);
}

export function trackFrom(text: string | undefined): SpreadTrack {
  if (text === undefined) return noSpreads();
  // SAFETY: only `trackText` makes it.
  const [day, closesAt, until, times] = JSON.parse(text) as Encoded;
  return { day, closesAt: closesAt ?? Number.POSITIVE_INFINITY, until, times: timesFrom(times) };
}
