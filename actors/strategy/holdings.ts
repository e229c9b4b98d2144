/**
 * What a strategy holds and what that comes to. Everything is a sum over legs, kept in their currencies, so a change of one leg is an
 * addition and one conversion, and can be taken back exactly.
 */
import { assert } from "../../src/domain/assert.ts";
import type { Position } from "../../src/domain/position.ts";
import { PRICE_AGE_MS_MAX } from "../../src/domain/price.ts";
import { type Contract, gainOf, isInverse, isPriceable, valueOf, worthAt } from "../../src/domain/worth.ts";
import type { HoldingAmounts } from "../../src/quant/money/holding.ts";
import {
  type Amounts,
  addTo,
  type CurrencySums,
  copyOfSums,
  HOME,
  isRateMissing,
  isRateStale,
  isSomething,
  isUnsure,
  nothing,
  type RateSource,
  rateAt,
  setRate,
  sumsIn,
} from "./currency-sums.ts";
import type { Mark } from "./moment.ts";

/** What does not change of a leg. */
export type LegTerms = Contract & {
  readonly symbol: string;
  /** `HOME` where it is the account's. */
  readonly currency: string;
  /** Its prices are not heard. */
  readonly overBound: boolean;
};

/** Money in the leg's currency. */
export type LegFold = LegTerms & {
  sums: CurrencySums;
  /** The currencies that its price leads from. */
  rates: readonly RateSource[];
  qty: bigint;
  cost: bigint;
  realised: bigint;
  fees: bigint;
  funding: bigint;
  mark: Mark | undefined;
  /** What the leg adds to the sums of its currency: nothing while it has no mark. */
  unrealised: bigint;
  gross: bigint;
};

export type LegFlags = { staleLegs: readonly string[]; missingLegs: readonly string[] };

/** The amounts are in the account's currency, with what legs left behind that are no longer there. */
export type Holdings = Amounts & {
  readonly legs: Map<string, LegFold>;
  readonly currencies: Map<string, CurrencySums>;
  sources: readonly RateSource[];
  /** Held legs, and currencies, of which not every change arrives: marked between bid and ask, or over the bound. */
  unsure: number;
};

export const emptyHoldings = (): Holdings => ({
  legs: new Map(),
  currencies: new Map([[HOME, sumsIn(HOME)]]),
  sources: [],
  ...nothing(),
  unsure: 0,
});

export const totalOf = ({ realised, unrealised, fees, funding }: Omit<Amounts, "gross">): bigint =>
  realised + unrealised - fees + funding;

export function copyOfHoldings(holdings: Holdings): Holdings {
  const currencies = new Map([...holdings.currencies].map(([name, sums]) => [name, copyOfSums(sums)]));
  const legs = [...holdings.legs].map(([symbol, leg]) => {
    const sums = currencies.get(leg.currency);
    assert(sums !== undefined, "a leg's currency has sums");
    return [symbol, { ...leg, sums }] as const;
  });
  return { ...holdings, currencies, legs: new Map(legs) };
}

export function addLeg(holdings: Holdings, terms: LegTerms): void {
  const { symbol, currency } = terms;
  assert(!holdings.legs.has(symbol), "a leg is met once");
  const held = { qty: 0n, cost: 0n, realised: 0n, fees: 0n, funding: 0n, unrealised: 0n, gross: 0n };
  const rates = holdings.sources.filter((source) => source.symbol === symbol);
  holdings.legs.set(symbol, { ...terms, sums: sumsOf(holdings, currency), rates, ...held, mark: undefined });
}

/** A leg that is gone leaves what it made; a currency of which nothing is left goes with it. */
export function removeLeg(holdings: Holdings, symbol: string): void {
  const { sums } = legOf(holdings, symbol);
  holdings.legs.delete(symbol);
  if (sums.isHome || isSomething(sums.own)) return;
  if (![...holdings.legs.values()].some((leg) => leg.sums === sums))
    holdings.currencies.delete(sums.currency);
}

/** From which symbols the rates come, whatever came before. */
export function setSources(holdings: Holdings, sources: readonly RateSource[]): void {
  holdings.sources = sources;
  for (const leg of holdings.legs.values()) leg.rates = sources.filter(({ symbol }) => symbol === leg.symbol);
  for (const sums of holdings.currencies.values()) findRate(holdings, sums);
}

export function addChange(holdings: Holdings, leg: LegFold, change: HoldingAmounts): void {
  leg.realised += change.realised;
  leg.fees += change.fees;
  leg.funding += change.funding;
  addTo(holdings, leg.sums, "realised", change.realised);
  addTo(holdings, leg.sums, "fees", change.fees);
  addTo(holdings, leg.sums, "funding", change.funding);
  revalue(holdings, leg, leg.qty + change.qty, leg.cost + change.cost, leg.mark);
}

export function setMark(holdings: Holdings, leg: LegFold, mark: Mark | undefined): void {
  revalue(holdings, leg, leg.qty, leg.cost, mark);
  for (const source of leg.rates) {
    const sums = holdings.currencies.get(source.currency);
    if (sums === undefined) continue;
    setRate(holdings, sums, rateAt(mark, source));
    countSums(holdings, sums);
  }
}

export function legOf(holdings: Pick<Holdings, "legs">, symbol: string): LegFold {
  const leg = holdings.legs.get(symbol);
  assert(leg !== undefined, "a moment is of a leg");
  return leg;
}

/** A position at average cost, as sums say it. */
export const positionOf = ({ qty, cost, realised, fees, funding }: HoldingAmounts): Position =>
  // SAFETY: sums of money.
  ({ qty, cost: qty < 0n ? -cost : cost, realised, fees, funding }) as Position;

/** A symbol that only led to a rate is traded from now on. */
export function becomeLeg(holdings: Holdings, terms: LegTerms): void {
  const leg = legOf(holdings, terms.symbol);
  Object.assign(leg, terms, { sums: sumsOf(holdings, terms.currency) });
}

/** Held legs without a price or a rate, and those whose price or rate is too old at `at`. */
export function flagsAt({ legs }: Pick<Holdings, "legs">, at: number): LegFlags {
  const staleLegs: string[] = [];
  const missingLegs: string[] = [];
  for (const leg of legs.values()) {
    const flag = flagOf(leg, at);
    if (flag === "missing") missingLegs.push(leg.symbol);
    if (flag === "stale") staleLegs.push(leg.symbol);
  }
  return { staleLegs: staleLegs.sort(), missingLegs: missingLegs.sort() };
}

/** What a leg has made counts nothing either while its currency has no rate. */
export function flagOf(leg: LegFold, at: number): "missing" | "stale" | undefined {
  const { qty, mark, sums } = leg;
  if (isRateMissing(sums) && hasTraded(leg)) return "missing";
  if (qty === 0n) return undefined;
  if (mark === undefined || !isPriceable(leg, mark.halves)) return "missing";
  return at - mark.pricedAt > PRICE_AGE_MS_MAX || isRateStale(sums, at) ? "stale" : undefined;
}

export const hasTraded = ({ qty, realised, fees, funding }: LegFold): boolean =>
  qty !== 0n || realised !== 0n || fees !== 0n || funding !== 0n;

/** Signed as the quantity; undefined where the contract has no value at this price. */
export function valueAt(contract: Contract, qty: bigint, { halves, over }: Mark): bigint | undefined {
  const worth = worthAt(contract, halves);
  if (worth === undefined || over === undefined) return worth && valueOf(qty, worth);
  const { times, over: parts } = worth;
  return valueOf(
    qty,
    isInverse(contract) ? { times: times * over, over: parts } : { times, over: parts * over },
  );
}

/** Whether the price of this leg changes what other legs are worth. */
export const leadsToMoney = ({ currencies }: Holdings, { rates }: LegFold): boolean =>
  rates.some(({ currency }) => {
    const sums = currencies.get(currency);
    return sums !== undefined && isSomething(sums.own);
  });

function revalue(holdings: Holdings, leg: LegFold, qty: bigint, cost: bigint, mark: Mark | undefined): void {
  if (isLegUnsure(leg)) holdings.unsure -= 1;
  leg.qty = qty;
  leg.cost = cost;
  leg.mark = mark;
  const value = mark === undefined ? undefined : valueAt(leg, qty, mark);
  const unrealised = value === undefined ? 0n : gainOf(leg, value, cost);
  const gross = value === undefined ? 0n : magnitude(value);
  addTo(holdings, leg.sums, "unrealised", unrealised - leg.unrealised);
  addTo(holdings, leg.sums, "gross", gross - leg.gross);
  leg.unrealised = unrealised;
  leg.gross = gross;
  if (isLegUnsure(leg)) holdings.unsure += 1;
  countSums(holdings, leg.sums);
}

function countSums(holdings: Holdings, sums: CurrencySums): void {
  const unsure = isUnsure(sums);
  if (unsure === sums.unsure) return;
  holdings.unsure += unsure ? 1 : -1;
  sums.unsure = unsure;
}

/** Found, or made. */
export function sumsOf(holdings: Holdings, currency: string): CurrencySums {
  const present = holdings.currencies.get(currency);
  if (present !== undefined) return present;
  const sums = sumsIn(currency);
  holdings.currencies.set(currency, sums);
  findRate(holdings, sums);
  return sums;
}

function findRate(holdings: Holdings, sums: CurrencySums): void {
  const source = holdings.sources.find(({ currency }) => currency === sums.currency);
  const mark = source === undefined ? undefined : holdings.legs.get(source.symbol)?.mark;
  setRate(holdings, sums, source === undefined ? undefined : rateAt(mark, source));
  countSums(holdings, sums);
}

const isLegUnsure = ({ qty, mark, overBound }: LegFold): boolean =>
  qty !== 0n && (overBound || mark?.source === "mid");
const magnitude = (value: bigint): bigint => (value < 0n ? -value : value);
