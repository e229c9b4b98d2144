/** The only reader of time. Everything else takes `now` as an argument. */
import type { EpochMs } from "../../src/domain/time.ts";

export interface Clock {
  now(): EpochMs;
}

export const systemClock: Clock = { now: () => Date.now() as EpochMs };
