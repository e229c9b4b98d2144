/** What a symbol remembers in memory: the newest prices, the minutes that can still change or be folded, and the names of taken ticks. */

import type { Symbol } from "../../src/domain/ids.ts";
import type { Instrument } from "../../src/domain/instrument.ts";
import { type BarCalendar, barCalendarOf } from "../../src/quant/bar-calendar.ts";
import { StitchedBook } from "../../src/quant/book/stitch.ts";
import { DepthWindow } from "../../src/quant/depth/depth-window.ts";
import type { Bar, MinuteBar, OrderKey, Print } from "./bars/bars.ts";
import type { DayVolume, PendingTick } from "./events.ts";
import { GapLedger } from "./gaps/gaps.ts";
import { QUOTE_KEYS, TRADE_KEYS } from "./limits.ts";
import { noSpreads, type SpreadTrack } from "./liquidity/spread-state.ts";
import { TakenKeys } from "./ticks/taken-keys.ts";

export type Quote = {
  readonly bid: number;
  readonly bidSize: number;
  readonly ask: number;
  readonly askSize: number;
  readonly key: OrderKey;
};

/** Revisions of a closed roll-up that can still get more of them. */
export type Revisions = { rev: number; readonly end: number };

/** One series of bars with what closes it. */
export type BarTrack = Pick<
  SymbolState,
  "calendar" | "watermark" | "closedUntil" | "endedAt" | "minutes" | "days" | "closeBefore" | "revisions"
>;
/** Bars of quotes: `listeningSince` is the event time of the first quote that went into them. */
export type QuoteTrack = BarTrack & { listeningSince: number | undefined };

/** `heard` counts upwards: the source with the smallest was heard longest ago. */
export type HeardVolume = DayVolume & { readonly heard: number };

export type SymbolState = {
  readonly symbol: Symbol;
  instrument: Instrument | undefined;
  /** Of the instrument's trading hours; days of UTC until the instrument is known, and no tick is taken before that. */
  calendar: BarCalendar;
  /** Event time of the first tick. */
  listeningSince: number | undefined;
  /** W: the highest event time taken, 0 before the first. */
  watermark: number;
  /** A bar is closed when it ends here or earlier. It follows the watermark by the grace period, or the clock. */
  closedUntil: number;
  /** W when a feed last ended, 0 before: bars that had begun by then are closed too. */
  endedAt: number;
  /** Ticks taken. */
  arrivals: number;
  /** When the newest of them was taken, by the wall clock; 0 before the first. */
  takenAt: number;
  last: Omit<Print, "counts"> | undefined;
  quote: Quote | undefined;
  /** Changes of the last price so far. */
  lastChanges: number;
  /** By source, in order of what was heard: the volume of the trading day so far. */
  readonly dayVolumes: Map<string, HeardVolume>;
  /** Late trades, cancels and corrections that wait for the close of their day, oldest first. */
  latePending: PendingTick[];
  /** Ticks that went to the late ledger. */
  lateTicks: number;
  /** Ascending, since the beginning of the window. */
  minutes: MinuteBar[];
  /** Closed days before the window that the running week and month are folded from, ascending. */
  days: Bar[];
  /** Close of the newest minute before the window. */
  closeBefore: number | undefined;
  /** By `<resolution>:<start>`; a closed roll-up without an entry has revision 0. */
  readonly revisions: Map<string, Revisions>;
  /** Undefined where the instrument has no bars of quotes. */
  quotes: QuoteTrack | undefined;
  readonly book: StitchedBook;
  /** The last minute of the book; begins anew with each load. */
  readonly depthWindow: DepthWindow;
  /** Spreads of the running session, by the time that they stood. */
  readonly spreads: SpreadTrack;
  readonly gaps: GapLedger;
  readonly tradeKeys: TakenKeys;
  readonly quoteKeys: TakenKeys;
};

export const calendarOf = (instrument: Instrument | undefined): BarCalendar =>
  barCalendarOf(instrument ?? { timezone: "UTC", session: "24x7" });

export const initialState = (symbol: Symbol): SymbolState => ({
  symbol,
  instrument: undefined,
  calendar: calendarOf(undefined),
  listeningSince: undefined,
  watermark: 0,
  closedUntil: 0,
  endedAt: 0,
  arrivals: 0,
  takenAt: 0,
  last: undefined,
  quote: undefined,
  lastChanges: 0,
  dayVolumes: new Map(),
  latePending: [],
  lateTicks: 0,
  minutes: [],
  days: [],
  closeBefore: undefined,
  revisions: new Map(),
  quotes: undefined,
  book: new StitchedBook(),
  depthWindow: new DepthWindow(),
  spreads: noSpreads(),
  gaps: new GapLedger(),
  tradeKeys: new TakenKeys(TRADE_KEYS),
  quoteKeys: new TakenKeys(QUOTE_KEYS),
});
