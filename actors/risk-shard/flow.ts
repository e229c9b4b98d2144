/** What orders and executions are counted for, as they are decided and booked. Given a trail, all of it can be taken back. */
import { valueAtPrice } from "../../src/domain/worth.ts";
import { limitsFor } from "./applied-limits.ts";
import { RATE_WINDOWS_MAX } from "./capacity.ts";
import { put, type Trail } from "./changes.ts";
import { countDay } from "./day-counts.ts";
import type { ExecutionBooked, OrderDecided } from "./events.ts";
import { magnitude } from "./extremes.ts";
import { type FlowLimits, flowOf } from "./flow-limits.ts";
import { contentOf, noteContent } from "./order-contents.ts";
import { countEvent, hasRateRoom, type RateMember, rateKey } from "./rates.ts";
import type { Limit, RiskState } from "./state.ts";
import type { LimitReleased } from "./watch-events.ts";

export const flowFor = (state: RiskState, { symbol, strategy }: RateMember): FlowLimits =>
  flowOf(limitsFor(state.limits.limits, { symbol, strategy }));

/** Each order that comes in is a message, whatever becomes of it; what is accepted counts further. */
export function countDecided(state: RiskState, event: OrderDecided, trail?: Trail): void {
  const { terms, at } = event;
  const { messages, days, hasContents } = flowFor(state, terms);
  countRoomy(state, messages, terms, at, trail);
  if (event.orders.length === 0) return;
  if (days.length > 0) countDay(state, days, terms, { orders: 1, trades: 0 }, at, trail);
  if (hasContents) noteContent(state, contentOf(terms), at, trail);
}

/** A fill is an execution; what a correction says more of one is turnover. */
export function countExecuted(state: RiskState, event: ExecutionBooked, trail?: Trail): void {
  if (event.opening) return;
  const { executions, days } = flowFor(state, event);
  const { type, at } = event;
  if (type === "fill") countRoomy(state, executions, event, at, trail);
  if (days.length === 0) return;
  const amount = tradedBy(state, event);
  const currency = state.instruments.get(event.symbol)?.currency;
  if (amount === undefined || currency === undefined) return;
  const done = { orders: 0, trades: type === "fill" ? 1 : 0, turnover: { currency, amount } };
  countDay(state, days, event, done, at, trail);
}

/** In the currency of what is traded; undefined where nothing was. */
function tradedBy(
  state: RiskState,
  { type, symbol, qty, price, tradedMore }: ExecutionBooked,
): bigint | undefined {
  const instrument = state.instruments.get(symbol);
  if (type !== "fill") return tradedMore;
  if (instrument === undefined || qty === undefined || price === undefined) return undefined;
  return magnitude(valueAtPrice(instrument, BigInt(qty), price));
}

/** Who lets a limit go on lets it count anew: else it would be reached again at once. */
export function recountReleased(state: RiskState, { limitId, member }: LimitReleased, trail?: Trail): void {
  const key = releasedKey(state, limitId, member);
  if (key !== undefined) put(state.rates, key, undefined, trail);
}

/** Of a limit on executions, the window that its member is counted in. */
export function releasedKey({ limits }: RiskState, limitId: string, member: string): string | undefined {
  const limit = limits.limits.find(({ id, kind }) => id === limitId && kind === "repeated-execution");
  return limit === undefined ? undefined : rateKey(limit, { symbol: member, strategy: member });
}

/** At the bound what has no window is not counted: the limit that asks for it says so (`checks/`). */
function countRoomy(
  state: RiskState,
  limits: readonly Limit[],
  member: RateMember,
  at: number,
  trail: Trail | undefined,
): void {
  if (limits.length === 0) return;
  const isFar = state.rates.size + limits.length <= RATE_WINDOWS_MAX;
  const roomy = isFar ? limits : limits.filter((limit) => hasRateRoom(state, [limit], member, at));
  countEvent(state, roomy, member, at, trail);
}
