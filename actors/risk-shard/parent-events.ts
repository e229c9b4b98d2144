/** What an account takes over from the nodes above it, as facts: what it holds of their budgets, and their limits and states. */
import type { Amounts, ParentBook } from "../runtime/escrow/messages.ts";

/** Only where an amount is another one. */
export type QuotaHeld = {
  readonly kind: "quota-held";
  readonly at: number;
  readonly held: Amounts;
};

/** Another version of what stands above: limits of it that are others come into force in the same turn, as a version of the set. */
export type ParentBookTaken = {
  readonly kind: "parent-book";
  readonly at: number;
  readonly book: ParentBook;
};

export type ParentEvent = QuotaHeld | ParentBookTaken;

/** `held`: by budget, whole numbers as text: money in 10⁻¹² of the account's currency, counts as they are. */
export type QuotaHeldFact = { readonly held: Readonly<Record<string, string>>; readonly at: number };
export type ParentBookFact = ParentBook & { readonly at: number };

export function parentFact(event: ParentEvent): QuotaHeldFact | ParentBookFact {
  const { at } = event;
  return event.kind === "quota-held" ? { held: amountTexts(event.held), at } : { ...event.book, at };
}

export const amountTexts = (amounts: Amounts): Record<string, string> =>
  Object.fromEntries(Object.entries(amounts).map(([budget, amount]) => [budget, String(amount)]));

export const amountsFrom = (texts: Readonly<Record<string, string>>): Amounts =>
  Object.fromEntries(Object.entries(texts).map(([budget, text]) => [budget, BigInt(text)]));
