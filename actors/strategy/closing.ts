/** When a minute is over, what its candle says, and when it has to be said again. */
import { CLOCK_TRUST_MS, GRACE_MS, HORIZON_MS } from "../../src/domain/lateness.ts";
import { bucketStart, MINUTE_MS, SECOND_MS } from "../../src/domain/time.ts";
import { type Candle, endOf, saysTheSame } from "./candle.ts";
import type { StrategyEvent } from "./events.ts";
import type { MinuteFold } from "./fold.ts";
import { flagsAt } from "./holdings.ts";
import { MOMENTS_LEAVING, MOMENTS_MAX } from "./limits.ts";
import { covers } from "./spans.ts";
import type { StrategyState } from "./state.ts";

/** A late feed changes a quarter of an hour of candles with each batch, five times a second: whoever reads them needs one revision. */
export const REVISION_MS = SECOND_MS;

/**
 * Candles that became final or must be said again. `retiring` moments are about to be folded for good: their minutes close with them.
 * What was said is said again at most once per `REVISION_MS`; what changed meanwhile is owed, and found again after a load.
 */
export function decideClosing(
  state: StrategyState,
  now: number,
  byClock: boolean,
  retiring: number,
): StrategyEvent[] {
  const through = Math.max(
    state.finalThrough,
    closingTime(state, now, byClock),
    retiring === 0 ? 0 : (state.timeline.minuteAt(retiring) ?? 0),
  );
  if (through === state.finalThrough && state.changedFrom === Infinity) return [];
  const changed = changedCandles(state, through);
  const revising = revisionDue(state) <= now || now < (state.revisedAt ?? 0);
  const leaving = retiring === 0 ? undefined : state.timeline.minuteAt(retiring - 1);
  const said = changed.filter(({ rev, start }) => rev === 0 || revising || start <= (leaving ?? -1));
  const owedFrom = changed.find((candle) => !said.includes(candle))?.start ?? Infinity;
  const revisedAt = revising && said.some(({ rev }) => rev > 0) ? now : state.revisedAt;
  const closed = said.map((candle) => ({ type: "candle-closed" as const, candle }));
  return [...closed, { type: "minutes-closed", through, owedFrom, revisedAt }];
}

/** From when on candles that were said may be said again. */
export const revisionDue = ({ revisedAt }: StrategyState): number =>
  revisedAt === undefined ? -Infinity : revisedAt + REVISION_MS;

/** Final candles of which a price change turned out to be missing, too old to be folded again. */
export const markSampled = (candles: readonly Candle[]): StrategyEvent[] =>
  candles
    .filter((candle) => !candle.sampled)
    .map((candle) => ({ type: "candle-closed", candle: { ...candle, ...revised(candle), sampled: true } }));

/** How many of the oldest moments are to be folded for good. */
export function retirementOf(state: StrategyState): number {
  const eventTime = state.priceTime;
  const old = eventTime === undefined ? 0 : state.timeline.countEndedBy(eventTime - HORIZON_MS);
  const { size } = state.timeline;
  return size - old <= MOMENTS_MAX ? old : size - (MOMENTS_MAX - MOMENTS_LEAVING);
}

/** When the clock should look whether a minute is over, or undefined where the clock has no say. */
export function clockDue(state: StrategyState, now: number): number | undefined {
  const eventTime = state.priceTime;
  if (eventTime === undefined || Math.abs(now - eventTime) >= CLOCK_TRUST_MS) return undefined;
  const forming = state.timeline.tip.minutes.find((minute) => minute.start >= state.finalThrough);
  return forming === undefined ? undefined : endOf(forming) + GRACE_MS;
}

/** The candle of a minute that is not final. */
export function formingCandle(state: StrategyState, minute: MinuteFold, now: number): Candle {
  return { ...candleOf(state, minute, Math.min(now, endOf(minute))), rev: 0, state: "forming" };
}

function closingTime(state: StrategyState, now: number, byClock: boolean): number {
  const eventTime = state.priceTime;
  if (eventTime === undefined) return 0;
  const byEvents = bucketStart(eventTime - GRACE_MS, MINUTE_MS);
  const trusted = byClock && Math.abs(now - eventTime) < CLOCK_TRUST_MS;
  return trusted ? Math.max(byEvents, bucketStart(now - GRACE_MS, MINUTE_MS)) : byEvents;
}

/** Ascending: those that were never said, and those that say something else by now. */
function changedCandles(state: StrategyState, through: number): Candle[] {
  const candles: Candle[] = [];
  const { minutes } = state.timeline.tip;
  for (let index = minutes.length - 1; index >= 0; index--) {
    const minute = minutes[index];
    if (minute === undefined || minute.start < Math.min(state.changedFrom, state.finalThrough)) break;
    const candle = endOf(minute) <= through ? closedCandle(state, minute) : undefined;
    if (candle !== undefined) candles.push(candle);
  }
  return candles.reverse();
}

/** Undefined where the minute has been said already, and nothing is new. */
function closedCandle(state: StrategyState, minute: MinuteFold): Candle | undefined {
  const said = state.closed.get(minute.start);
  const candle = { ...candleOf(state, minute, endOf(minute)), rev: 0, state: "final" as const };
  if (said === undefined) return candle;
  return saysTheSame(said, candle) ? undefined : { ...candle, ...revised(said) };
}

const revised = ({ rev }: Candle): Pick<Candle, "rev" | "state"> => ({ rev: rev + 1, state: "revised" });

function candleOf(state: StrategyState, minute: MinuteFold, at: number): Omit<Candle, "rev" | "state"> {
  const { start, open, high, low, close, realised, unrealised, fees, funding, gross, tickCount } = minute;
  const { staleLegs, missingLegs } = minute.sealed ? minute : flagsAt(state.timeline.tip, at);
  const sampled = minute.unsure || covers(state.spans, start);
  return {
    start,
    open,
    high,
    low,
    close,
    realised,
    unrealised,
    fees,
    funding,
    gross,
    tickCount,
    staleLegs,
    missingLegs,
    sampled,
  };
}
