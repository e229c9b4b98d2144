/**
 * Two kinds of events. `SymbolEvent` is what a turn decides and `apply` folds; it is never stored, since a fact per tick would cost
 * more than the tick. `SymbolFact` is what leaves for Postgres, forever: bars that closed or were revised, and late ticks.
 */
import type { BarState, Resolution } from "../../src/domain/bar.ts";
import type { Gap } from "../../src/domain/gap.ts";
import type { Instrument } from "../../src/domain/instrument.ts";
import type { CorporateActionFact } from "./corporate-action-rules.ts";
import type { TakenKey } from "./taken-keys.ts";

/** A trade as taken: integers at the instrument's scales. `ordinal` is its place among trades of the same millisecond. */
export type TradeTaken = {
  readonly kind: "trade-taken";
  readonly ts: number;
  readonly price: number;
  readonly size: number;
  readonly ordinal: number;
  readonly key: TakenKey | undefined;
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
  readonly tick: TradeTaken | QuoteTaken;
  readonly watermark: number;
};
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
  /** `1`, `5`, `15`, `60` minutes or `1D`. */
  readonly resolution: Resolution;
  /** Start, epoch ms. Minutes lie on UTC; a day starts at midnight of the instrument's time zone. */
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
};

/** A tick that came too late for its bar. Decimals plain; `source` only where it named the tick, together with `seq`. */
export type LateTick = {
  readonly type: "trade" | "quote";
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
  readonly partial: boolean;
  readonly bars: readonly (readonly [resolution: Resolution, t: number])[];
};

export type SymbolFact =
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
