/**
 * Two kinds of events. `SymbolEvent` is what a turn decides and `apply` folds; it is never stored, since a fact per tick would cost
 * more than the tick. `SymbolFact` is what leaves for Postgres, forever: bars that closed or were revised, and late ticks.
 */
import type { BarState, Resolution } from "../../src/domain/bar.ts";
import type { Gap } from "../../src/domain/gap.ts";
import type { Instrument } from "../../src/domain/instrument.ts";
import type { DepthChange } from "../../src/quant/book/depth-change.ts";
import type { Counts } from "../../src/quant/trade-conditions.ts";
import type { CorporateActionFact } from "./actions/corporate-action-rules.ts";
import type { TakenKey } from "./ticks/taken-keys.ts";

/** A trade as taken: integers at the instrument's scales. `ordinal` is its place among trades of the same millisecond. */
export type TradeTaken = {
  readonly kind: "trade-taken";
  readonly ts: number;
  readonly price: number;
  readonly size: number;
  readonly ordinal: number;
  readonly counts: Counts;
  readonly key: TakenKey | undefined;
};
/** A trade of a feed that tells the volume of its trading day so far, not the trade's own. */
export type VolumeTold = {
  readonly kind: "volume-told";
  readonly ts: number;
  readonly price: number;
  readonly volume: number;
  readonly ordinal: number;
  readonly counts: Counts;
  readonly key: TakenKey | undefined;
  readonly source: string;
};
/** What a source has said last of a trading day: `day` is the day's start, (ts, ordinal) the trade's place. */
export type DayVolume = {
  readonly day: number;
  readonly volume: number;
  readonly ts: number;
  readonly ordinal: number;
};
/** What a source has said of its day: the next volume counts from there. */
export type VolumeHeard = {
  readonly kind: "volume-heard";
  readonly source: string;
  readonly known: DayVolume;
};
/** A cancel, or a correction of price, size or both. `ts` is the notice's own time, `key` names the trade. */
export type AmendmentTold = {
  readonly kind: "amendment-told";
  readonly how: "cancel" | "correct";
  readonly ts: number;
  readonly key: TakenKey;
  readonly price: number | undefined;
  readonly size: number | undefined;
};
/** A trade as it stands. (ts, ordinal, arrival) is its place among trades. */
export type StandingTrade = {
  readonly ts: number;
  readonly ordinal: number;
  readonly arrival: number;
  readonly price: number;
  readonly size: number;
  readonly counts: Counts;
  readonly name: TakenKey | undefined;
};
/** `trade` goes, or has from now on that price and size (both 0 where it goes). `at` is the time of the notice. */
export type TradeAmended = {
  readonly kind: "trade-amended";
  readonly how: "cancel" | "correct";
  readonly trade: StandingTrade;
  readonly price: number;
  readonly size: number;
  readonly at: number;
};
export type QuoteTaken = {
  readonly kind: "quote-taken";
  readonly ts: number;
  readonly bid: number;
  readonly bidSize: number;
  readonly ask: number;
  readonly askSize: number;
  readonly ordinal: number;
  readonly key: TakenKey | undefined;
};
/** Beyond the horizon: it goes to the ledger and changes no bar. `watermark` is what it was late against. */
export type TickLate = {
  readonly kind: "tick-late";
  readonly tick: TradeTaken | QuoteTaken | AmendmentTold;
  readonly watermark: number;
};
/** One that waits for the close of its day; `ordinal` counts upwards. */
export type PendingTick = {
  readonly ordinal: number;
  readonly tick: TradeTaken | AmendmentTold;
  readonly watermark: number;
};
/** They go into their bars, or are too old for that: they wait no more. */
export type LateFolded = { readonly kind: "late-folded"; readonly ticks: readonly PendingTick[] };
/** What a feed says of its own gaps. `filled`: what was missing between `from` and `to` has been delivered since. */
export type GapTold = {
  readonly kind: "gap-told";
  readonly ts: number;
  readonly source: string;
  readonly from: number;
  readonly to: number;
  readonly reason: string;
  readonly missing: number | undefined;
  readonly filled: boolean;
};
/** A snapshot of the order book, or what has changed in it. */
export type DepthTold = { readonly kind: "depth-told"; readonly ts: number; readonly change: DepthChange };
/** What a request may hold, at the instrument's scales. */
export type TickTold = TradeTaken | QuoteTaken | VolumeTold | DepthTold | GapTold | AmendmentTold;
/** It goes to the gap ledger; `at` is the wall clock. */
export type GapNoted = { readonly kind: "gap-noted"; readonly told: GapTold; readonly at: number };
/** Ends a turn that took ticks: `at` is the wall clock, by which a feed is busy or quiet. */
export type TicksTaken = { readonly kind: "ticks-taken"; readonly at: number };
/** The clock, not a tick, has closed the bars that end by then. */
export type ClockAdvanced = { readonly kind: "clock-advanced"; readonly until: number };
/** The feed has said that it ended when the watermark stood there: every bar that had begun is closed. */
export type FeedEnded = { readonly kind: "feed-ended"; readonly at: number };
export type InstrumentTaken = { readonly kind: "instrument-taken"; readonly instrument: Instrument };
export type SymbolEvent =
  | TradeTaken
  | QuoteTaken
  | TradeAmended
  | VolumeHeard
  | DepthTold
  | TickLate
  | GapNoted
  | TicksTaken
  | ClockAdvanced
  | FeedEnded
  | InstrumentTaken;

/**
 * Fact `bar`: a bar as it stood at the end of the turn that closed or revised it. Only closed bars are told: a forming one would be
 * superseded at once, and readers get it from the actor. At most one fact for each (resolution, t, rev); revisions that passed within
 * one turn are not told one by one. Payload: this object as JSON.
 */
export type BarFact = {
  readonly symbol: string;
  /** Minutes, or `1D`, `1W`, `1M`. */
  readonly resolution: Resolution;
  /** Start, epoch ms. `src/quant/bar-calendar.ts` says where bars of a width start. */
  readonly t: number;
  /** Prices, plain decimals in the instrument's price unit. */
  readonly o: string;
  readonly h: string;
  readonly l: string;
  readonly c: string;
  /** Σ size, plain decimal in the instrument's size unit. */
  readonly v: string;
  /** Trades. */
  readonly n: number;
  /** Σ price × size, plain decimal, exact; without the multiplier. */
  readonly pv: string;
  /** pv / v at 8 decimals, ties to even; null where v is 0. */
  readonly vw: string | null;
  /** Trades taken after the bar had closed: 0 when final, then rising. A lower one never replaces a higher one. */
  readonly rev: number;
  readonly state: Exclude<BarState, "forming">;
  /** We began to listen within this bar or later. */
  readonly partial: boolean;
  /** Every trade that gave it a price was cancelled: it is no bar any more. Its prices are those that it had; `n` is 0. */
  readonly withdrawn?: true;
};

/** A tick that came too late for its bar. Decimals plain; `source` only where it named the tick, together with `seq`. */
export type LateTick = {
  readonly type: "trade" | "quote" | "cancel" | "correct";
  /** Event time, and the highest event time taken before it; epoch ms. */
  readonly ts: number;
  readonly watermark: number;
  readonly price?: string;
  readonly size?: string;
  readonly bid?: string;
  readonly bidSize?: string;
  readonly ask?: string;
  readonly askSize?: string;
  readonly id?: string;
  readonly source?: string;
  readonly seq?: number;
};
/** Fact `late-ticks`: ticks beyond the late horizon, of one turn, at most 500 in a fact. Payload: this object as JSON. */
export type LateTicksFact = { readonly symbol: string; readonly ticks: readonly LateTick[] };

/**
 * Fact `gap`: an entry of the gap ledger, when it is made and again when it is filled. Payload: this object as JSON. `kind` is `feed`,
 * `sequence` (with `missing` trades) or `silence`; times in epoch ms, `from` and `to` event time, both included.
 */
export type GapFact = Gap & { readonly symbol: string };
/**
 * Fact `bar-flags`: bars told before that are partial now, or not any more, because of a gap that was told or filled since. At most 1,000 in a
 * fact. A bar that is told later carries its own flag.
 */
export type BarFlagsFact = {
  readonly symbol: string;
  /** Of quotes; absent: of trades. */
  readonly series?: "quotes";
  readonly partial: boolean;
  readonly bars: readonly (readonly [resolution: Resolution, t: number])[];
};

export type SidePriceTexts = {
  readonly o: string;
  readonly h: string;
  readonly l: string;
  readonly c: string;
};
/**
 * Fact `quote-bar`: a bar of quotes that closed or was revised, as fact `bar` is one of trades. Plain decimals in the instrument's price unit;
 * `mid` lies between bid and ask, at one decimal more. Payload: this object as JSON.
 */
export type QuoteBarFact = {
  readonly symbol: string;
  readonly resolution: Resolution;
  readonly t: number;
  readonly bid: SidePriceTexts;
  readonly ask: SidePriceTexts;
  readonly mid: SidePriceTexts;
  /** Quotes. */
  readonly n: number;
  /** Quotes taken after the bar had closed. */
  readonly rev: number;
  readonly state: Exclude<BarState, "forming">;
  /** Our first quote came within this bar or later, or an unfilled gap of the feed overlaps it. */
  readonly partial: boolean;
};

export type SymbolFact =
  | { readonly kind: "quote-bar"; readonly payload: QuoteBarFact }
  | { readonly kind: "corporate-action"; readonly payload: CorporateActionFact }
  | { readonly kind: "gap"; readonly payload: GapFact }
  | { readonly kind: "bar-flags"; readonly payload: BarFlagsFact }
  | { readonly kind: "bar"; readonly payload: BarFact }
  | { readonly kind: "late-ticks"; readonly payload: LateTicksFact };

export const encodeFact = (fact: SymbolFact): string => JSON.stringify(fact.payload);

export function decodeFact(kind: SymbolFact["kind"], payload: string): SymbolFact {
  // SAFETY: only `encodeFact` makes these texts, and it keeps the kind beside the payload.
  return { kind, payload: JSON.parse(payload) } as SymbolFact;
}
