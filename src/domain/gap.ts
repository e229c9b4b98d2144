/** An entry of a symbol's gap ledger. */

/**
 * `sequence`: so many trades are missing, as the feed counted them. `feed`: the feed cannot say how many. `silence`: nobody told of anything,
 * but nothing was taken for more than a quarter of an hour of an open session.
 */
export const GAP_KINDS = ["feed", "sequence", "silence"] as const;

export type Gap = {
  /** Its place in the ledger of its symbol, from 1. */
  readonly number: number;
  readonly kind: (typeof GAP_KINDS)[number];
  /** Event times between which something is missing, both included. */
  readonly from: number;
  readonly to: number;
  /** Who told it, and in which words; absent for a silence. */
  readonly source?: string;
  readonly reason?: string;
  /** Trades. */
  readonly missing?: number;
  /** When it came to the ledger, and when the feed said that all of it has been delivered since; wall clock. */
  readonly foundAt: number;
  readonly filledAt?: number;
};
