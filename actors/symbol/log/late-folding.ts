/**
 * Trades, cancels and corrections that came too late for their bars wait until the trading day has closed; then they go into those bars that
 * can still be built here, one revision for each. What is older is counted and stays in the ledger of facts alone.
 */
import { RESOLUTIONS } from "../../../src/domain/bar.ts";
import { bucketStart, MINUTE_MS } from "../../../src/domain/time.ts";
import { isClosed } from "../bars/closing.ts";
import type { Changes, LogBook } from "../changes.ts";
import type { AmendmentTold, LateFolded, PendingTick, TickLate } from "../events.ts";
import { LATE_PENDING_MAX } from "../limits.ts";
import type { SymbolState } from "../state.ts";
import { nameOf } from "../ticks/request-trades.ts";
import { amendTrade } from "./amend.ts";
import { amendedBy, isRepeat } from "./amendment-decisions.ts";
import { placeTrade } from "./take-trade.ts";

/** A quote changes nothing later on. One that finds no room is not folded. */
export function keepForFold(state: SymbolState, { tick, watermark }: TickLate, changes: Changes): void {
  if (tick.kind === "quote-taken") return;
  if (state.latePending.length >= LATE_PENDING_MAX) {
    changes.unfolded += 1;
    return;
  }
  const ordinal = (state.latePending.at(-1)?.ordinal ?? 0) + 1;
  const pending: PendingTick = { ordinal, tick, watermark };
  state.latePending.push(pending);
  changes.pending.push(pending);
}

/** What is due: the day in which the first of them came has closed, or there are as many as may wait. `room` is how many facts may be told. */
export function decideFold(state: SymbolState, room: number): LateFolded | undefined {
  const [first] = state.latePending;
  if (first === undefined || !isDue(state, first.watermark)) return undefined;
  const minutes = new Set<number>();
  let count = 0;
  for (const { tick } of state.latePending) {
    minutes.add(bucketStart(tick.ts, MINUTE_MS));
    if (minutes.size * RESOLUTIONS.length > room) break;
    count += 1;
  }
  return count === 0 ? undefined : { kind: "late-folded", ticks: state.latePending.slice(0, count) };
}

const isDue = (state: SymbolState, watermark: number): boolean =>
  state.latePending.length >= LATE_PENDING_MAX || isClosed(state, state.calendar.spanOf("1D", watermark));

/** `since` is the start of the first day whose minutes are all here. */
export function foldLate(
  state: SymbolState,
  { ticks }: LateFolded,
  since: number,
  changes: Changes,
  log: LogBook,
): void {
  for (const { tick } of ticks) {
    const isFolded =
      tick.kind === "trade-taken"
        ? foldTrade(state, tick, since, changes, log)
        : foldAmendment(state, tick, since, changes, log);
    if (isFolded) changes.folded += 1;
    else changes.unfolded += 1;
  }
  changes.settled = ticks.at(-1)?.ordinal ?? 0;
  state.latePending.splice(0, ticks.length);
}

function foldTrade(
  state: SymbolState,
  trade: Extract<PendingTick["tick"], { kind: "trade-taken" }>,
  since: number,
  changes: Changes,
  log: LogBook,
): boolean {
  if (trade.ts < since) return false;
  state.arrivals += 1;
  placeTrade(state, trade, changes, log);
  changes.foldedTrades.push(trade);
  return true;
}

function foldAmendment(
  state: SymbolState,
  told: AmendmentTold,
  since: number,
  changes: Changes,
  log: LogBook,
): boolean {
  const known = log.find([told.key]).get(nameOf(told.key));
  if (known === undefined || known.cancelled || isRepeat(told, known)) return false;
  const { ts } = known.trade;
  if (ts < since || bucketStart(ts, MINUTE_MS) < log.reach.ts) return false;
  amendTrade(state, amendedBy(told, known.trade), changes, log);
  return true;
}
