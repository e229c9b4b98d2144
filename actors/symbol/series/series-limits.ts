/** How many series a symbol may have, and how much is kept of each; `bounds.ts` says what happens at them. */

/** A desk compares a handful of widths; each costs a row with every turn that has trades. */
export const SERIES_MAX = 8;
/** As many as of each width of time, and all that a chart shows. */
export const SERIES_BARS_KEPT = 3_000;
/** Trimming waits for so many, so that one delete pays for many. */
export const SERIES_TRIM_SLACK = 64;
/** What stands of one series at the most. */
export const SERIES_BARS_MAX = SERIES_BARS_KEPT + SERIES_TRIM_SLACK;
/** Trades are read from the log so much time at once: with all of a busy day's in memory there would be no room for anything else. */
export const SERIES_READ_MS = 600_000;
/** Bars of one turn to subscribers, about 200 KB of text: of more they get the newest in their place. */
export const SERIES_BARS_PER_TURN_MAX = 1_000;
