/** Lines of the trade log, and what trades remain of them when cancels and corrections are taken into account. */
import type { Counts } from "../../../src/quant/trade-conditions.ts";
import { isBefore, type OrderKey } from "../bars/bars.ts";
import type { TakenKey } from "../ticks/taken-keys.ts";

/** Where the symbol stood when a line was taken: by it one can say what was known at a moment, and which bars were closed. */
export type Standing = {
  /** Wall clock of the turn. */
  readonly takenAt: number;
  /** Bars that ended by then were closed, and so were those that had begun by `endedAt` (0: no feed has ended). */
  readonly closedUntil: number;
  readonly endedAt: number;
};

/** A trade as it was taken, at the instrument's scales. (ts, ordinal, arrival) is its place among trades. */
export type LoggedTrade = Standing & {
  readonly kind: "trade";
  readonly ts: number;
  readonly price: number;
  readonly size: number;
  readonly ordinal: number;
  /** Which of the ticks taken it was; no two lines have the same. */
  readonly arrival: number;
  readonly counts: Counts;
  readonly name: TakenKey | undefined;
};

/** A cancel or a correction of a trade: `ts` is the trade's time, `of` its arrival. A cancel has price and size 0. */
export type Amendment = Standing & {
  readonly kind: "cancel" | "correct";
  readonly ts: number;
  readonly of: number;
  readonly price: number;
  readonly size: number;
  readonly arrival: number;
  /** What the trade counts for. */
  readonly counts: Counts;
  /** The time that the venue gave to the amendment itself. */
  readonly at: number;
};

/** As the rules write it: how the turn leaves the bars comes at its end. */
export type LoggedAmendment = Omit<Amendment, "takenAt" | "endedAt">;

/** Bars have closed without a line that says so: by quotes, by the clock, by a feed's end. */
export type Closing = Standing & { readonly kind: "closing" };

export type LogEntry = LoggedTrade | Amendment | Closing;

export const orderOf = ({ ts, ordinal, arrival }: LoggedTrade): OrderKey => [ts, ordinal, arrival];

/** The trades that stand, in their order; `entries` are in order of arrival. A cancelled one is gone, a corrected one has its newest price and size. */
export function standingTrades(entries: readonly LogEntry[]): LoggedTrade[] {
  const standing = new Map<number, LoggedTrade>();
  for (const entry of entries) {
    if (entry.kind === "trade") standing.set(entry.arrival, entry);
    else if (entry.kind === "cancel") standing.delete(entry.of);
    else if (entry.kind === "correct") correct(standing, entry);
  }
  return [...standing.values()].sort(byOrder);
}

/** Before the log's own order of arrival: event time, the venue's count, arrival. */
const byOrder = (one: LoggedTrade, other: LoggedTrade): number =>
  isBefore(orderOf(one), orderOf(other)) ? -1 : 1;

function correct(standing: Map<number, LoggedTrade>, { of, price, size }: Amendment): void {
  const trade = standing.get(of);
  if (trade !== undefined) standing.set(of, { ...trade, price, size });
}
