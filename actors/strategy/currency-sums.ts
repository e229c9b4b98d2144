/**
 * What legs of one currency come to, in that currency and in the account's. Money is kept in its own currency, exactly; each of its sums is
 * converted by itself, so that a change of a rate costs a few divisions however many legs there are.
 */
import { PRICE_AGE_MS_MAX } from "../../src/domain/price.ts";
import { converted, type FxDirection, type FxRate } from "../../src/domain/worth.ts";
import type { Mark } from "./moment.ts";

export type Amounts = { realised: bigint; fees: bigint; funding: bigint; unrealised: bigint; gross: bigint };

/** How a symbol's price leads from a currency to the account's. */
export type RateSource = {
  readonly currency: string;
  readonly symbol: string;
  readonly priceScale: number;
  readonly direction: FxDirection;
};

/** A currency's rate, with how it is known. */
export type Rate = FxRate & Pick<Mark, "source" | "pricedAt">;

export type CurrencySums = {
  readonly currency: string;
  readonly own: Amounts;
  /** The same in the account's currency: nothing while no rate is known. Of the account's own currency it is what its own sums are. */
  readonly worth: Amounts;
  /** Undefined for the account's own currency, and where none is known. */
  rate: Rate | undefined;
  /** Counted among what not every change arrives of. */
  unsure: boolean;
  readonly isHome: boolean;
};

/** The account's own currency, whatever it is called. */
export const HOME = "";

export const nothing = (): Amounts => ({ realised: 0n, fees: 0n, funding: 0n, unrealised: 0n, gross: 0n });

export function sumsIn(currency: string): CurrencySums {
  const own = nothing();
  const isHome = currency === HOME;
  return { currency, own, worth: isHome ? own : nothing(), rate: undefined, unsure: false, isHome };
}

export const copyOfSums = (sums: CurrencySums): CurrencySums => {
  const own = { ...sums.own };
  return { ...sums, own, worth: sums.isHome ? own : { ...sums.worth } };
};

/** Adds to one of its sums, and to that of all currencies. */
export function addTo(total: Amounts, sums: CurrencySums, name: keyof Amounts, amount: bigint): void {
  if (amount === 0n) return;
  sums.own[name] += amount;
  if (sums.isHome) total[name] += amount;
  else convertAgain(total, sums, name);
}

export function setRate(total: Amounts, sums: CurrencySums, rate: Rate | undefined): void {
  const isAsBefore = sums.rate?.times === rate?.times && sums.rate?.over === rate?.over;
  sums.rate = rate;
  if (!isAsBefore) for (const name of NAMES) convertAgain(total, sums, name);
}

/** Undefined where the mark says none: at a price of zero or below. */
export function rateAt(mark: Mark | undefined, { priceScale, direction }: RateSource): Rate | undefined {
  if (mark === undefined || mark.halves <= 0n) return undefined;
  const one = 2n * 10n ** BigInt(priceScale) * (mark.over ?? 1n);
  const { halves, source, pricedAt } = mark;
  const parts = direction === "multiply" ? { times: halves, over: one } : { times: one, over: halves };
  return { ...parts, source, pricedAt };
}

/** Money is there whose rate is marked between bid and ask: not every change of it arrives. */
export const isUnsure = ({ rate, own }: CurrencySums): boolean =>
  rate !== undefined && rate.source === "mid" && isSomething(own);

export const isRateMissing = ({ isHome, rate }: CurrencySums): boolean => !isHome && rate === undefined;

export const isRateStale = ({ rate }: CurrencySums, at: number): boolean =>
  rate !== undefined && at - rate.pricedAt > PRICE_AGE_MS_MAX;

export const isSomething = (amounts: Amounts): boolean => NAMES.some((name) => amounts[name] !== 0n);

const NAMES = ["realised", "fees", "funding", "unrealised", "gross"] as const;

function convertAgain(total: Amounts, { own, worth, rate }: CurrencySums, name: keyof Amounts): void {
  const now = rate === undefined ? 0n : converted(own[name], rate);
  total[name] += now - worth[name];
  worth[name] = now;
}
