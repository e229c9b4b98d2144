/** How many series a symbol may have, and how much is kept of each; `bounds.ts` says what happens at them. */

/** A desk compares a handful of widths; each costs a row with every turn that has trades. */
export const SERIES_MAX = 8;
/** As many as of each width of time, and all that a chart shows. */
export const SERIES_BARS_KEPT = 3_000;
/** Trimming waits for so many, so that one delete pays for many. */
export const SERIES_TRIM_SLACK = 64;
/** Bars of one turn to subscribers, about 200 KB of text: of more they get the newest in their place. */
export const SERIES_BARS_PER_TURN_MAX = 1_000;
