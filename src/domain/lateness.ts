/** Lateness is measured in event time: the highest time taken so far minus the time of what comes. Bars and candles share these spans. */
import { MINUTE_MS, SECOND_MS } from "./time.ts";

/** After its end a bar or candle waits so long before it is final: prices of several hubs are some 200 ms apart, and a venue's clock is rarely further off. */
export const GRACE_MS = 2 * SECOND_MS;
/** What comes later than this revises nothing: it goes to a ledger. Venues report most late prints within ten minutes. */
export const HORIZON_MS = 15 * MINUTE_MS;
/** The wall clock closes only while events come at its pace: a tape of last year has its own time. */
export const CLOCK_TRUST_MS = 60 * SECOND_MS;
