/** A strategy's rows, and the state that they stand for. */
import type { TimelineRow } from "./codec.ts";
import { addChange, addLeg, emptyFold, type Fold, legOf, setMark } from "./fold.ts";
import type { Mark, Moment } from "./moment.ts";
import { initialState, type Leg, type Profile, type StrategyState } from "./state.ts";
import { Timeline } from "./timeline.ts";

export type LegRow = {
  symbol: string;
  price_scale: number;
  size_scale: number;
  notional_unit: string;
  declared: number;
  n: number | null;
  unheard_since: number;
  qty: string;
  cost: string;
  realised: string;
  fees: string;
  halves: string | null;
  source: string | null;
  priced_at: number | null;
  counts_from: number | null;
  over_bound: number;
};

export type Rows = {
  readonly profile: Profile | undefined;
  readonly timeline: TimelineRow | undefined;
  readonly legs: readonly LegRow[];
  readonly moments: readonly Moment[];
};

/** In the order of the table's columns: what the leg is, and what is folded of it for good. */
export function legRow({ legs, timeline }: StrategyState, symbol: string): (string | number | null)[][] {
  const leg = legs.get(symbol);
  if (leg === undefined) return [];
  const { priceScale, sizeScale, notionalUnit, declared, n, unheardSince, overBound } = leg;
  const { qty, cost, realised, fees, mark } = legOf(timeline.base, symbol);
  const held = [qty, cost, realised, fees].map(String);
  const marked =
    mark === undefined
      ? [null, null, null, null]
      : [String(mark.halves), mark.source, mark.pricedAt, mark.countsFrom];
  const scales = [priceScale, sizeScale, notionalUnit];
  return [
    [symbol, ...scales, declared ? 1 : 0, n ?? null, unheardSince, ...held, ...marked, overBound ? 1 : 0],
  ];
}

export function loadState({ profile, timeline: row, legs, moments }: Rows): StrategyState {
  const timeline = new Timeline(baseOf(row, legs), row?.floor);
  const state = initialState(timeline);
  state.profile = profile;
  for (const leg of legs) state.legs.set(leg.symbol, legOfRow(leg));
  if (row !== undefined) {
    const { finalThrough, spans, priceTime, nextOrder, lateMoments, skippedNews } = row;
    Object.assign(state, { finalThrough, spans, priceTime, nextOrder, lateMoments, skippedNews });
  }
  timeline.insert(moments);
  for (const moment of moments) recall(state, moment);
  return state;
}

function baseOf(row: TimelineRow | undefined, legs: readonly LegRow[]): Fold {
  const base = emptyFold();
  for (const { symbol, notional_unit, qty, cost, realised, fees, over_bound, ...marked } of legs) {
    addLeg(base, symbol, BigInt(notional_unit), over_bound === 1);
    const leg = legOf(base, symbol);
    const change = { qty: BigInt(qty), cost: BigInt(cost), realised: BigInt(realised), fees: BigInt(fees) };
    addChange(base, leg, change, 1n);
    setMark(base, leg, markOf(marked));
  }
  if (row === undefined) return base;
  // Legs that have left are in the sums still.
  base.realised = row.realised;
  base.fees = row.fees;
  if (row.minute !== undefined) base.minutes.push(row.minute);
  return base;
}

type MarkColumns = Pick<LegRow, "halves" | "source" | "priced_at" | "counts_from">;

function markOf({ halves, source, priced_at, counts_from }: MarkColumns): Mark | undefined {
  if (halves === null || priced_at === null || counts_from === null) return undefined;
  const from = { pricedAt: priced_at, countsFrom: counts_from };
  return { halves: BigInt(halves), source: source === "mid" ? "mid" : "last", ...from };
}

const legOfRow = (row: LegRow): Leg => ({
  symbol: row.symbol,
  priceScale: row.price_scale,
  sizeScale: row.size_scale,
  notionalUnit: row.notional_unit,
  declared: row.declared === 1,
  overBound: row.over_bound === 1,
  n: row.n ?? undefined,
  unheardSince: row.unheard_since,
});

/** What moments say beside what is folded from them. */
function recall(state: StrategyState, moment: Moment): void {
  const { kind, ts, symbol, order } = moment;
  state.nextOrder = Math.max(state.nextOrder, order + 1);
  if (kind === "price" || kind === "quote" || kind === "seen")
    state.priceTime = Math.max(state.priceTime ?? 0, ts);
  const leg = state.legs.get(symbol);
  // A leg whose number is not known has been left alone since: what it has heard before no longer counts.
  if (kind === "price" && leg?.n !== undefined && moment.n > leg.n)
    state.legs.set(symbol, { ...leg, n: moment.n });
}
