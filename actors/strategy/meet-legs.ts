/** The symbols that news brings: legs, and what leads from their currencies to the account's. All of them are met before the news is folded. */
import { HOME, type RateSource } from "./currency-sums.ts";
import type { StrategyEvent } from "./events.ts";
import { LEGS_MAX } from "./limits.ts";
import type { LegInstrument, StrategyNews } from "./messages.ts";
import type { Profile, StrategyState } from "./state.ts";

/**
 * At the bound legs that are done with leave first. One for which there is no room even so is met all the same, since positions are the
 * account's: it is over the bound until it is flat and leaves.
 */
export function meetLegs(
  state: StrategyState,
  profile: Profile | undefined,
  news: readonly StrategyNews[],
): StrategyEvent[] {
  const brought = new Map(news.flatMap(legsOf).map((leg) => [leg.symbol, inHome(leg, profile)]));
  const met = [...brought.values()].filter((leg) => !state.legs.has(leg.symbol));
  const traded = [...brought.values()].filter((leg) => state.legs.get(leg.symbol)?.rateOnly === true);
  if (met.length === 0 && traded.length === 0 && profile?.fx === state.profile?.fx) return [];
  const sources = profile?.fx ?? [];
  const over = Math.max(0, state.legs.size + met.length - LEGS_MAX);
  const leaving = over === 0 ? [] : leavable(state, brought, sources).slice(0, over);
  const gone = new Set(leaving);
  const followed = [...state.legs.values()].filter(
    (leg) => !leg.overBound && !leg.rateOnly && !gone.has(leg.symbol),
  ).length;
  return [
    ...leaving.map((symbol) => ({ type: "leg-left" as const, symbol })),
    ...traded.map((leg) => ({ type: "rate-traded" as const, leg })),
    ...met.map((leg, index) => ({ type: "leg-met" as const, leg, overBound: followed + index >= LEGS_MAX })),
    ...ratesFor(state, sources, brought),
  ];
}

/** What no leg stands for and is needed to say what one is worth. */
function ratesFor(
  state: StrategyState,
  sources: readonly RateSource[],
  brought: ReadonlyMap<string, LegInstrument>,
): StrategyEvent[] {
  const currencies = new Set(state.timeline.tip.currencies.keys());
  for (const { currency } of brought.values()) currencies.add(currency ?? HOME);
  const missing = sources.filter(
    ({ symbol, currency }) => currencies.has(currency) && !state.legs.has(symbol) && !brought.has(symbol),
  );
  return [...new Map(missing.map((source) => [source.symbol, source])).values()].map((source) => ({
    type: "rate-met" as const,
    symbol: source.symbol,
    priceScale: source.priceScale,
  }));
}

function legsOf(news: StrategyNews): readonly LegInstrument[] {
  if (news.type === "strategy-closed") return [];
  if (news.type === "group-moved") return news.lines.map(({ leg }) => leg);
  return news.type === "fill-booked" || news.type === "holding-revised" ? [news.leg] : news.legs;
}

/** A leg in the account's currency names none. */
function inHome(leg: LegInstrument, profile: Profile | undefined): LegInstrument {
  if (leg.currency === undefined || leg.currency !== profile?.currency) return leg;
  const { currency: _own, ...rest } = leg;
  return rest;
}

/** Flat, no longer named, and without a moment that could still be folded again. */
function leavable(
  state: StrategyState,
  wanted: ReadonlyMap<string, unknown>,
  sources: readonly RateSource[],
): string[] {
  const busy = new Set(state.timeline.moments().map((moment) => moment.symbol));
  for (const { symbol } of sources) busy.add(symbol);
  return [...state.legs.values()]
    .filter((leg) => !leg.declared && !busy.has(leg.symbol) && !wanted.has(leg.symbol))
    .filter((leg) => state.timeline.tip.legs.get(leg.symbol)?.qty === 0n)
    .map((leg) => leg.symbol);
}
