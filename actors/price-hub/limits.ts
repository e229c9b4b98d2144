/** The numbers of a price hub that its rules need; `bounds.ts` says what happens at them. */

/** With eight hubs room for as many accounts and strategies as the platform is planned for, each of which meets most hubs. */
export const SUBSCRIBERS_MAX = 20_000;
/** Stubs of subscribers that are kept: 1.2 KB each, and twice as many as follow one symbol where many do. */
export const KEPT_SUBSCRIBERS_MAX = 1_000;
/** The whole planned universe, spread over eight hubs, twice. */
export const SYMBOLS_PER_SUBSCRIBER_MAX = 5_000;
/** About 60 MB of memory at 300 bytes each, half of what an isolate has. */
export const SUBSCRIPTIONS_MAX = 200_000;
/** Changes of one symbol that wait for its slowest subscriber: seconds of the busiest print. */
export const CHANGES_PER_SYMBOL_MAX = 1_000;
/** Of all symbols together, about 6 MB. */
export const CHANGES_MAX = 100_000;
/** Changes in one batch; beyond it a symbol is told by its newest change alone. The contract's number. */
export const CHANGES_PER_BATCH_MAX = 1_000;
