/** Every consequence of what happened to a strategy. */
import { HORIZON_MS } from "../../src/domain/lateness.ts";
import { bucketStart, MINUTE_MS } from "../../src/domain/time.ts";
import { HOME } from "./currency-sums.ts";
import type { StrategyEvent } from "./events.ts";
import type { LegTerms } from "./holdings.ts";
import type { LegInstrument } from "./messages.ts";
import type { HeardMoment } from "./moment.ts";
import { withSpan } from "./spans.ts";
import { isFollowed, type Leg, type Profile, type StrategyState } from "./state.ts";

/** What cannot change which prices are wanted. Of moments only bookings can, and the first number of a leg. */
const WANTS_NO_OTHER: ReadonlySet<StrategyEvent["type"]> = new Set([
  "moments-heard",
  "candle-closed",
  "minutes-closed",
  "moments-retired",
]);

export function apply(state: StrategyState, event: StrategyEvent): void {
  if (!WANTS_NO_OTHER.has(event.type)) state.wanted += 1;
  take(state, event);
}

function take(state: StrategyState, event: StrategyEvent): void {
  switch (event.type) {
    case "profile-set":
      setProfile(state, event.profile);
      declare(state, event.legs);
      return;
    case "leg-met":
      meet(state, event);
      return;
    case "leg-left":
      state.legs.delete(event.symbol);
      state.timeline.removeLeg(event.symbol);
      state.departed += 1;
      return;
    case "rate-met":
      meetRate(state, event.symbol, event.priceScale);
      return;
    case "rate-traded":
      state.timeline.becomeLeg(termsOf(event.leg, false));
      amend(state, event.leg.symbol, { ...event.leg, rateOnly: false });
      return;
    case "line-agreed":
      amend(state, event.symbol, { agreedAt: event.at });
      return;
    case "position-drifted":
      state.drifts += 1;
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
    case "line-booked":
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
    case "moments-retired":
      retire(state, event.count);
      return;
  }
}

function setProfile(state: StrategyState, profile: Profile): void {
  setRates(state, profile);
  if (profile.members !== undefined && !state.timeline.base.isSum) state.timeline.sumUp();
  state.profile = profile;
}

function retire(state: StrategyState, count: number): void {
  state.timeline.retire(count);
  const first = firstMinute(state);
  for (const start of state.closed.keys()) if (start < first) state.closed.delete(start);
  state.spans = state.spans.filter((span) => span.to >= first);
}

/** The minute that the oldest candle in memory is of; older ones are final for good. */
export const firstMinute = (state: StrategyState): number =>
  state.timeline.tip.minutes[0]?.start ?? bucketStart(state.timeline.floor?.ts ?? 0, MINUTE_MS);

function meet(state: StrategyState, { leg, overBound }: Extract<StrategyEvent, { type: "leg-met" }>): void {
  const whole = state.departed === 0;
  const fresh = { declared: false, overBound, rateOnly: false, whole, agreedAt: undefined };
  state.legs.set(leg.symbol, { ...leg, ...fresh, ...unheard(state) });
  state.timeline.addLeg(termsOf(leg, overBound));
}

/** Of what is no leg nothing is ever held, so what price and size are worth means nothing. */
function meetRate(state: StrategyState, symbol: string, priceScale: number): void {
  meet(state, {
    type: "leg-met",
    leg: { symbol, priceScale, sizeScale: 0, notionalUnit: "0" },
    overBound: false,
  });
  amend(state, symbol, { rateOnly: true });
}

export const termsOf = (leg: LegInstrument, overBound: boolean): LegTerms => ({
  symbol: leg.symbol,
  notionalUnit: BigInt(leg.notionalUnit),
  ...(leg.contract === undefined ? {} : { contract: leg.contract }),
  currency: leg.currency ?? HOME,
  overBound,
});

function amend(state: StrategyState, symbol: string, change: Partial<Leg>): void {
  const leg = state.legs.get(symbol);
  if (leg !== undefined) state.legs.set(symbol, { ...leg, ...change });
}

/** The minutes that can still be folded again are as if it had always been from there. */
function setRates(state: StrategyState, { fx = [] }: Profile): void {
  const before = state.profile?.fx ?? [];
  if (JSON.stringify(before) === JSON.stringify(fx)) return;
  state.timeline.rateBy(fx);
  state.changedFrom = 0;
}

function declare(state: StrategyState, declared: readonly LegInstrument[]): void {
  const named = new Set(declared.map((leg) => leg.symbol));
  for (const [symbol, leg] of state.legs) {
    state.legs.set(symbol, { ...leg, declared: named.has(symbol) });
    forgetUnfollowed(state, symbol);
  }
}

function hear(state: StrategyState, moments: readonly HeardMoment[]): void {
  state.timeline.insert(moments);
  for (const moment of moments) {
    const { ts, order, symbol } = moment;
    state.nextOrder = Math.max(state.nextOrder, order + 1);
    state.changedFrom = Math.min(state.changedFrom, bucketStart(ts, MINUTE_MS));
    switch (moment.kind) {
      case "price":
      case "rate":
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
      case "split":
      case "revised":
        forgetUnfollowed(state, symbol);
        break;
      case "opening":
        break;
    }
  }
}

function hearNumber(state: StrategyState, symbol: string, n: number): void {
  const leg = state.legs.get(symbol);
  if (leg === undefined || leg.n === n) return;
  if (leg.n === undefined) state.wanted += 1;
  state.legs.set(symbol, { ...leg, n });
}

/** What is no longer followed will miss changes: when it is followed again, it begins anew. */
function forgetUnfollowed(state: StrategyState, symbol: string): void {
  state.wanted += 1;
  const leg = state.legs.get(symbol);
  if (leg === undefined || leg.n === undefined || isFollowed(state, leg)) return;
  state.legs.set(symbol, { ...leg, ...unheard(state) });
}

/** Nothing of the leg counts earlier than this: what comes for a time beyond the horizon is put later. */
const unheard = ({ priceTime }: StrategyState): Pick<Leg, "n" | "unheardSince"> => ({
  n: undefined,
  unheardSince: Math.max(0, (priceTime ?? 0) - HORIZON_MS),
});
