/** The numbers of an order book on disk and on the wire. */

/**
 * What was said since the checkpoint is written with every turn, a checkpoint of some 40,000 units once it is full: of changes of 300 units each
 * this is about where both cost the same.
 */
export const BOOK_CHANGES_UNITS_MAX = 8_000;

/** Levels of a side that a subscriber is told, and that a read has where it does not say: what a ladder shows. */
export const DEPTH_LEVELS_SHOWN = 20;
