/** The numbers of watched indicators; `bounds.ts` says what happens at them. */

/** Definitions at a width that a symbol follows: some charts with several panes each. With the longest windows a few MB of memory. */
export const INDICATORS_WATCHED_MAX = 64;
/** A row of where it is and one of where it is checked from, of each. */
export const INDICATOR_ROWS_MAX = 2 * INDICATORS_WATCHED_MAX;
/** Bars that close in one group: of more a subscriber gets the newest. */
export const CLOSED_TOLD_MAX = 1_000;
/**
 * A checkpoint lies so many bars back, and before it moves on up to twice as many and those of a group: 2,800 of the 3,000 that are kept,
 * since some rows are bars without a price. In minutes it is 15 hours; who is told of a later revision gets the newest value, with `reset`.
 */
export const CHECKPOINT_BARS = 900;
/**
 * Bars that looks ahead of one group go through again: 2 to 30 ms. Without it 64 indicators of the largest memory would keep the symbol from
 * its next trade for a second. Who finds nothing left is told with the next group.
 */
export const LOOK_BARS_MAX = 6_000;
/** States of the bars before the newest, in memory: a late trade within the horizon of minutes finds one. */
export const RECENT_RUNS_MAX = 16;
/** A run of more numbers has one such state only: with 64 of the largest, 15,000 numbers each, memory holds 25 MB. */
export const LARGE_RUN_NUMBERS = 2_500;
/** Values of one group that are told anew one by one: what an exponential mean of 13 remembers. Of more the subscriber gets the newest, with `reset`. */
export const REVISED_VALUES_MAX = 256;
