/** Every consequence of what happened to a strategy. */
import { HORIZON_MS } from "../../src/domain/lateness.ts";
import { bucketStart, MINUTE_MS } from "../../src/domain/time.ts";
import type { StrategyEvent } from "./events.ts";
import type { LegInstrument } from "./messages.ts";
import type { Moment } from "./moment.ts";
import { withSpan } from "./spans.ts";
import { isFollowed, type Leg, type StrategyState } from "./state.ts";

export function apply(state: StrategyState, event: StrategyEvent): void {
  switch (event.type) {
    case "profile-set":
      state.profile = event.profile;
      declare(state, event.legs);
      return;
    case "leg-met":
      meet(state, event);
      return;
    case "leg-left":
      state.legs.delete(event.symbol);
      state.timeline.removeLeg(event.symbol);
      return;
    case "start-held":
      state.timeline.holdFromStart(event.symbol, event.change);
      state.changedFrom = 0;
      return;
    case "start-priced":
      state.timeline.priceFromStart(event.symbol, event.mark);
      hearNumber(state, event.symbol, event.n);
      state.changedFrom = 0;
      return;
    case "moments-heard":
      hear(state, event.moments);
      for (const span of event.spans) {
        state.spans = withSpan(state.spans, span);
        state.changedFrom = Math.min(state.changedFrom, span.from);
      }
      state.lateMoments += event.late;
      return;
    case "news-skipped":
      state.skippedNews += event.count;
      return;
    case "candle-closed":
      if (event.candle.start >= firstMinute(state)) state.closed.set(event.candle.start, event.candle);
      return;
    case "minutes-closed":
      state.finalThrough = event.through;
      state.changedFrom = event.owedFrom;
      state.revisedAt = event.revisedAt;
      return;
    case "moments-retired": {
      state.timeline.retire(event.count);
      const first = firstMinute(state);
      for (const start of state.closed.keys()) if (start < first) state.closed.delete(start);
      state.spans = state.spans.filter((span) => span.to >= first);
      return;
    }
  }
}

/** The minute that the oldest candle in memory is of; older ones are final for good. */
export const firstMinute = (state: StrategyState): number =>
  state.timeline.tip.minutes[0]?.start ?? bucketStart(state.timeline.floor?.ts ?? 0, MINUTE_MS);

function meet(state: StrategyState, { leg, overBound }: Extract<StrategyEvent, { type: "leg-met" }>): void {
  state.legs.set(leg.symbol, { ...leg, declared: false, overBound, ...unheard(state) });
  state.timeline.addLeg(leg.symbol, BigInt(leg.notionalUnit), overBound);
}

function declare(state: StrategyState, declared: readonly LegInstrument[]): void {
  const named = new Set(declared.map((leg) => leg.symbol));
  for (const [symbol, leg] of state.legs) {
    state.legs.set(symbol, { ...leg, declared: named.has(symbol) });
    forgetUnfollowed(state, symbol);
  }
}

function hear(state: StrategyState, moments: readonly Moment[]): void {
  state.timeline.insert(moments);
  for (const moment of moments) {
    const { ts, order, symbol } = moment;
    state.nextOrder = Math.max(state.nextOrder, order + 1);
    state.changedFrom = Math.min(state.changedFrom, bucketStart(ts, MINUTE_MS));
    switch (moment.kind) {
      case "price":
        hearNumber(state, symbol, moment.n);
        state.priceTime = Math.max(state.priceTime ?? 0, ts);
        break;
      case "quote":
        hearNumber(state, symbol, state.legs.get(symbol)?.n ?? 0);
        state.priceTime = Math.max(state.priceTime ?? 0, ts);
        break;
      case "seen":
        state.priceTime = Math.max(state.priceTime ?? 0, ts);
        break;
      case "baseline":
        hearNumber(state, symbol, moment.n);
        break;
      case "fill":
        forgetUnfollowed(state, symbol);
        break;
      case "opening":
        break;
    }
  }
}

function hearNumber(state: StrategyState, symbol: string, n: number): void {
  const leg = state.legs.get(symbol);
  if (leg !== undefined && leg.n !== n) state.legs.set(symbol, { ...leg, n });
}

/** What is no longer followed will miss changes: when it is followed again, it begins anew. */
function forgetUnfollowed(state: StrategyState, symbol: string): void {
  const leg = state.legs.get(symbol);
  if (leg === undefined || leg.n === undefined || isFollowed(state, leg)) return;
  state.legs.set(symbol, { ...leg, ...unheard(state) });
}

/** Nothing of the leg counts earlier than this: what comes for a time beyond the horizon is put later. */
const unheard = ({ priceTime }: StrategyState): Pick<Leg, "n" | "unheardSince"> => ({
  n: undefined,
  unheardSince: Math.max(0, (priceTime ?? 0) - HORIZON_MS),
});
