/** How long it can be told what a bar was at a moment, and what made it. */

/** A year back from any day of it, and a month for who looks late. */
export const BAR_VERSIONS_KEPT_MONTHS = 13;

/** State in Postgres of a bar that is none any more: every trade that gave it a price was cancelled. */
export const WITHDRAWN = "withdrawn";

/** Trades outrank an import, and an import outranks what was folded of imported narrower bars. */
export type BarMaker = "trades" | "import" | "fold";
