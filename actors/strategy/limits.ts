/** How much of each thing a strategy keeps. `bounds.ts` says what happens there. */

/** Twice the legs that may be declared: options that expire leave room for the next series. */
export const LEGS_MAX = 4_000;
/** An account leads from 16 currencies at a time to its own; these are as many again three times, of which something is left. */
export const CURRENCIES_MAX = 64;
/** An account follows 5,000 symbols at a time, and a leg that is flat again stays while one of its moments is kept. */
export const HELD_LEGS_MAX = 5_000 + 20_000;
/** About 4 MB in memory, and at 20 changes a second a quarter of an hour. */
export const MOMENTS_MAX = 20_000;
/** At the bound a quarter leaves at once, so that the cost of leaving is paid seldom. */
export const MOMENTS_LEAVING = MOMENTS_MAX / 4;
/** Holes in the price history are rare and merge; more of them than this is one long hole. */
export const SPANS_MAX = 64;
/** 50 hours of a market that never sleeps: what a chart shows at once. */
export const CANDLES_MAX = 3_000;
/** Trimming waits until this many rows are over, so that a delete pays for many inserts. */
export const CANDLES_SLACK = 64;
/** The horizon of 15 minutes, the minute that is forming, and one on each side that a boundary can cut. */
export const CLOSED_MAX = 18;
/** Minutes whose forming candles a stream tells of: late fills reach back a quarter of an hour. Older ones are told when they are final. */
export const FORMING_TOLD_MAX = 16;
/** Trading days of which statistics keep a summary: more than fifteen years of weekdays, at some 500 bytes each. */
export const DAYS_MAX = 4_000;
