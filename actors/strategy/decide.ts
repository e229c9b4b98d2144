/** The rules: what news of the account, batches of prices and the first price of a leg mean for this strategy. */
import { unreachable } from "../../src/domain/assert.ts";
import { type Money, parseMoney } from "../../src/domain/money.ts";
import { signOf } from "../../src/domain/order.ts";
import { afterFill, FLAT, type Position } from "../../src/domain/position.ts";
import type { StrategyEvent } from "./events.ts";
import type { LegFold } from "./fold.ts";
import { LEGS_MAX } from "./limits.ts";
import type { DeclaredLeg, LegInstrument, StrategyNews, Told } from "./messages.ts";
import type { HoldingChange } from "./moment.ts";
import { placed } from "./placing.ts";
import type { NamedLeg, Profile, StrategyState } from "./state.ts";

type FillNews = Extract<StrategyNews, { type: "fill-booked" }>;

/** What a batch of news means, and which of it means nothing. */
export type NewsDecision = {
  readonly events: readonly StrategyEvent[];
  readonly skipped: readonly Skipped[];
};
/** News that cannot be read or cannot be: passed over for good, so that nothing waits behind it. */
export type Skipped = { readonly seq: number; readonly kind: string; readonly reason: string };

/** How far a batch has been decided; nothing of it is folded yet. */
type Draft = {
  readonly state: StrategyState;
  profile: Profile | undefined;
  readonly held: Map<string, Position>;
  order: number;
};

export function decideNews(state: StrategyState, told: readonly Told[]): NewsDecision {
  const draft: Draft = { state, profile: state.profile, held: new Map(), order: state.nextOrder };
  const events: StrategyEvent[] = [];
  const taken: StrategyNews[] = [];
  const skipped: Skipped[] = [];
  for (const { seq, kind, ...item } of told) {
    const decided = "news" in item ? decideOne(draft, item.news) : item;
    if ("reason" in decided) skipped.push({ seq, kind, reason: decided.reason });
    else events.push(decided);
    if ("news" in item && !("reason" in decided)) taken.push(item.news);
  }
  const met = meetLegs(state, taken);
  const count = skipped.length;
  const passedOver = count === 0 ? [] : [{ type: "news-skipped" as const, count }];
  return { events: [...met, ...events, ...passedOver], skipped };
}

/** The draft moves on only with news that can be. */
function decideOne(draft: Draft, news: StrategyNews): StrategyEvent | { readonly reason: string } {
  switch (news.type) {
    case "strategy-opened": {
      const { account, name, tags, currency, legs, state } = news;
      const own = { named: legs.map(namedLeg), ...(state === undefined ? {} : { state }) };
      draft.profile = { account, name, tags, currency, openedAt: news.at, ...own };
      return { type: "profile-set", profile: draft.profile, legs };
    }
    case "strategy-amended": {
      const { name, tags, legs, state } = news;
      if (draft.profile === undefined) return { reason: "amended before it was opened" };
      const changed = { name, tags, named: legs.map(namedLeg), ...(state === undefined ? {} : { state }) };
      draft.profile = { ...draft.profile, ...changed };
      return { type: "profile-set", profile: draft.profile, legs };
    }
    case "strategy-closed":
      if (draft.profile === undefined) return { reason: "closed before it was opened" };
      draft.profile = { ...draft.profile, closedAt: news.at };
      return { type: "profile-set", profile: draft.profile, legs: [] };
    case "fill-booked": {
      const fee = parseMoney(news.fee);
      return fee.ok ? bookFill(draft, news, fee.value) : { reason: "a fee that is no amount" };
    }
    case "holding-revised":
      return { reason: "a revision, which is not followed yet" };
    default:
      return unreachable(news);
  }
}

/**
 * The legs that a batch of news brings, all of them beforehand. At the bound those that are done with leave first. A leg for which there
 * is no room even so is met all the same, since positions are the account's: it is over the bound until it is flat and leaves.
 */
function meetLegs(state: StrategyState, news: readonly StrategyNews[]): StrategyEvent[] {
  const brought = new Map(news.flatMap(legsOf).map((leg) => [leg.symbol, leg]));
  const met = [...brought.values()].filter((leg) => !state.legs.has(leg.symbol));
  if (met.length === 0) return [];
  const over = Math.max(0, state.legs.size + met.length - LEGS_MAX);
  const leaving = over === 0 ? [] : leavable(state, brought).slice(0, over);
  const gone = new Set(leaving);
  const followed = [...state.legs.values()].filter((leg) => !leg.overBound && !gone.has(leg.symbol)).length;
  return [
    ...leaving.map((symbol) => ({ type: "leg-left" as const, symbol })),
    ...met.map((leg, index) => ({ type: "leg-met" as const, leg, overBound: followed + index >= LEGS_MAX })),
  ];
}

/** A position at average cost, as the sums of a leg say it. */
export function positionOf(leg: LegFold | undefined): Position {
  if (leg === undefined) return FLAT;
  const { qty, cost, realised, fees } = leg;
  // SAFETY: the sums of a leg are sums of money.
  return { qty, cost: qty < 0n ? -cost : cost, realised, fees, funding: 0n } as Position;
}

function legsOf(news: StrategyNews): readonly LegInstrument[] {
  if (news.type === "strategy-closed") return [];
  return news.type === "fill-booked" || news.type === "holding-revised" ? [news.leg] : news.legs;
}

/** Flat, no longer named, and without a moment that could still be folded again. */
function leavable(state: StrategyState, wanted: ReadonlyMap<string, unknown>): string[] {
  const busy = new Set(state.timeline.moments().map((moment) => moment.symbol));
  return [...state.legs.values()]
    .filter((leg) => !leg.declared && !busy.has(leg.symbol) && !wanted.has(leg.symbol))
    .filter((leg) => state.timeline.tip.legs.get(leg.symbol)?.qty === 0n)
    .map((leg) => leg.symbol);
}

const namedLeg = ({ symbol, targetQty }: DeclaredLeg): NamedLeg =>
  targetQty === undefined ? { symbol } : { symbol, targetQty };

/** What a leg held on opening counts from the start; opened later, from where the strategy's event time is, whatever the clock says. */
function bookFill(draft: Draft, news: FillNews, fee: Money): StrategyEvent {
  const { state, held, order } = draft;
  const { symbol } = news.leg;
  const before = held.get(symbol) ?? positionOf(state.timeline.tip.legs.get(symbol));
  const after = positionAfter(before, news, fee);
  const change = changeBetween(before, after);
  held.set(symbol, after);
  const eventTime = state.priceTime;
  if (news.opening && eventTime === undefined) return { type: "start-held", symbol, change };
  draft.order += 1;
  if (!news.opening) return heard(state, { kind: "fill", ts: news.ts, symbol, order, change });
  return heard(state, { kind: "opening", ts: eventTime ?? 0, symbol, order, change });
}

function heard(state: StrategyState, fill: Parameters<typeof placed>[1]): StrategyEvent {
  const { moment, span } = placed(state, fill);
  const late = span === undefined ? 0 : 1;
  return { type: "moments-heard", moments: [moment], spans: span === undefined ? [] : [span], late };
}

function positionAfter(held: Position, { leg, side, qty, price }: FillNews, fee: Money): Position {
  const signed = BigInt(signOf(side)) * BigInt(qty);
  return afterFill(held, { qty: signed, price, fee }, { notionalUnit: BigInt(leg.notionalUnit) });
}

/** Fills are booked in the account's order; what each of them changes is a sum that counts from its own time on. */
const changeBetween = (before: Position, after: Position): HoldingChange => ({
  qty: after.qty - before.qty,
  cost: signedCost(after) - signedCost(before),
  realised: after.realised - before.realised,
  fees: after.fees - before.fees,
});

const signedCost = ({ qty, cost }: Position): bigint => (qty < 0n ? -cost : cost);
