/** What one turn has changed and nobody knows yet: rows to write, bars and late ticks to tell, price changes to push. */

import type { Resolution, RollUpResolution } from "../../src/domain/bar.ts";
import type { Gap } from "../../src/domain/gap.ts";
import type { Span } from "../../src/quant/span.ts";
import type { PriceChange } from "../price-hub/messages.ts";
import type { Bar, MinuteBar } from "./bars.ts";
import type { TickLate } from "./events.ts";

export type ToldBar = { readonly resolution: Resolution; readonly bar: Bar };

export type Changes = {
  readonly minutes: Set<MinuteBar>;
  /** Bars that closed or were revised, by `<resolution>:<start>`: each once, as it stands at the end of the turn. */
  readonly told: Map<string, ToldBar>;
  /** Closed roll-ups that a late trade has reached: to be folded again before their minutes leave the window. */
  readonly touched: Map<
    string,
    { readonly resolution: RollUpResolution; readonly span: Span; readonly rev: number }
  >;
  readonly late: TickLate[];
  /** Entries of the gap ledger that are new or were filled. */
  readonly gaps: Gap[];
  readonly lastPrices: PriceChange[];
  priced: boolean;
  reference: boolean;
};

export const noChanges = (): Changes => ({
  minutes: new Set(),
  told: new Map(),
  touched: new Map(),
  late: [],
  gaps: [],
  lastPrices: [],
  priced: false,
  reference: false,
});

export const barKey = (resolution: Resolution, start: number): string => `${resolution}:${start}`;
