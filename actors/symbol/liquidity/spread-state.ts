/** What is remembered of spreads in the running session. */
import type { SpreadTimes } from "../../../src/quant/liquidity/spread-times.ts";

/** All before `until` has been counted. `day` is -1 before the first quote; `closesAt` is infinite where the day was told when it closed. */
export type SpreadTrack = {
  day: number;
  closesAt: number;
  until: number;
  times: Map<number, number>;
};
/** A session's spreads as they stand; told again, they replace what was told. */
export type SessionSpreads = { readonly day: number; readonly times: SpreadTimes };
export const noSpreads = (): SpreadTrack => ({
  day: -1,
  closesAt: Number.POSITIVE_INFINITY,
  until: 0,
  times: new Map(),
});
