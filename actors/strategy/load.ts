/** A strategy's rows, and the state that they stand for. */
import { termsOf } from "./apply.ts";
import type { TimelineRow } from "./codec.ts";
import { addTo, type RateSource } from "./currency-sums.ts";
import { emptyFold, type Fold } from "./fold.ts";
import { addChange, addLeg, legOf, setMark, setSources, sumsOf } from "./holdings.ts";
import type { HeardMoment, Mark } from "./moment.ts";
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
  /** Null where it is the account's. */
  currency: string | null;
  /** Null: linear. */
  contract: string | null;
  funding: string;
  /** Of a mark that a split has divided. */
  mark_over: string | null;
  rate_only: number;
  whole: number;
  agreed_at: number | null;
};

export type Rows = {
  readonly profile: Profile | undefined;
  readonly timeline: TimelineRow | undefined;
  readonly legs: readonly LegRow[];
  readonly moments: readonly HeardMoment[];
};

/** In the order of the table's columns: what the leg is, and what is folded of it for good. */
export function legRow({ legs, timeline }: StrategyState, symbol: string): (string | number | null)[][] {
  const leg = legs.get(symbol);
  if (leg === undefined) return [];
  const { priceScale, sizeScale, notionalUnit, declared, n, unheardSince, overBound } = leg;
  const { qty, cost, realised, fees, funding, mark } = legOf(timeline.base, symbol);
  const held = [qty, cost, realised, fees].map(String);
  const marked =
    mark === undefined
      ? [null, null, null, null]
      : [String(mark.halves), mark.source, mark.pricedAt, mark.countsFrom];
  const scales = [priceScale, sizeScale, notionalUnit];
  const since = [leg.currency ?? null, leg.contract ?? null, String(funding), over(mark)];
  const flags = [leg.rateOnly ? 1 : 0, leg.whole ? 1 : 0, leg.agreedAt ?? null];
  const before = [symbol, ...scales, declared ? 1 : 0, n ?? null, unheardSince, ...held, ...marked];
  return [[...before, overBound ? 1 : 0, ...since, ...flags]];
}

const over = (mark: Mark | undefined): string | null => (mark?.over === undefined ? null : String(mark.over));

export function loadState({ profile, timeline: row, legs, moments }: Rows): StrategyState {
  const base = baseOf(row, legs, profile?.fx ?? []);
  base.isSum = profile?.members !== undefined;
  const timeline = new Timeline(base, row?.floor);
  const state = initialState(timeline);
  state.profile = profile;
  for (const leg of legs) state.legs.set(leg.symbol, legOfRow(leg));
  if (row !== undefined) {
    const { made: _made, minute: _minute, floor: _floor, ...kept } = row;
    Object.assign(state, kept);
  }
  timeline.insert(moments);
  for (const moment of moments) recall(state, moment);
  return state;
}

function baseOf(row: TimelineRow | undefined, legs: readonly LegRow[], sources: readonly RateSource[]): Fold {
  const base = emptyFold();
  setSources(base, sources);
  for (const leg of legs) {
    addLeg(base, termsOf(legOfRow(leg), leg.over_bound === 1));
    addChange(base, legOf(base, leg.symbol), changeOf(leg));
    setMark(base, legOf(base, leg.symbol), markOf(leg));
  }
  if (row === undefined) return base;
  // Legs that have left are in the sums still.
  for (const [currency, made] of Object.entries(row.made)) {
    const sums = sumsOf(base, currency);
    for (const name of ["realised", "fees", "funding"] as const)
      addTo(base, sums, name, made[name] - sums.own[name]);
  }
  if (row.minute !== undefined) base.minutes.push(row.minute);
  return base;
}

const changeOf = ({ qty, cost, realised, fees, funding }: LegRow) => ({
  qty: BigInt(qty),
  cost: BigInt(cost),
  realised: BigInt(realised),
  fees: BigInt(fees),
  funding: BigInt(funding),
});

function markOf({ halves, source, priced_at, counts_from, mark_over }: LegRow): Mark | undefined {
  if (halves === null || priced_at === null || counts_from === null) return undefined;
  const from = { pricedAt: priced_at, countsFrom: counts_from };
  const parts = mark_over === null ? {} : { over: BigInt(mark_over) };
  return { halves: BigInt(halves), ...parts, source: source === "mid" ? "mid" : "last", ...from };
}

const legOfRow = (row: LegRow): Leg => ({
  symbol: row.symbol,
  priceScale: row.price_scale,
  sizeScale: row.size_scale,
  notionalUnit: row.notional_unit,
  ...(row.currency === null ? {} : { currency: row.currency }),
  ...(row.contract === "inverse" ? { contract: "inverse" } : {}),
  declared: row.declared === 1,
  overBound: row.over_bound === 1,
  rateOnly: row.rate_only === 1,
  whole: row.whole === 1,
  agreedAt: row.agreed_at ?? undefined,
  n: row.n ?? undefined,
  unheardSince: row.unheard_since,
});

/** What moments say beside what is folded from them. */
function recall(state: StrategyState, moment: HeardMoment): void {
  const { kind, ts, symbol, order } = moment;
  state.nextOrder = Math.max(state.nextOrder, order + 1);
  if (kind === "price" || kind === "rate" || kind === "quote" || kind === "seen")
    state.priceTime = Math.max(state.priceTime ?? 0, ts);
  const leg = state.legs.get(symbol);
  // A leg whose number is not known has been left alone since: what it has heard before no longer counts.
  if ((kind === "price" || kind === "rate") && leg?.n !== undefined && moment.n > leg.n)
    state.legs.set(symbol, { ...leg, n: moment.n });
}
