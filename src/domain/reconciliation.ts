/** What differs between an account and its broker's book, and what would set it right. Decimal text; moments in epoch ms. */
import type { Side } from "./order.ts";

export const DIFFERENCE_KINDS = [
  "position-quantity",
  "position-price",
  "position-missing-here",
  "position-missing-there",
  "order-missing-here",
  "order-missing-there",
  "order-quantity",
  "cash",
] as const;
export type DifferenceKind = (typeof DIFFERENCE_KINDS)[number];

/** Why nothing can be booked for a difference. */
export const DIFFERENCE_CODES = [
  "instrument-unknown",
  "scale-exceeded",
  "number-range",
  "fx-missing",
  "price-missing",
  "order-final",
] as const;
export type DifferenceCode = (typeof DIFFERENCE_CODES)[number];

/** Shown and kept: with who resolved each, and why, they are one value on disk. Who has more has another book, and reconciles again. */
export const DIFFERENCES_MAX = 500;
/** Their text, in UTF-16 units: a symbol that a thousand strategies hold has a line for each. A value on disk is at most two million bytes. */
export const DIFFERENCES_UNITS_MAX = 500_000;

/** A strategy of null: what is held without one. Quantities of a trade are signed. */
export type Proposal =
  | {
      readonly action: "trade";
      readonly lines: readonly { readonly strategy: string | null; readonly qty: string }[];
      readonly price: string;
    }
  | { readonly action: "set-average-price"; readonly price: string }
  | { readonly action: "end-order" }
  | {
      readonly action: "add-order";
      readonly strategy: string | null;
      readonly side: Side;
      readonly type: "limit" | "market";
      readonly qty: string;
      readonly filledQty: string;
      readonly price: string;
    }
  | { readonly action: "change-order"; readonly qty: string; readonly filledQty: string }
  | { readonly action: "adjust-cash"; readonly amount: string };

/** `stamp` says what of ours was compared: where it is another by now, the difference is outdated. */
export type Difference = {
  readonly kind: DifferenceKind;
  readonly symbol?: string;
  readonly clientOrderId?: string;
  readonly currency?: string;
  readonly ours: string | null;
  readonly theirs: string | null;
  readonly proposal: Proposal | null;
  readonly code?: DifferenceCode;
  readonly stamp: string;
};

export type KeptDifference = Difference & {
  readonly n: number;
  readonly resolved?: {
    readonly at: number;
    readonly by: string;
    readonly reason: string;
    readonly seq: number;
  };
};

export type Reconciliation = {
  readonly id: string;
  /** Of its fact. */
  readonly seq: number;
  readonly asOf: number;
  readonly at: number;
  readonly by: string;
  /** How many there are, kept or not. */
  readonly total: number;
  readonly differences: readonly KeptDifference[];
};
