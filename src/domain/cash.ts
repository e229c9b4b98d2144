/** Cash that no fill brings. */
export const CASH_TYPES = [
  "deposit",
  "withdrawal",
  "funding",
  "dividend",
  "interest",
  "fee",
  "adjustment",
] as const;
export type CashType = (typeof CASH_TYPES)[number];

/** Those that may be about what is held in a symbol. */
export const CASH_TYPES_OF_LINES: ReadonlySet<CashType> = new Set(["funding", "dividend", "fee"]);
