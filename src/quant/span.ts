/** Stretches of time. */
import type { EpochMs } from "../domain/time.ts";

/** From `start` up to, not including, `end`. */
export type Span = { readonly start: EpochMs; readonly end: EpochMs };

/** One bar's time. It closes when its trading is over, which may be before it ends: what is traded after that revises it. */
export type BarSpan = Span & { readonly closesAt: EpochMs };
