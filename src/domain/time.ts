/** Moments and spans. Everything inside is integer epoch milliseconds in UTC. */
import type { Brand } from "./brand.ts";

export type EpochMs = Brand<number, "EpochMs">;

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

/** 1973: seconds given as milliseconds fall below it. */
export const EPOCH_MS_MIN = 1e11;
/** 2286: microseconds given as milliseconds lie above it. */
export const EPOCH_MS_LIMIT = 1e13;
/** How far the clocks of a venue and ours may differ before a time counts as one from the future. */
export const FUTURE_TOLERANCE_MS = 2_000;

export const isEpochMs = (value: number): value is EpochMs =>
  Number.isInteger(value) && value >= EPOCH_MS_MIN && value < EPOCH_MS_LIMIT;

/** Start of the UTC-aligned bucket of `widthMs` that holds `at`: [start, start + width). */
export const bucketStart = (at: number, widthMs: number): EpochMs => (at - (at % widthMs)) as EpochMs;
