/** What an account uses of the budgets above it, and what orders may use of them at the most before anybody has decided them. */
import { scaledInteger } from "../../src/domain/decimal.ts";
import type { Instrument } from "../../src/domain/instrument.ts";
import { valueOf, type Worth } from "../../src/domain/worth.ts";
import { amountOf, amountsBy, least } from "../runtime/escrow/amounts.ts";
import type { Amounts } from "../runtime/escrow/messages.ts";
import { tradedOf } from "./checks/max-daily-turnover.ts";
import { accountWorth, fxOf } from "./fx.ts";
import { isWhole, lossFound, observedLoss } from "./losses.ts";
import type { OrderTerms } from "./messages.ts";
import type { Above } from "./parent-records.ts";
import { countAt, rateKey } from "./rates.ts";
import type { Limit, Quota, RiskState } from "./state.ts";
import { usableMark } from "./valuation.ts";

export type QuotaLimit = Limit & { readonly quota: Quota };

const QUOTA_LIMITS = new WeakMap<readonly Limit[], readonly QuotaLimit[]>();

/** Those of a set that are inherited, found once for each set. */
export function quotaLimits(limits: readonly Limit[]): readonly QuotaLimit[] {
  const known = QUOTA_LIMITS.get(limits);
  if (known !== undefined) return known;
  const found = limits.filter((limit): limit is QuotaLimit => limit.quota !== undefined);
  QUOTA_LIMITS.set(limits, found);
  return found;
}

/** By budget. Of what cannot be known now nothing that is held is free. */
export function usesOf(state: RiskState, held: Amounts, at: number): Amounts {
  const uses: Record<string, bigint> = {};
  for (const limit of quotaLimits(state.limits.limits)) {
    const use = useOf(state, limit, held, at);
    if (use > 0n) uses[limit.quota.budget] = use;
  }
  return uses;
}

/** Up to how much orders may use: what is held, and of what is granted above its limit no more than is used. */
export function usableOf(state: RiskState, { held, over }: Above, at: number): Amounts {
  if (over === undefined) return held;
  const uses = usesOf(state, held, at);
  return amountsBy(Object.keys(held), (budget) =>
    over.includes(budget) ? least(amountOf(held, budget), amountOf(uses, budget)) : amountOf(held, budget),
  );
}

export function useOf(state: RiskState, limit: QuotaLimit, held: Amounts, at: number): bigint {
  const all = amountOf(held, limit.quota.budget);
  switch (limit.kind) {
    case "max-order-rate":
      return BigInt(countAt(state.rates.get(rateKey(limit, NOBODY)), limit.windowMs ?? 0, at));
    case "max-daily-turnover":
      return tradedOf({ state, scope: "account", member: "", at }) ?? all;
    case "max-daily-loss": {
      const found = lossFound(state, limit, "");
      return found === undefined ? all : observedLoss(limit.kind, found);
    }
    default: {
      const use = exposureIn(state, limit);
      // What has no price yet counts nothing in the sums.
      return isWhole(state) || use > all ? use : all;
    }
  }
}

/** What is known of a use; not whole where something has no price. */
export type KnownUse = { readonly known: bigint; readonly isWhole: boolean };

/** What has been counted needs no price any more. */
const COUNTED: ReadonlySet<string> = new Set(["max-order-rate", "max-daily-turnover"]);

/** By budget. */
export function knownUses(state: RiskState, at: number): ReadonlyMap<string, KnownUse> {
  const uses = new Map<string, KnownUse>();
  for (const limit of quotaLimits(state.limits.limits)) {
    const known = useOf(state, limit, {}, at);
    uses.set(limit.quota.budget, { known, isWhole: COUNTED.has(limit.kind) || isWhole(state) });
  }
  return uses;
}

/** Budgets of which not all that is used is known. */
export function unknownUses(state: RiskState, at: number): readonly string[] {
  const unknown = quotaLimits(state.limits.limits).filter((limit) => !isKnown(state, limit, at));
  return unknown.map(({ quota }) => quota.budget);
}

function isKnown(state: RiskState, limit: QuotaLimit, at: number): boolean {
  switch (limit.kind) {
    case "max-order-rate":
      return true;
    case "max-daily-turnover":
      return tradedOf({ state, scope: "account", member: "", at }) !== undefined;
    case "max-daily-loss":
      return lossFound(state, limit, "") !== undefined;
    default:
      return isWhole(state);
  }
}

const NOBODY = { symbol: "", strategy: "" };

function exposureIn({ totals }: RiskState, { kind, quota }: QuotaLimit): bigint {
  switch (kind) {
    case "max-gross-exposure":
      return totals.gross;
    case "max-long-notional":
      return totals.long;
    case "max-short-notional":
      return totals.short;
    default: {
      if (quota.isBySymbol === true) return quota.half === "short" ? totals.short : totals.long;
      const half = quota.half === "short" ? -totals.low : totals.high;
      return half > 0n ? half : 0n;
    }
  }
}

/** What some orders come to, whatever becomes of each of them: exposures at the mark, and what they may be traded for at the most. */
export type Demand = {
  readonly orders: number;
  readonly bought: bigint;
  readonly sold: bigint;
  readonly traded: bigint;
};
export const NO_DEMAND: Demand = { orders: 0, bought: 0n, sold: 0n, traded: 0n };

export const plus = (one: Demand, other: Demand): Demand => ({
  orders: one.orders + other.orders,
  bought: one.bought + other.bought,
  sold: one.sold + other.sold,
  traded: one.traded + other.traded,
});
export const minus = (one: Demand, other: Demand): Demand => ({
  orders: one.orders - other.orders,
  bought: one.bought - other.bought,
  sold: one.sold - other.sold,
  traded: one.traded - other.traded,
});

export function demandOf(state: RiskState, orders: readonly OrderTerms[]): Demand {
  let [bought, sold, traded] = [0n, 0n, 0n];
  for (const terms of orders) {
    const { marked, most } = valuesOf(state, terms);
    if (terms.side === "buy") bought += marked;
    else sold += marked;
    traded += most;
  }
  return { orders: orders.length, bought, sold, traded };
}

/** Of one limit's budget. A loss is moved by no order, but some of it has to be left. */
export function wantedOf({ kind, quota }: QuotaLimit, { orders, bought, sold, traded }: Demand): bigint {
  switch (kind) {
    case "max-order-rate":
      return BigInt(orders);
    case "max-daily-loss":
      return orders > 0 ? 1n : 0n;
    case "max-daily-turnover":
      return traded;
    case "max-long-notional":
      return bought;
    case "max-short-notional":
      return sold;
    case "max-net-exposure":
      return quota.half === "short" ? sold : bought;
    default:
      return bought + sold;
  }
}

/** By budget. Of a loss only where none is left: what orders do not use up is not to be kept from others who have lost more. */
export function wantsOf(state: RiskState, demand: Demand, at: number): Amounts {
  const wants: Record<string, bigint> = {};
  const held = state.above?.held ?? {};
  for (const limit of quotaLimits(state.limits.limits)) {
    const isLeft = () => useOf(state, limit, held, at) < amountOf(held, limit.quota.budget);
    const wanted = limit.kind === "max-daily-loss" && isLeft() ? 0n : wantedOf(limit, demand);
    if (wanted > 0n) wants[limit.quota.budget] = wanted;
  }
  return wants;
}

const WORTHLESS = { marked: 0n, most: 0n };

/**
 * At the mark, by which exposures count, and at the price of those that it may be valued at by which it is worth most. More than it comes to
 * must not be asked for: where there is just enough of a limit, that would be more than there is.
 */
function valuesOf(state: RiskState, terms: OrderTerms): typeof WORTHLESS {
  const instrument = state.instruments.get(terms.symbol);
  if (instrument === undefined) return WORTHLESS;
  const qty = scaledInteger(terms.qty, instrument.sizeScale);
  const fx = fxOf(state, instrument.currency);
  if (!qty.ok || fx === undefined) return WORTHLESS;
  const valueAt = (doubled: bigint): bigint => {
    const worth = accountWorth(instrument, doubled, fx);
    return worth === undefined ? 0n : valueOf(BigInt(qty.value), worth) + roundedBy(worth);
  };
  let most = 0n;
  for (const price of pricesFor(state, instrument, terms)) {
    const value = valueAt(2n * BigInt(price));
    if (value > most) most = value;
  }
  const { doubled } = usableMark(state.marks.get(terms.symbol));
  return { marked: doubled === undefined ? most : valueAt(BigInt(doubled)), most };
}

/** At most: of a value that is cut or rounded at each end of the line that it changes. At a price, in the account's own currency, none is. */
const roundedBy = ({ times, over }: Worth): bigint => (over === 2n && times % 2n === 0n ? 0n : 2n);

function pricesFor({ marks }: RiskState, { priceScale }: Instrument, terms: OrderTerms): number[] {
  const { last, bid, ask } = usableMark(marks.get(terms.symbol));
  const prices = [last, bid, ask].flatMap((part) => part?.price ?? []);
  for (const text of [terms.price, terms.stopPrice]) {
    const price = text === undefined ? undefined : scaledInteger(text, priceScale);
    if (price?.ok) prices.push(price.value);
  }
  return prices;
}
