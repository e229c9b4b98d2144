/** The numbers of an order book on disk. */

/**
 * What was said since the checkpoint is written with every turn, a checkpoint of some 40,000 units once it is full: of changes of 300 units each
 * this is about where both cost the same.
 */
export const BOOK_CHANGES_UNITS_MAX = 8_000;
