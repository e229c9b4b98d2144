/** What a symbol remembers in memory: the newest prices, the minutes that can still change or be folded, and the names of taken ticks. */

import type { Symbol } from "../../src/domain/ids.ts";
import type { Instrument } from "../../src/domain/instrument.ts";
import { CLOCK_TRUST_MS, HORIZON_MS } from "../../src/domain/lateness.ts";
import { HOUR_MS } from "../../src/domain/time.ts";
import { Calendar } from "../../src/quant/calendar.ts";
import type { MinuteBar, OrderKey, Print } from "./bars.ts";
import { GapLedger } from "./gaps.ts";
import { QUOTE_KEYS, TRADE_KEYS } from "./limits.ts";
import { TakenKeys } from "./taken-keys.ts";

/** The longest day of any time zone since 1973: two hours are given back at once in Antarctica. */
const DAY_HOURS_MAX = 26;
/** The widest bar that is built. */
export const DAY_MS_MAX = DAY_HOURS_MAX * HOUR_MS;
/** Minutes that a fold may still need: the day that the oldest acceptable trade lies in. The clock may run ahead of the ticks. */
export const WINDOW_MS = DAY_MS_MAX + HORIZON_MS + CLOCK_TRUST_MS;

export type Quote = {
  readonly bid: number;
  readonly bidSize: number;
  readonly ask: number;
  readonly askSize: number;
  readonly key: OrderKey;
};

/** Revisions of a closed roll-up that can still get more of them. */
export type Revisions = { rev: number; readonly end: number };

export type SymbolState = {
  readonly symbol: Symbol;
  instrument: Instrument | undefined;
  /** Of the instrument's time zone; UTC until the instrument is known, and no tick is taken before that. */
  calendar: Calendar;
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
  last: Print | undefined;
  quote: Quote | undefined;
  /** Changes of the last price so far. */
  lastChanges: number;
  /** Ticks that went to the late ledger. */
  lateTicks: number;
  /** Ascending, since the beginning of the window. */
  minutes: MinuteBar[];
  /** Close of the newest minute before the window. */
  closeBefore: number | undefined;
  /** By `<resolution>:<start>`; a closed roll-up without an entry has revision 0. */
  readonly revisions: Map<string, Revisions>;
  readonly gaps: GapLedger;
  readonly tradeKeys: TakenKeys;
  readonly quoteKeys: TakenKeys;
};

export const calendarOf = (instrument: Instrument | undefined): Calendar =>
  new Calendar(instrument?.timezone ?? "UTC");

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
  lateTicks: 0,
  minutes: [],
  closeBefore: undefined,
  revisions: new Map(),
  gaps: new GapLedger(),
  tradeKeys: new TakenKeys(TRADE_KEYS),
  quoteKeys: new TakenKeys(QUOTE_KEYS),
});
