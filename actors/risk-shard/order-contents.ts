/**
 * By content, when an order was accepted last: for limits on duplicates. The content is exact text, so that no two of them are taken for
 * one. A replacement is of its original: moving a price to and fro sends no order twice.
 */
import { bareDecimal } from "../../src/domain/decimal.ts";
import { ORDER_CONTENTS_MAX } from "./capacity.ts";
import { put, type Trail } from "./changes.ts";
import type { OrderTerms } from "./messages.ts";
import type { Limit, RiskState } from "./state.ts";

export function contentOf(terms: Omit<OrderTerms, "body" | "clientOrderId">): string {
  const { symbol, strategy, side, type, qty, price, stopPrice, replaces } = terms;
  const numbers = `${bareDecimal(qty)}|${bareDecimal(price ?? "")}|${bareDecimal(stopPrice ?? "")}`;
  return `${symbol}|${strategy}|${side}|${type}|${numbers}|${replaces ?? ""}`;
}

/** Without room it is not noted: until there is some, whatever is new may be a duplicate. */
export function noteContent({ contents }: RiskState, content: string, at: number, trail?: Trail): void {
  const last = contents.get(content);
  if (last === undefined && contents.size >= ORDER_CONTENTS_MAX) return;
  put(contents, content, Math.max(last ?? 0, at), trail);
}

/** How many orders of the content were accepted within `windowMs`: none, or one at least. Undefined where nobody can know. */
export function duplicatesAt(
  { contents }: RiskState,
  content: string,
  windowMs: number,
  at: number,
): 0 | 1 | undefined {
  const last = contents.get(content);
  if (last === undefined) return contents.size >= ORDER_CONTENTS_MAX ? undefined : 0;
  return at - last < windowMs ? 1 : 0;
}

/** The longest window that a limit of the set looks back over. */
export function contentsWindow(limits: readonly Limit[]): number {
  let longest = 0;
  for (const { kind, threshold } of limits)
    if (kind === "duplicate-order" && Number(threshold) > longest) longest = Number(threshold);
  return longest;
}

/** Those that no limit looks back to any more, and when the next of the others is. */
export function spentContents(
  { contents, limits }: RiskState,
  at: number,
): { readonly spent: readonly string[]; readonly nextAt: number } {
  const windowMs = contentsWindow(limits.limits);
  const spent: string[] = [];
  let nextAt = Number.POSITIVE_INFINITY;
  for (const [content, last] of contents) {
    if (at - last >= windowMs) spent.push(content);
    else nextAt = Math.min(nextAt, last + windowMs);
  }
  return { spent, nextAt };
}
