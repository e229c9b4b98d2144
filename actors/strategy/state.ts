/** What a strategy remembers, and its start value. */
import type { Candle } from "./candle.ts";
import type { RateSource } from "./currency-sums.ts";
import { emptyFold } from "./fold.ts";
import type { LegInstrument } from "./messages.ts";
import { Timeline } from "./timeline.ts";

export type NamedLeg = { readonly symbol: string; readonly targetQty?: string };

export type Profile = {
  readonly account: string;
  readonly name: string;
  readonly tags: readonly string[];
  readonly currency: string;
  /** Epoch ms, as the account says it. */
  readonly openedAt: number;
  readonly closedAt?: number;
  /** Absent where it was opened before there were states: active. */
  readonly state?: "draft" | "active" | "paused";
  /** Its own legs, with what each is meant to hold: they stay named when it is closed. Absent where it was opened before they were kept. */
  readonly named?: readonly NamedLeg[];
  /** What leads from other currencies to the account's. Absent: nothing does. */
  readonly fx?: readonly RateSource[];
  /** Of a group: its strategies. */
  readonly members?: readonly string[];
  /** Of the account's trading days; UTC where absent or empty. */
  readonly calendar?: string;
};

export type Leg = LegInstrument & {
  /** Named by the strategy. A leg that only fills have brought is not. */
  readonly declared: boolean;
  /** Met when `LEGS_MAX` were followed: what it holds counts, its prices are not heard. */
  readonly overBound: boolean;
  /** No leg: its price says what money of legs in another currency is worth. */
  readonly rateOnly: boolean;
  /** What it made is what its line made from the beginning: it never left and came back. */
  readonly whole: boolean;
  /** The moment of the newest booking after which the account held what we did; undefined where none said. */
  readonly agreedAt: number | undefined;
  /** Count of the newest change of its last price that was heard; undefined where none is known. */
  readonly n: number | undefined;
  /** Where `n` is not known: from here on changes may have been missed. */
  readonly unheardSince: number;
};

/** Minutes, by their starts, both ends included. */
export type Span = { readonly from: number; readonly to: number };

export type StrategyState = {
  profile: Profile | undefined;
  readonly legs: Map<string, Leg>;
  readonly timeline: Timeline;
  /** Final candles that a late moment could still revise, by start. */
  readonly closed: Map<number, Candle>;
  /** Minutes of which some price change may be missing; apart from each other, ascending. */
  spans: readonly Span[];
  /** Every minute that ends by then is final. */
  finalThrough: number;
  /**
   * Event time: the highest time of a price. A fill's time is its sender's and moves nothing else: without a price no minute closes.
   */
  priceTime: number | undefined;
  nextOrder: number;
  /** Moments that came too late to be put where they belong. */
  lateMoments: number;
  /** News that was passed over. */
  skippedNews: number;
  /** Legs that have left: one that comes back begins at nothing here, and not at the account. */
  departed: number;
  /** Times that the account held something else. Not kept: each is a fact. */
  drifts: number;
  /** Rises with whatever can change which prices are wanted. Not kept. */
  wanted: number;
  /** The earliest minute that may say something else than was said of it: touched in this turn, or owed since an earlier one. */
  changedFrom: number;
  /** When candles were last said again, by the clock. Not kept: after a load they may be at once. */
  revisedAt: number | undefined;
};

export const initialState = (timeline = new Timeline(emptyFold())): StrategyState => ({
  profile: undefined,
  legs: new Map(),
  timeline,
  closed: new Map(),
  spans: [],
  finalThrough: 0,
  priceTime: undefined,
  nextOrder: 1,
  lateMoments: 0,
  skippedNews: 0,
  departed: 0,
  drifts: 0,
  wanted: 0,
  changedFrom: Infinity,
  revisedAt: undefined,
});

/** Its prices are wanted: an open strategy names it or has money that it leads to, or it is held; and there was room for it. */
export function isFollowed(state: StrategyState, leg: Leg): boolean {
  if (leg.overBound) return false;
  const open = state.profile !== undefined && state.profile.closedAt === undefined;
  const { legs, currencies } = state.timeline.tip;
  const held = legs.get(leg.symbol);
  const isWanted = leg.declared || held?.rates.some(({ currency }) => currencies.has(currency)) === true;
  return (open && isWanted) || held?.qty !== 0n;
}

export const followedSymbols = (state: StrategyState): string[] =>
  [...state.legs.values()].filter((leg) => isFollowed(state, leg)).map((leg) => leg.symbol);
