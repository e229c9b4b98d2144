/** What limits on losses look at: sums of what strategies have made, and peaks of equity. */
import type { Purse } from "./book-records.ts";

/** Kept as long as a limit asks for it. */
export type Made = {
  /** By strategy, then by currency, in its own money. */
  readonly purses: Map<string, Map<string, Purse>>;
  /** By line, what it stands above its cost at its mark: the next price moves its strategy by the difference. */
  readonly unrealised: Map<string, bigint>;
};

/** What a line had made when the trading day began, in its instrument's currency. */
export type MovedBasis = {
  readonly symbol: string;
  readonly strategy: string;
  readonly currency: string;
  readonly made: Purse;
};
/** `seq`: of the move. */
export type MovedLine = MovedBasis & { readonly seq: number };

export type LossBook = {
  /** By line, of the present day. */
  readonly moved: Map<string, MovedLine>;
  made: Made | undefined;
  /** The highest equity of each limit on drawdowns, by its id. */
  readonly peaks: Map<string, bigint>;
  /** Another one whenever an import brings something along: what was summed for the one before is not so any more. */
  broughtAsOf: object;
};

export const noLosses = (): LossBook => ({
  moved: new Map(),
  made: undefined,
  peaks: new Map(),
  broughtAsOf: {},
});
