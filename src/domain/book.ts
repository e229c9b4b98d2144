/** What an order book can be, and how much of one is kept. */

/** A venue's snapshot of 1,000 a side, which is what Binance gives at the weight of one call, is held whole; 32 KB a book. */
export const BOOK_LEVELS_MAX = 1_000;

export const BOOK_STATES = ["awaiting-snapshot", "live", "broken"] as const;
export type BookState = (typeof BOOK_STATES)[number];

/** Of the newest book that the venue summed up. */
export const CHECKSUM_STATES = ["none", "passed", "failed"] as const;
export type ChecksumState = (typeof CHECKSUM_STATES)[number];
