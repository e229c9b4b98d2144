/** What subscribers of trades hear, and the newest trades in order of arrival as they are shown them first: the end of the trade log. */
import type { StreamTrade, StreamTradeRevision } from "../../../src/contracts/streams.ts";
import { decimalText } from "../../../src/domain/decimal.ts";
import type { Instrument } from "../../../src/domain/instrument.ts";
import type { TradeAmended, TradeTaken } from "../events.ts";
import type { LoggedTrade } from "../log/log-entries.ts";
import type { TakenKey } from "../ticks/taken-keys.ts";

/** Where versions before the trade log kept them. */
export const RECENT_TRADES_TABLE =
  "CREATE TABLE recent_trades (slot INTEGER PRIMARY KEY, ordinal INTEGER NOT NULL, trades TEXT NOT NULL) STRICT";

type Scales = Pick<Instrument, "priceScale" | "sizeScale">;
/** At the instrument's scales; the id where the venue gave one. */
type Shown = readonly [ts: number, price: number, size: number, id?: string | number];

/** `newest` are the newest of the log, oldest first: JSON text of the list. */
export const tapeText = (newest: readonly LoggedTrade[], scales: Scales): string =>
  listText(
    newest.map(({ ts, price, size, name }) => shown(ts, price, size, name)),
    scales,
  );

/** JSON text of a `rev` message: each trade as it is now, or that it was cancelled. */
export const amendedText = (amended: readonly TradeAmended[], { priceScale, sizeScale }: Scales): string => {
  const list: StreamTradeRevision[] = amended.map(({ how, trade: { ts, name }, price, size }) => ({
    ts,
    ...(name === undefined ? {} : { id: String(name.name) }),
    ...(how === "cancel"
      ? { cancelled: true }
      : { price: decimalText(price, priceScale), size: decimalText(size, sizeScale) }),
  }));
  return JSON.stringify(list);
};

export const tradesText = (trades: readonly TradeTaken[], scales: Scales): string =>
  listText(trades.map(shownOf), scales);

const shownOf = ({ ts, price, size, key }: TradeTaken): Shown => shown(ts, price, size, key);

const shown = (ts: number, price: number, size: number, name: TakenKey | undefined): Shown =>
  name === undefined || name.space !== "" ? [ts, price, size] : [ts, price, size, name.name];

function listText(trades: readonly Shown[], { priceScale, sizeScale }: Scales): string {
  const list: StreamTrade[] = trades.map(([ts, price, size, id]) => ({
    ts,
    price: decimalText(price, priceScale),
    size: decimalText(size, sizeScale),
    ...(id === undefined ? {} : { id: String(id) }),
  }));
  return JSON.stringify(list);
}
