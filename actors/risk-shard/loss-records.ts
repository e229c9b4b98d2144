/** What limits on losses look at: sums of what strategies have made, and peaks of equity. */
import type { Purse } from "./book-records.ts";

/** Kept as long as a limit asks for it. */
export type Made = {
  /** By strategy, then by currency, in its own money. */
  readonly purses: Map<string, Map<string, Purse>>;
  /** By line, what it stands above its cost at its mark: the next price moves its strategy by the difference. */
  readonly unrealised: Map<string, bigint>;
};

export type LossBook = {
  made: Made | undefined;
  /** The highest equity of each limit on drawdowns, by its id. */
  readonly peaks: Map<string, bigint>;
  /** Another one whenever an import brings something along: what was summed for the one before is not so any more. */
  broughtAsOf: object;
};

export const noLosses = (): LossBook => ({ made: undefined, peaks: new Map(), broughtAsOf: {} });
