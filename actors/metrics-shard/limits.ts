/** How much a metrics shard keeps. */

/** Actors of one shard: 40,000 over all eight, about a KB each in memory. */
export const ACTORS_MAX = 5_000;
/** Series of one shard over all kinds. Ours are some hundreds: eight kinds with fifty each, and a few for each declared route. */
export const SERIES_MAX = 4_000;
/** Kinds of actors there can be; ours are eight, and the edge. */
export const KINDS_MAX = 32;
/** Isolates of the edge that report here within some minutes. */
export const SENDERS_MAX = 1_000;
