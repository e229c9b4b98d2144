/** How much a label book keeps. `bounds.ts` says what happens there. */

/** Of one tenant: a thousand notes on each of a hundred symbols; at their longest about 600 MB, far below what an object may hold. */
export const LABELS_MAX = 100_000;
/** As many as there may be labels: a tenant that deletes all of them and begins anew loses no id. */
export const GONE_MAX = 100_000;
/** Of all labels together: each of the most that there may be as it was made, in the usual case. */
export const VERSIONS_MAX = 100_000;
/** Trimming waits until so many are over, so that a delete pays for many inserts. */
export const VERSIONS_SLACK = 64;
