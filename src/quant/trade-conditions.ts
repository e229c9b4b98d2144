/** What a trade counts for in bars: for open and close, for high and low, for volume. A regular trade counts for all three. */

/** A set of the three, as a small number: it stands in every line of a trade log. */
export type Counts = number;

export const OPEN_CLOSE = 1;
export const HIGH_LOW = 2;
export const VOLUME = 4;
export const EVERYTHING: Counts = OPEN_CLOSE | HIGH_LOW | VOLUME;

export const countsForOpenClose = (counts: Counts): boolean => (counts & OPEN_CLOSE) !== 0;
export const countsForHighLow = (counts: Counts): boolean => (counts & HIGH_LOW) !== 0;
export const countsForVolume = (counts: Counts): boolean => (counts & VOLUME) !== 0;
