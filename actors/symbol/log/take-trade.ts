/** A trade goes into its minute, into the log, and may be the newest one. */
import { bucketStart, MINUTE_MS } from "../../../src/domain/time.ts";
import { countsForOpenClose } from "../../../src/quant/trade-conditions.ts";
import { addTrade, isBefore, minuteAt, type Print } from "../bars/bars.ts";
import { revise } from "../bars/closing.ts";
import type { Changes, LogBook } from "../changes.ts";
import type { TradeTaken } from "../events.ts";
import type { SymbolState } from "../state.ts";

/** It has been counted as an arrival, and the clock of events stands where it stands behind it. */
export function placeTrade(state: SymbolState, trade: TradeTaken, changes: Changes, log: LogBook): void {
  const { ts, price, size, ordinal, counts } = trade;
  log.append(trade, state.arrivals, state.closedUntil);
  if (counts === 0) return;
  const print: Print = { price, size, key: [ts, ordinal, state.arrivals], counts };
  const minute = minuteAt(state.minutes, bucketStart(ts, MINUTE_MS));
  addTrade(minute, print);
  changes.minutes.add(minute);
  revise(state, minute, changes);
  if (countsForOpenClose(counts)) becomeLast(state, print, changes);
}

/** The newest trade in the order of trades: a late one changes no last price. */
function becomeLast(state: SymbolState, { price, size, key }: Print, changes: Changes): void {
  const { last } = state;
  if (last !== undefined && !isBefore(last.key, key)) return;
  state.last = { price, size, key };
  changes.priced = true;
  if (last?.price === price) return;
  state.lastChanges += 1;
  changes.lastPrices.push([state.lastChanges, key[0], price]);
}
