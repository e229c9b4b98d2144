/** The rules: what news of the account, batches of prices and the first price of a leg mean for this strategy. */
import { assert, unreachable } from "../../src/domain/assert.ts";
import { parseMoney } from "../../src/domain/money.ts";
import { signOf } from "../../src/domain/order.ts";
import { afterFill, FLAT, type Position } from "../../src/domain/position.ts";
import type { StrategyEvent } from "./events.ts";
import type { LegFold } from "./fold.ts";
import { LEGS_MAX } from "./limits.ts";
import type { LegInstrument, StrategyNews } from "./messages.ts";
import type { HoldingChange } from "./moment.ts";
import { placed } from "./placing.ts";
import type { StrategyState } from "./state.ts";

type FillNews = Extract<StrategyNews, { type: "fill-booked" }>;

/** Its legs have been met. */
export function decideNews(state: StrategyState, news: StrategyNews): StrategyEvent {
  switch (news.type) {
    case "strategy-opened": {
      const { account, name, tags, currency, legs } = news;
      const profile = { account, name, tags, currency, openedAt: news.at };
      return { type: "profile-set", profile, legs };
    }
    case "strategy-amended": {
      const { name, tags, legs } = news;
      assert(state.profile !== undefined, "a strategy is opened before it is amended");
      return { type: "profile-set", profile: { ...state.profile, name, tags }, legs };
    }
    case "strategy-closed": {
      assert(state.profile !== undefined, "a strategy is opened before it is closed");
      return { type: "profile-set", profile: { ...state.profile, closedAt: news.at }, legs: [] };
    }
    case "fill-booked":
      return bookFill(state, news);
    default:
      return unreachable(news);
  }
}

/**
 * The legs that a batch of news brings, all of them beforehand, since half a batch cannot be taken. At the bound those that are done
 * with leave first; undefined where there is no room even so.
 */
export function meetLegs(state: StrategyState, news: readonly StrategyNews[]): StrategyEvent[] | undefined {
  const brought = new Map(news.flatMap(legsOf).map((leg) => [leg.symbol, leg]));
  const met = [...brought.values()].filter((leg) => !state.legs.has(leg.symbol));
  const over = state.legs.size + met.length - LEGS_MAX;
  const leaving = over > 0 ? leavable(state, brought) : [];
  if (leaving.length < over) return undefined;
  return [
    ...leaving.slice(0, Math.max(0, over)).map((symbol) => ({ type: "leg-left" as const, symbol })),
    ...met.map((leg) => ({ type: "leg-met" as const, leg })),
  ];
}

/** A position at average cost, as the sums of a leg say it. */
export function positionOf(leg: LegFold | undefined): Position {
  if (leg === undefined) return FLAT;
  const { qty, cost, realised, fees } = leg;
  // SAFETY: the sums of a leg are sums of money.
  return { qty, cost: qty < 0n ? -cost : cost, realised, fees } as Position;
}

function legsOf(news: StrategyNews): readonly LegInstrument[] {
  if (news.type === "strategy-closed") return [];
  return news.type === "fill-booked" ? [news.leg] : news.legs;
}

/** Flat, no longer named, and without a moment that could still be folded again. */
function leavable(state: StrategyState, wanted: ReadonlyMap<string, unknown>): string[] {
  const busy = new Set(state.timeline.moments().map((moment) => moment.symbol));
  return [...state.legs.values()]
    .filter((leg) => !leg.declared && !busy.has(leg.symbol) && !wanted.has(leg.symbol))
    .filter((leg) => state.timeline.tip.legs.get(leg.symbol)?.qty === 0n)
    .map((leg) => leg.symbol);
}

/** What a leg held on opening counts from the start; opened later, from where the strategy's event time is, whatever the clock says. */
function bookFill(state: StrategyState, news: FillNews): StrategyEvent {
  const { symbol } = news.leg;
  const change = changeBy(positionOf(state.timeline.tip.legs.get(symbol)), news);
  const order = state.nextOrder;
  if (!news.opening) return heard(state, { kind: "fill", ts: news.ts, symbol, order, change });
  const eventTime = state.priceTime;
  if (eventTime === undefined) return { type: "start-held", symbol, change };
  return heard(state, { kind: "opening", ts: eventTime, symbol, order, change });
}

function heard(state: StrategyState, fill: Parameters<typeof placed>[1]): StrategyEvent {
  const { moment, span } = placed(state, fill);
  const late = span === undefined ? 0 : 1;
  return { type: "moments-heard", moments: [moment], spans: span === undefined ? [] : [span], late };
}

/** Fills are booked in the account's order; what each of them changes is a sum that counts from its own time on. */
function changeBy(held: Position, { leg, side, qty, price, fee }: FillNews): HoldingChange {
  const amount = parseMoney(fee);
  assert(amount.ok, "a fee is decimal text");
  const signed = BigInt(signOf(side)) * BigInt(qty);
  const after = afterFill(
    held,
    { qty: signed, price, fee: amount.value },
    { notionalUnit: BigInt(leg.notionalUnit) },
  );
  return {
    qty: signed,
    cost: signedCost(after) - signedCost(held),
    realised: after.realised - held.realised,
    fees: after.fees - held.fees,
  };
}

const signedCost = ({ qty, cost }: Position): bigint => (qty < 0n ? -cost : cost);
