/** What each check says of an order, in one sentence. */
import { BUILT_IN_CODES, type BuiltInCode } from "../../src/domain/check-codes.ts";
import { LIMIT_KINDS, type LimitKind } from "../../src/domain/limit.ts";
import type { CheckRow } from "./check-rows.ts";
import type { MissingReason } from "./checks/measure.ts";
import { isOfBuiltIn } from "./decision-record.ts";

/** What a limit measures, as the subject of a sentence. */
const MEASURED: Readonly<Record<LimitKind, string>> = {
  "max-order-qty": "The order's quantity",
  "max-order-notional": "The order's value",
  "max-position-qty": "The position, with all that works filled,",
  "max-position-notional": "The position's value, with all that works filled,",
  "max-long-notional": "The value of what is long",
  "max-short-notional": "The value of what is short",
  "max-gross-exposure": "Gross exposure",
  "max-net-exposure": "Net exposure",
  "max-leverage": "Gross exposure in multiples of equity",
  "max-working-orders": "The count of working orders",
  "max-order-rate": "The count of orders accepted in the window",
  "max-message-rate": "The count of orders and replacements that came in the window",
  "max-daily-orders": "The count of orders accepted on this trading day",
  "max-daily-trades": "The count of fills of this trading day",
  "max-daily-turnover": "What is traded and working on this trading day",
  "price-collar": "The distance of the price from the reference, in basis points,",
  "price-collar-period": "The distance of the price from the window's best, in basis points,",
  "max-price-age": "The age of the price, in milliseconds,",
  "duplicate-order": "The count of orders of the same content in the window",
  "repeated-execution": "The count of executions in the window",
  "restricted-list": "The symbol's place on the restricted list",
  "max-weight": "The symbol's share of gross, in percent,",
  "max-top-weight": "The largest symbols' share of gross, in percent,",
  "max-concentration": "The sum of squared shares of gross",
  "max-factor-exposure": "The exposure to the factor",
  "max-beta-exposure": "The exposure to the market, in percent of equity,",
  "max-correlation": "The correlation with the rest of the book",
  "max-cluster-gross": "Gross of what moves with the symbol",
  "max-adv-participation": "The order's share of a day's volume, in percent,",
  "max-volume-participation": "The order's share of an interval's volume, in percent,",
  "max-spread": "The spread, in basis points,",
  "max-days-to-liquidate": "The days that it takes to be out",
  "max-impact": "The estimated impact, in basis points,",
  "max-margin-use": "Initial margin, in percent of equity,",
  "max-var": "Value at risk",
  "max-daily-loss": "The loss of this trading day",
  "max-drawdown": "Equity's distance from its peak, in percent,",
  "self-match": "The quantity that would trade with the account's own orders",
  "reduce-only": "The quantity that would open",
};

/** What a check without a limit says when it fails; it passes where that is not so. */
const FAILING: Readonly<Record<BuiltInCode, string>> = {
  "account-unknown": "There is no such account.",
  "order-id-reused": "The id was used by another order.",
  overloaded: "The shard has no room for it.",
  "no-limits": "The account has no limits, so nothing may be opened.",
  "state-killed": "Trading is killed.",
  "state-halted": "Trading is halted.",
  "state-reducing": "Only what closes is let through, and this opens.",
  "parent-away":
    "Nothing has been heard of the account's parent for too long, so only what closes is let through.",
  "strategy-unknown": "The account has no open strategy of this id.",
  "strategy-inactive": "The strategy takes no such orders in its state.",
  "instrument-unknown": "The instrument is not known.",
  "fx-missing": "No rate leads from its currency to the account's.",
  "instrument-halted": "The instrument is not traded now.",
  "off-tick": "The price does not lie on the instrument's grid.",
  "off-lot": "The quantity does not lie on the instrument's grid.",
  "below-min": "It is smaller than the instrument allows.",
  "above-max": "It is larger than the instrument allows.",
  "price-missing": "There is no price to value it by.",
  "price-invalid": "Its price values nothing.",
  "price-stale": "The price is too old.",
  warming: "Something else that is held has no price yet.",
  "replaces-invalid": "What it would replace cannot be replaced by it.",
  "reduce-only": "It says that it only closes, and would open.",
};

const REASONS: Readonly<Record<MissingReason, string>> = {
  "class-missing": "reference data does not say which class the instrument is of",
  "liquidity-missing": "the symbol's liquidity is not known",
  "liquidity-stale": "the symbol's liquidity is too old",
  "quote-missing": "there is no quote",
  "quote-stale": "the quote is too old",
  "reference-missing": "there is no reference price",
  "reference-stale": "the reference price is too old",
  "returns-missing": "too few returns are known",
  "factor-missing": "a symbol has no loading on the factor",
  "beta-missing": "a symbol has no beta",
  "no-equity": "the account has no equity",
  "history-full": "no more history can be kept",
  "sums-missing": "something that is held cannot be summed",
  "rate-missing": "a rate is missing",
  slowed: "so much of the limit is used that one order a second is let through",
  tripped: "it is tripped, until a person releases it",
  "day-start-missing": "it is not known how the day began, or what is held has no price",
  "returns-partial": "some of the bars are late or missing",
  "parent-away": "nothing has been heard of the account's parent for too long",
  "peak-missing": "the peak is not known, or what is held has no price",
};

export function sentenceOf(row: CheckRow): string {
  const [code, , , verdict] = row;
  const isOfLimit = !(isBuiltIn(code) && isOfBuiltIn(row, code));
  if (isLimit(code) && isOfLimit) return limitSentence(code, row);
  if (verdict === "s") return "Not looked at: another check fails before it.";
  if (verdict === "p" || !isBuiltIn(code)) return "In order.";
  if (verdict === "w") return "Only what closes is let through: the order is cut to that.";
  return FAILING[code];
}

function limitSentence(
  kind: LimitKind,
  [, scope, id, verdict, limit, observed, projected, reason]: CheckRow,
): string {
  const { whose, heldText } = whoseLimit(scope, id);
  const what = `${MEASURED[kind]} ${whose}`.replace(/,( of .*)$/, "$1,");
  if (reason !== undefined && projected === null) {
    const end =
      verdict === "w" ? "it is let through, since it closes or the limit only warns" : "so it fails";
    return `${what} cannot be measured: ${REASONS[reason]}; ${end}.`;
  }
  if (limit === null || projected === null)
    return `${what} is not measured: another check fails, or nothing is there to measure.`;
  const lack = reason === undefined ? "" : ` (${REASONS[reason]})`;
  const numbers = `${what} is ${projected} with the order, ${observed} before it${lack}`;
  if (verdict === "f") return `${numbers}: more than ${limit}${heldText ?? ""}.`;
  if (verdict === "p") return `${numbers}: at most ${limit}${heldText ?? " is allowed"}.`;
  return `${numbers}: near ${limit} or above it, and let through, since it closes or the limit only warns.`;
}

/** Of one that is inherited the account goes by what it holds of it. */
function whoseLimit(
  scope: CheckRow[1],
  id: string | null,
): { readonly whose: string; readonly heldText?: string } {
  if (scope === "account") return { whose: "of the account" };
  if (scope === "firm" || scope === "desk")
    return { whose: "of the account", heldText: `, which it holds of the limit of ${scope} ${id}` };
  return { whose: `of ${scope}${id === null ? "" : ` ${id}`}` };
}

const isLimit = (code: string): code is LimitKind => LIMIT_KINDS.some((kind) => kind === code);
const isBuiltIn = (code: string): code is BuiltInCode => BUILT_IN_CODES.some((one) => one === code);

/** The decision as a whole. */
export function summaryOf(
  decision: "accept" | "reduce" | "reject",
  {
    qty,
    allowedQty,
    code,
  }: { readonly qty: string; readonly allowedQty: string; readonly code: string | null },
): string {
  if (decision === "accept") return `All ${qty} are accepted: no check fails.`;
  if (decision === "reduce") return `${allowedQty} of ${qty} are accepted: with more, ${code} fails.`;
  return `Rejected: ${code} fails, and it is the first of those that do.`;
}
