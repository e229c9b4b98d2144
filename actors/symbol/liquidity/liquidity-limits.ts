/** How much of the past the statistics of liquidity stand on. */
import { INTERVAL_MINUTES, LONG_SESSIONS, SHORT_SESSIONS } from "../../../src/quant/liquidity/statistics.ts";

/** Sessions whose rows are kept: those whose intervals and spreads are looked at, and some more, since the running one has a row too. */
export const SESSION_ROWS_MAX = SHORT_SESSIONS + 12;
/** A trading day has at most 26 hours, cut at each of a session's breaks. */
export const INTERVALS_MAX = (26 * 60) / INTERVAL_MINUTES + 16;
/** What has been revised is reckoned with at the latest so long after, by event time: trades after the close revise their day one by one. */
export const REVISED_MS = 60_000;
/** No market is closed for longer: between two sessions there are at most so many days. */
export const CLOSED_DAYS_MAX = 31;
/** Days whose intervals are read again: three times as many as are looked at. */
export const REVISED_SESSIONS_MAX = LONG_SESSIONS;
