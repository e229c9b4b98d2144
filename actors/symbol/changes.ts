/** What one turn has changed and nobody knows yet: rows to write, bars and late ticks to tell, price changes to push. */

import type { Resolution, RollUpResolution } from "../../src/domain/bar.ts";
import type { Gap } from "../../src/domain/gap.ts";
import type { DepthChange } from "../../src/quant/book/depth-change.ts";
import type { Span } from "../../src/quant/span.ts";
import type { PriceChange } from "../price-hub/messages.ts";
import type { Bar, MinuteBar } from "./bars/bars.ts";
import type { PendingTick, StandingTrade, TickLate, TradeAmended, TradeTaken } from "./events.ts";
import type { SessionSpreads } from "./liquidity/spread-state.ts";
import type { LoggedAmendment } from "./log/log-entries.ts";
import type { KnownTrade } from "./ticks/request-trades.ts";
import type { TakenKey } from "./ticks/taken-keys.ts";

export type ToldBar = {
  readonly resolution: Resolution;
  readonly bar: Bar;
  /** How a bar is told that was one and has no price any more. */
  withdrawn?: Bar;
};
/** What the rules ask of the trade log, and what they write in it. */
export type LogBook = {
  append(trade: TradeTaken, arrival: number, closedUntil: number): void;
  amend(amendment: LoggedAmendment): void;
  /** Trades of [from, to) that stand, in their order. */
  trades(from: number, to: number): readonly StandingTrade[];
  newest(isWanted: (trade: StandingTrade) => boolean): StandingTrade | undefined;
  find(keys: readonly TakenKey[]): ReadonlyMap<string, KnownTrade>;
  readonly reach: { readonly ts: number };
};

/** Of one series of bars. */
export type BarChanges = {
  readonly minutes: Set<MinuteBar>;
  /** Bars that closed or were revised, by `<resolution>:<start>`: each once, as it stands at the end of the turn. */
  readonly told: Map<string, ToldBar>;
  /** Closed roll-ups that a late trade has reached: to be folded again before their minutes leave the window. */
  readonly touched: Map<
    string,
    { readonly resolution: RollUpResolution; readonly span: Span; readonly rev: number }
  >;
};

export type Changes = BarChanges & {
  /** Of bars of quotes. */
  readonly quotes: BarChanges;
  readonly late: TickLate[];
  /** Sources that have told a day's volume. */
  readonly volumes: Set<string>;
  /** Late ticks that wait for the close of their day, and the newest of those that wait no more (0 where none). */
  readonly pending: PendingTick[];
  settled: number;
  folded: number;
  unfolded: number;
  /** Trades among the folded. */
  readonly foldedTrades: TradeTaken[];
  /** Cancels and corrections, in order. */
  readonly amended: TradeAmended[];
  /** Minutes of which a cancel or a correction may have taken a price: to be built again. */
  readonly reshaped: Set<MinuteBar>;
  /** The trade that is the last price was cancelled or corrected. */
  lastAmended: boolean;
  /** Silences that ended in this turn and are not in the ledger yet. */
  readonly silences: { readonly from: number; readonly to: number }[];
  /** Entries of the gap ledger that are new or were filled. */
  readonly gaps: Gap[];
  /** Of the order book, in order. */
  readonly depth: DepthChange[];
  /** Of sessions that have closed or were left. */
  readonly spreads: SessionSpreads[];
  readonly lastPrices: PriceChange[];
  priced: boolean;
  reference: boolean;
};

const noBarChanges = (): BarChanges => ({ minutes: new Set(), told: new Map(), touched: new Map() });

export const noChanges = (): Changes => ({
  ...noBarChanges(),
  quotes: noBarChanges(),
  late: [],
  volumes: new Set(),
  pending: [],
  settled: 0,
  folded: 0,
  unfolded: 0,
  foldedTrades: [],
  amended: [],
  reshaped: new Set(),
  lastAmended: false,
  silences: [],
  gaps: [],
  depth: [],
  spreads: [],
  lastPrices: [],
  priced: false,
  reference: false,
});

export const barKey = (resolution: Resolution, start: number): string => `${resolution}:${start}`;
